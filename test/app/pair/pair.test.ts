import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Action } from '../../../source/alerts/alert-state.ts';
import { writeMirrored } from '../../../source/app/pair/mirror-files.ts';
import { Pair } from '../../../source/app/pair/pair.ts';
import type { Push } from '../../../source/app/pair/messages.ts';
import type { NoAnswer, PeerClient } from '../../../source/app/pair/peer-client.ts';
import { createTestClock } from '../../helpers/test-clock.ts';

const startMs = Date.parse('2026-01-01T00:00:00Z');
const stateAt = (at: string) => JSON.stringify({ schema: 'nodetop-alerts/1', savedAt: at });
const action: Action = { type: 'unsilence', id: 'x' };

interface Side {
	readonly pair: Pair;
	readonly directory: string;
	readonly events: string[];
	readonly acted: Action[];
	readonly pushed: Push[];
	readonly warnings: string[];
	/** Whether it has read its files: before that a watch serves nothing. */
	hasStarted: boolean;
	isReachable: boolean;
	sees: readonly string[] | undefined;
	/** What a push meets while this one is not reachable. */
	absence: NoAnswer;
}

let clock = createTestClock(startMs);
let sides: Side[] = [];

/** A watch whose peer is the other one of `sides`, as long as that is reachable. */
async function addSide(instance: string): Promise<Side> {
	const directory = await mkdtemp(path.join(tmpdir(), 'nodetop-pair-'));
	const events: string[] = [];
	const acted: Action[] = [];
	const pushed: Push[] = [];
	const warnings: string[] = [];
	const others = () => sides.filter(({ pair }) => pair !== side.pair && side.isReachable);
	// One that is killed and comes back is two, of which one is gone.
	const other = () => others().find(({ isReachable }) => isReachable) ?? others()[0];
	const reach = (): Pair | undefined => {
		const found = other();
		return found?.hasStarted === true && found.isReachable ? found.pair : undefined;
	};
	const client: PeerClient = {
		hello: () => Promise.resolve(reach()?.hello()),
		async push(push) {
			pushed.push(push);
			return reach()?.take(push) ?? other()?.absence ?? 'gone';
		},
		problem: () => 'away',
	};
	const pair = new Pair({
		client,
		directory,
		instance,
		clock,
		onActive: async () => void events.push('active'),
		onStandby: async () => void events.push('standby'),
		sees: () => side.sees,
		act: (each) => acted.push(each),
		warn: (line) => warnings.push(line),
	});
	const side: Side = {
		pair,
		directory,
		events,
		acted,
		pushed,
		warnings,
		hasStarted: false,
		isReachable: true,
		absence: 'silent',
		sees: undefined,
	};
	sides.push(side);
	return side;
}

async function start(...these: readonly Side[]): Promise<void> {
	await Promise.all(
		these.map(async (side) => {
			await side.pair.start();
			side.hasStarted = true;
		}),
	);
}

/** Lets time pass in steps, each with the time that files need: that of more reads than a step makes. */
async function pass(ms: number): Promise<void> {
	for (let passed = 0; passed < ms; passed += 250) {
		clock.advance(250);
		for (let reads = 0; reads < readsPerStep; reads += 1) await readFile(import.meta.filename);
	}
}

const readsPerStep = 10;

