import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { buildRuleSet } from '../../source/sections/rule-set.ts';
import { builtInRules } from '../../source/sections/findings.ts';
import { startDevnet } from '../../devnet/devnet.ts';
import { openAlerting } from '../../source/app/alerting.ts';
import { watchNodes } from '../helpers/monitor.ts';
import { targetFor } from '../helpers/targets.ts';

/**
 * The same as alerts-devnet, by the clock on the wall: devnet, watch and alerting joined as `nodetop
 * watch` joins them. All durations of the rules are shorter by the one factor by which the interval is; so
 * short, a machine under load makes trouble of its own, and that nothing else is told is shown there.
 */
const usualIntervalMs = 5000;
const intervalMs = 1000;
const scale = intervalMs / usualIntervalMs;
/** The fleet is compared once a second at most, and judged within a quarter of one. */
const slotsAllowed = 2 + 1;
const travelMs = 4000;

const own = Object.fromEntries(
	Object.entries(builtInRules).map(([name, { forMs = 60_000, keepFiringForMs = 0 }]) => [
		name,
		{ forMs: Math.round(forMs * scale), keepFiringForMs: Math.round(keepFiringForMs * scale) },
	]),
);

const cleanups: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

it('a crash and a partition are told in time, and end', async () => {
	const directory = await mkdtemp(path.join(tmpdir(), 'nodetop-live-'));
	cleanups.push(() => rm(directory, { recursive: true, force: true }));
	const devnet = await startDevnet({
		nodeCount: 4,
		seed: 3,
		version: '1',
		basePort: 0,
		clock: 'wall',
	});
	cleanups.push(devnet.stop);
	const watch = watchNodes(
		devnet.nodes
			.filter(({ network }) => network !== 'evm')
			.map(({ name, url, kind }) => targetFor(url, { name, kind, intervalMs, timeoutMs: 5000 })),
	);
	cleanups.push(watch.stop);
	const bugs: unknown[] = [];
	const alerting = await openAlerting({
		fleet: watch.fleet,
		directory: path.join(directory, 'alerts'),
		settings: {
			rules: buildRuleSet(builtInRules, own),
			quiet: { silences: [], maintenance: {} },
			channels: [],
		},
		env: {},
		warn: (message) => bugs.push(message),
		reportBug: (error) => bugs.push(error),
	});
	cleanups.push(() => alerting.close());

	/** Polls of a node that nothing is done to: the slots by which time is counted. */
	let slots = 0;
	let lastAt: string | undefined;
	/** The first slot in which each critical alert was to be told. */
	const toldAt = new Map<string, number>();
	const critical = () =>
		(watch.fleet.getSnapshot().alerts ?? []).filter(
			({ state, severity, muted }) =>
				state === 'firing' && severity === 'critical' && muted === undefined,
		);
	watch.fleet.subscribe(() => {
		const { nodes } = watch.fleet.getSnapshot();
		const at = nodes.find(({ target }) => target.name === 'dag-1')?.snapshot.poll.at;
		if (at !== lastAt) slots += 1;
		lastAt = at;
		for (const { rule, node, group } of critical()) {
			const name = `${rule} ${node ?? group ?? ''}`;
			if (!toldAt.has(name)) toldAt.set(name, slots);
		}
	});
	const waiting = { interval: 20, timeout: 40_000 };
	const faultAt = async (fault: object, alert: string, dueAfterMs: number): Promise<void> => {
		toldAt.clear();
		const from = slots;
		const response = await fetch(`${devnet.controlUrl}/faults`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify(fault),
		});
		expect(response.ok).toBe(true);
		await expect.poll(() => [...toldAt.keys()], waiting).toContain(alert);
		const dueIn = Math.ceil(dueAfterMs / intervalMs) + slotsAllowed;
		expect((toldAt.get(alert) ?? Infinity) - from).toBeLessThanOrEqual(dueIn);
		await fetch(`${devnet.controlUrl}/faults`, { method: 'DELETE' });
		await expect.poll(critical, waiting).toEqual([]);
	};

	await expect
		.poll(() => watch.fleet.getSnapshot().groups.map(({ state }) => state), waiting)
		.toEqual(['agreed', 'agreed']);
	await faultAt({ fault: 'crash', node: 'hotstuff-2' }, 'node-down hotstuff-2', 10_000 * scale);
	await faultAt(
		{ fault: 'partition', groups: [['dag-1', 'dag-3']] },
		'network-partitioned qudag:nodetop-devnet',
		// What two sides lack of each other must have had time to travel, at any interval.
		5000 * scale + travelMs,
	);
	expect(bugs).toEqual([]);
}, 90_000);
