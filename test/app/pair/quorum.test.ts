import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPairedAlerting } from '../../../source/app/pair/paired-alerting.ts';
import type { PairedAlerting } from '../../../source/app/pair/paired-alerting.ts';
import type { PeerClient } from '../../../source/app/pair/peer-client.ts';
import type { Monitor } from '../../../source/app/open-monitor.ts';
import { systemClock } from '../../../source/domain/clock.ts';
import { acquireLock } from '../../../source/domain/lock.ts';
import { builtInRules } from '../../../source/sections/findings.ts';
import { buildRuleSet } from '../../../source/sections/rule-set.ts';
import { webhook } from '../../alerts/delivery/helpers.ts';
import { sendJson, startServer } from '../../helpers/http-server.ts';
import type { TestServer } from '../../helpers/http-server.ts';
import { startMetricNode } from '../../helpers/metric-node.ts';
import type { MetricNode } from '../../helpers/metric-node.ts';
import { watchNodes } from '../../helpers/monitor.ts';
import { targetFor } from '../../helpers/targets.ts';

const waiting = { interval: 20, timeout: 40_000 };
const manyFiles = {
	condition: { value: { field: 'resources.openFiles' }, above: 100 },
	severity: 'critical',
	forMs: 0,
	message: '{node} has {value} open files',
} as const;

let receiver: TestServer;
const cleanups: (() => Promise<unknown>)[] = [];

interface Side {
	readonly node: MetricNode;
	readonly alerting: PairedAlerting;
	readonly monitor: Monitor;
	/** Ends this watch. */
	readonly leave: () => Promise<void>;
	readonly isAway: () => boolean;
	/** How often it has sent to the other one. */
	readonly pushes: () => number;
}

/** A watch that sees a node of its own: what only one of the two sees is a matter of their paths. */
async function openSide(instance: string, other: () => PairedAlerting | undefined): Promise<Side> {
	const node = await startMetricNode();
	const target = targetFor(node.url, { name: 'a', kind: 'bft', intervalMs: 100 });
	const monitor = watchNodes([target]);
	const directory = await mkdtemp(path.join(tmpdir(), 'nodetop-quorum-'));
	let pushes = 0;
	const client: PeerClient = {
		hello: () => Promise.resolve(other()?.pair.hello()),
		push(push) {
			pushes += 1;
			return other()?.pair.take(push) ?? Promise.resolve('gone');
		},
		problem: () => 'away',
	};
	await monitor.firstRound();
	const alerting = await openPairedAlerting({
		directory,
		instance,
		lock: await acquireLock(directory),
		monitor,
		client,
		quorum: 2,
		clock: systemClock,
		settings: {
			rules: buildRuleSet(builtInRules, { 'many-files': manyFiles }),
			quiet: { silences: [], maintenance: {} },
			channels: [webhook(receiver.url, { groupBy: ['rule'], groupWaitMs: 0, groupIntervalMs: 0 })],
		},
		env: {},
		warn: () => undefined,
	});
	let isOpen = true;
	const leave = async (): Promise<void> => {
		if (isOpen) await alerting.close(0);
		isOpen = false;
	};
	cleanups.push(
		() => rm(directory, { recursive: true, force: true }),
		() => node.close(),
		() => Promise.resolve(monitor.stop()),
		leave,
	);
	return { node, alerting, monitor, leave, isAway: () => !isOpen, pushes: () => pushes };
}

const told = (): string[] =>
	receiver.requests.flatMap(({ body }) =>
		// Our own webhook channel wrote it.
		(JSON.parse(body) as { incidents: { event: string; rule: string }[] }).incidents
			.filter(({ rule }) => rule === 'many-files')
			.map(({ event }) => event),
	);

const isFiring = ({ monitor }: Side): boolean =>
	(monitor.fleet.getSnapshot().alerts ?? []).some(
		({ rule, state }) => rule === 'many-files' && state === 'firing',
	);

/** Until it has asked the other one so often for what it sees, and evaluated in between. */
async function beats({ pushes }: Side, count: number): Promise<void> {
	const before = pushes();
	await expect.poll(() => pushes() - before, waiting).toBeGreaterThan(count);
}

beforeEach(async () => {
	receiver = await startServer((_request, response) => sendJson(response, {}));
	cleanups.push(() => receiver.close());
});

afterEach(async () => {
	for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

describe('a quorum of two', () => {
	it('tells what both watches see, once, and its end; and what one sees that is alone', async () => {
		const sides: Side[] = [];
		const other = (index: number) => () => {
			const side = sides[index];
			return side?.isAway() === false ? side.alerting : undefined;
		};
		sides.push(await openSide('b', other(1)));
		sides.push(await openSide('a', other(0)));
		const [active, standby] = sides;
		if (!active || !standby) throw new Error('there are two');
		await expect.poll(() => standby.alerting.pair.hello().state, waiting).toBe('standby');
		expect(active.alerting.pair.hello().state).toBe('active');

		active.node.openFiles = 200;
		await expect.poll(() => isFiring(active), waiting).toBe(true);
		await beats(active, 4);
		expect(told()).toEqual([]);
		standby.node.openFiles = 200;
		await expect.poll(told, waiting).toEqual(['fired']);
		// Its end is what the active one sees: what was told is not taken back by half of the pair.
		standby.node.openFiles = 5;
		await beats(active, 4);
		expect(told()).toEqual(['fired']);
		active.node.openFiles = 5;
		await expect.poll(told, waiting).toEqual(['fired', 'resolved']);

		await standby.leave();
		active.node.openFiles = 200;
		await expect.poll(told, waiting).toEqual(['fired', 'resolved', 'fired']);
	});
});