async function untilState(side: Side, state: string): Promise<void> {
	await vi.waitFor(async () => {
		await pass(250);
		expect(side.pair.hello().state).toBe(state);
	}, 50_000);
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
		await start(a, b);
		await untilState(b, 'active');
		await untilState(a, 'standby');
		expect(a.events).toEqual(['standby']);
		expect(b.events).toEqual(['active']);
	});

	it('prefers the one that knows more to the greater name', async () => {
		const [a, b] = [await addSide('a'), await addSide('b')];
		await writeFile(stateFile(a), stateAt('2026-01-01T00:00:00.000Z'));
		await writeFile(stateFile(b), stateAt('2025-01-01T00:00:00.000Z'));
		await start(a, b);
		await untilState(a, 'active');
		await untilState(b, 'standby');
		expect(b.events).toEqual(['standby']);
	});

	it('waits for the other one before it is active alone', async () => {
		const a = await addSide('a');
		await start(a);
		await pass(2000);
		expect(a.pair.hello().state).toBe('starting');
		await untilState(a, 'active');
	});

	it('copies the files before a sync resolves, and takes over with them', async () => {
		const [a, b] = [await addSide('a'), await addSide('b')];
		await start(a, b);
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
		await start(a);
		await untilState(a, 'active');
		const b = await addSide('b');
		await start(b);
		await untilState(b, 'standby');
		expect(a.events).toEqual(['active']);
	});

	it('leaves the takeover to a standby that has everything, to whatever one that comes back knows', async () => {
		const [a, b] = [await addSide('a'), await addSide('b')];
		await start(a, b);
		await untilState(b, 'active');
		await untilState(a, 'standby');
		b.isReachable = false;
		await b.pair.stop();
		// The killed one is back before the other one took over, which cannot ask it yet.
		const again = await addSide('z');
		await writeFile(stateFile(again), stateAt('2026-02-01T00:00:00.000Z'));
		again.isReachable = false;
		await start(again);
		await pass(2000);
		expect([a, again].map(({ pair }) => pair.hello().state)).toEqual(['standby', 'starting']);
		again.isReachable = true;
		await untilState(a, 'active');
		await untilState(again, 'standby');
		expect([a.events, again.events]).toEqual([['standby', 'active'], ['standby']]);
	});

	it('does not wait for ever for a standby that does not take over', async () => {
		const [a, b] = [await addSide('a'), await addSide('b')];
		await start(a, b);
		await untilState(a, 'standby');
		await b.pair.stop();
		b.isReachable = false;
		const again = await addSide('z');
		// It says that it stands by, and is stuck.
		await a.pair.stop();
		await start(again);
		await pass(2000);
		expect(again.pair.hello().state).toBe('starting');
		await untilState(again, 'active');
	});

	it('has one active again when the network between both is back', async () => {
		const [a, b] = [await addSide('a'), await addSide('b')];
		a.isReachable = false;
		await start(a, b);
		await untilState(a, 'active');
		await untilState(b, 'active');
		a.isReachable = true;
		await untilState(a, 'standby');
		expect(b.pair.hello().state).toBe('active');
		await pass(4000);
		expect(a.events).toEqual(['active', 'standby']);
		expect(b.events).toEqual(['active']);
	});

	it('is a pair only once the active one waits for its standby', async () => {
		const [a, b] = [await addSide('a'), await addSide('b')];
		await start(a, b);
		await untilState(b, 'active');
		await vi.waitFor(async () => {
			await pass(250);
			expect(b.pushed).toHaveLength(1);
		}, 50_000);
		// It has the files, but a message may be on its way that they do not know.
		expect(b.pushed[0]).toMatchObject({ isAwaited: false });
		expect(a.pair.hello().state).toBe('starting');
		await untilState(a, 'standby');
		expect(b.pushed.at(-1)).toMatchObject({ isAwaited: true });
	});

	it('syncs both copies of the other one’s files', async () => {
		const directory = await mkdtemp(path.join(tmpdir(), 'nodetop-pair-'));
		onTestFinished(() => rm(directory, { recursive: true, force: true }));
		const handle = await open(directory);
		await handle.close();
		const handles: FileHandle = Object.getPrototypeOf(handle);
		const datasync = vi.spyOn(handles, 'datasync');
		onTestFinished(() => {
			datasync.mockRestore();
		});
		await writeMirrored(directory, { state: stateAt('2026-01-01T00:00:00Z'), journal: '{}\n' });
		expect(datasync).toHaveBeenCalledTimes(2);
	});

	it('lets a message wait for a standby that is slow, and for none that has ended', async () => {
		const [a, b] = [await addSide('a'), await addSide('b')];
		await start(a, b);
		await untilState(a, 'standby');
		a.isReachable = false;
		let isSynced = false;
		void b.pair.mirror.sync().then(() => (isSynced = true));
		await pass(8000);
		expect(isSynced).toBe(false);
		await vi.waitFor(async () => {
			await pass(250);
			expect(isSynced).toBe(true);
		}, 50_000);
		expect(b.warnings.filter((line) => line.includes('without a standby'))).toHaveLength(1);
		await a.pair.stop();
		a.isReachable = true;
		const again = await addSide('c');
		sides.splice(sides.indexOf(a), 1);
		await start(again);
		await untilState(again, 'standby');
		Object.assign(again, { isReachable: false, absence: 'gone' });
		const begunAtMs = clock.now();
		await b.pair.mirror.sync();
		expect(clock.now()).toBe(begunAtMs);
	});

	it('has the one that took over last go on, and nothing sent by the other one', async () => {
		const [a, z] = [await addSide('a'), await addSide('z')];
		await start(a, z);
		await untilState(a, 'standby');
		// The active one stands still, as a machine that sleeps; its name is the greater one.
		z.isReachable = false;
		await z.pair.stop();
		await untilState(a, 'active');
		expect(z.pair.isActive()).toBe(true);
		z.isReachable = true;
		const pushes = z.pushed.length;
		await z.pair.mirror.sync();
		expect(z.pair.isActive()).toBe(false);
		expect(z.pushed.length - pushes).toBe(1);
		await z.pair.mirror.sync();
		expect(z.pushed.length - pushes).toBe(1);
		await vi.waitFor(() => expect(z.events).toEqual(['active', 'standby']), { timeout: 40_000 });
		await untilState(z, 'standby');
		expect(a.pair.isActive()).toBe(true);
	});

	it('does not take over for an answer that came late', async () => {
		const [a, b] = [await addSide('a'), await addSide('b')];
		await start(a, b);
		await untilState(a, 'standby');
		// It is silent for three seconds, and heard while the other one asks whether it is there.
		a.isReachable = false;
		await pass(2000);
		a.isReachable = true;
		await pass(4000);
		expect(a.pair.hello().state).toBe('standby');
		expect(a.events).toEqual(['standby']);
	});

	it('knows what the standby sees, and asks for nobody’s sight while it is away', async () => {
		const [a, b] = [await addSide('a'), await addSide('b')];
		a.sees = ['one'];
		await start(a, b);
		await untilState(a, 'standby');
		await vi.waitFor(async () => {
			await pass(250);
			expect(['one', 'two'].map(b.pair.isConfirmed)).toEqual([true, false]);
		}, 50_000);
		a.sees = ['two'];
		await vi.waitFor(async () => {
			await pass(250);
			expect(['one', 'two'].map(b.pair.isConfirmed)).toEqual([false, true]);
		}, 50_000);
		// It does not look, as its profile demands no quorum.
		a.sees = undefined;
		await vi.waitFor(async () => {
			await pass(250);
			expect(['one', 'two'].map(b.pair.isConfirmed)).toEqual([true, true]);
		}, 50_000);
		a.sees = [];
		await vi.waitFor(async () => {
			await pass(250);
			expect(b.pair.isConfirmed('one')).toBe(false);
		}, 50_000);
		Object.assign(a, { isReachable: false, absence: 'gone' });
		await vi.waitFor(async () => {
			await pass(250);
			expect(b.pair.isConfirmed('one')).toBe(true);
		}, 50_000);
	});

	it('brings what a person does at the standby to the active one', async () => {
		const [a, b] = [await addSide('a'), await addSide('b')];
		await start(a, b);
		await untilState(a, 'standby');
		expect(a.pair.keepAction(action)).toBe(true);
		expect(b.pair.keepAction(action)).toBe(false);
		await vi.waitFor(async () => {
			await pass(250);
			expect(b.acted).toEqual([action]);
		}, 50_000);
		await pass(2000);
		expect(b.acted).toEqual([action]);
	});
});
