import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Action } from '../../../source/alerts/alert-state.ts';
import { Pair } from '../../../source/app/pair/pair.ts';
import type { PeerClient } from '../../../source/app/pair/peer-client.ts';
import { createTestClock } from '../../helpers/test-clock.ts';

const startMs = Date.parse('2026-01-01T00:00:00Z');
const stateAt = (at: string) => JSON.stringify({ schema: 'nodetop-alerts/1', savedAt: at });
const action: Action = { type: 'unsilence', id: 'x' };

interface Side {
	readonly pair: Pair;
	readonly directory: string;
	readonly events: string[];
	readonly acted: Action[];
	isReachable: boolean;
}

let clock = createTestClock(startMs);
let sides: Side[] = [];

/** A watch whose peer is the other one of `sides`, as long as that is reachable. */
async function addSide(instance: string): Promise<Side> {
	const directory = await mkdtemp(path.join(tmpdir(), 'nodetop-pair-'));
	const events: string[] = [];
	const acted: Action[] = [];
	const other = () => sides.find(({ pair }) => pair !== side.pair && side.isReachable);
	const reach = <Answer>(ask: (pair: Pair) => Answer): Answer | undefined => {
		const found = other();
		return found?.isReachable === true ? ask(found.pair) : undefined;
	};
	const client: PeerClient = {
		hello: () => Promise.resolve(reach((pair) => pair.hello())),
		push: (push) => Promise.resolve(reach((pair) => pair.take(push))),
		problem: () => 'away',
	};
	const pair = new Pair({
		client,
		directory,
		instance,
		clock,
		onActive: async () => void events.push('active'),
		onStandby: async () => void events.push('standby'),
		act: (each) => acted.push(each),
		warn: () => undefined,
	});
	const side: Side = { pair, directory, events, acted, isReachable: true };
	sides.push(side);
	return side;
}

/** Lets time pass in steps, each with the time that files need. */
async function pass(ms: number): Promise<void> {
	for (let passed = 0; passed < ms; passed += 250) {
		clock.advance(250);
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
}

async function untilState(side: Side, state: string): Promise<void> {
	await vi.waitFor(async () => {
		await pass(250);
		expect(side.pair.hello().state).toBe(state);
	}, 20_000);
}

const stateFile = ({ directory }: Side) => path.join(directory, 'state.json');

beforeEach(() => {
	clock = createTestClock(startMs);
	sides = [];
});

afterEach(async () => {
	for (const { pair, directory } of sides) {
		await pair.stop();
		await rm(directory, { recursive: true, force: true });
	}
});

describe('a pair of watches', () => {
	it('has one that is active at once, and one that stands by', async () => {
		const [a, b] = [await addSide('a'), await addSide('b')];
		await Promise.all([a.pair.start(), b.pair.start()]);
		await untilState(b, 'active');
		await untilState(a, 'standby');
		expect(a.events).toEqual(['standby']);
		expect(b.events).toEqual(['active']);
	});

	it('prefers the one that knows more to the greater name', async () => {
		const [a, b] = [await addSide('a'), await addSide('b')];
		await writeFile(stateFile(a), stateAt('2026-01-01T00:00:00.000Z'));
		await writeFile(stateFile(b), stateAt('2025-01-01T00:00:00.000Z'));
		await Promise.all([a.pair.start(), b.pair.start()]);
		await untilState(a, 'active');
		await untilState(b, 'standby');
		expect(b.events).toEqual(['standby']);
	});

	it('waits for the other one before it is active alone', async () => {
		const a = await addSide('a');
		await a.pair.start();
		await pass(2000);
		expect(a.pair.hello().state).toBe('starting');
		await untilState(a, 'active');
	});

	it('copies the files before a sync resolves, and takes over with them', async () => {
		const [a, b] = [await addSide('a'), await addSide('b')];
		await Promise.all([a.pair.start(), b.pair.start()]);
		await untilState(a, 'standby');
		await pass(1000);
		const text = stateAt('2026-01-01T00:00:07.000Z');
		await writeFile(stateFile(b), text);
		await b.pair.mirror.sync();
		expect(await readFile(stateFile(a), 'utf8')).toBe(text);
		await pass(5000);
		expect(a.pair.hello()).toMatchObject({ state: 'standby', savedAtMs: startMs + 7000 });
		b.isReachable = false;
		await b.pair.stop();
		await untilState(a, 'active');
		expect(a.events).toEqual(['standby', 'active']);
		// An alert does not wait for a machine that is away.
		await a.pair.mirror.sync();
	});

	it('makes one that comes back stand by', async () => {
		const a = await addSide('a');
		await a.pair.start();
		await untilState(a, 'active');
		const b = await addSide('b');
		await b.pair.start();
		await untilState(b, 'standby');
		expect(a.events).toEqual(['active']);
	});

	it('has one active again when the network between both is back', async () => {
		const [a, b] = [await addSide('a'), await addSide('b')];
		a.isReachable = false;
		await Promise.all([a.pair.start(), b.pair.start()]);
		await untilState(a, 'active');
		await untilState(b, 'active');
		a.isReachable = true;
		await untilState(a, 'standby');
		expect(b.pair.hello().state).toBe('active');
		await pass(4000);
		expect(a.events).toEqual(['active', 'standby']);
		expect(b.events).toEqual(['active']);
	});

	it('brings what a person does at the standby to the active one', async () => {
		const [a, b] = [await addSide('a'), await addSide('b')];
		await Promise.all([a.pair.start(), b.pair.start()]);
		await untilState(a, 'standby');
		expect(a.pair.keepAction(action)).toBe(true);
		expect(b.pair.keepAction(action)).toBe(false);
		await vi.waitFor(async () => {
			await pass(250);
			expect(b.acted).toEqual([action]);
		}, 20_000);
		await pass(2000);
		expect(b.acted).toEqual([action]);
	});
});
