import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { startDevnet } from '../../devnet/devnet.ts';
import { framePaths } from '../../source/app/frame-paths.ts';
import { createPast } from '../../source/app/past.ts';
import { createRecorder } from '../../source/app/recorder.ts';
import { systemClock } from '../../source/domain/clock.ts';
import type { Target } from '../../source/domain/target.ts';
import { builtInRules } from '../../source/sections/findings.ts';
import { readMoment } from '../../source/sections/moment-json.ts';
import type { Moment } from '../../source/sections/moment.ts';
import {
	keptSamples,
	lastSamples,
	lastSampleTimes,
	sampledNames,
} from '../../source/sections/samples.ts';
import type { Samples } from '../../source/sections/samples.ts';
import { buildRuleSet } from '../../source/sections/rule-set.ts';
import { drawScreens } from '../helpers/drawn-moments.tsx';
import { hasEtcd, rawStatus, startEtcd } from '../helpers/etcd.ts';
import { openMemoryHistory } from '../helpers/memory-history.ts';
import { failRun, watchNodes } from '../helpers/monitor.ts';
import { targetFor } from '../helpers/targets.ts';

/** `npm run test:slow` loses the leader of a real etcd too. */
const isSlow = process.env['NODETOP_REPLAY'] === '1';
const isWithEtcd = isSlow && hasEtcd();
if (!isWithEtcd) {
	console.info(
		`skipped: replay of etcd (${isSlow ? 'etcd is not installed' : 'npm run test:slow'})`,
	);
}
const wanted = 10;
const waiting = { timeout: 30_000, interval: 50 };
const cleanups: (() => Promise<void> | void)[] = [];

afterEach(async () => {
	for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** A watch with rules and a recorder, and the moments of which the recorder made frames. */
async function watchAndRecord(targets: readonly Target[]) {
	const monitor = watchNodes(targets);
	const directory = mkdtempSync(join(tmpdir(), 'nodetop-replay-'));
	const alerting = await monitor.openAlerting({
		directory,
		settings: {
			rules: buildRuleSet(builtInRules),
			quiet: { silences: [], maintenance: {} },
			channels: [],
		},
		env: {},
		warn: failRun,
	});
	const client = await openMemoryHistory(Date.now, framePaths());
	const recordedMoments: Moment[] = [];
	let handedOver = monitor.moment();
	const recorder = createRecorder({
		monitor: {
			on: monitor.on,
			moment: () => (handedOver = monitor.moment()),
		},
		client: {
			...client,
			write(batch) {
				if (batch.frame) recordedMoments.push(handedOver);
				return client.write(batch);
			},
		},
		// A frame each second: ten seconds are too long for a test.
		clock: { ...systemClock, steadyNow: () => 10 * systemClock.steadyNow() },
	});
	cleanups.push(async () => {
		await recorder.close();
		await alerting.close();
		monitor.stop();
		rmSync(directory, { recursive: true, force: true });
	});
	return { monitor, client, recordedMoments, stop: recorder.stop };
}

type Watched = Awaited<ReturnType<typeof watchAndRecord>>;

/** Ten moments, spread over all, drawn as they were and as the history has them. */
async function compareAll({ client, recordedMoments }: Watched): Promise<void> {
	const past = createPast(() => client.ask);
	const step = Math.max(1, recordedMoments.length / wanted);
	const chosen = Array.from({ length: Math.min(wanted, recordedMoments.length) }, (_, index) => {
		return recordedMoments[Math.floor(index * step)];
	}).filter((moment) => moment !== undefined);
	expect(chosen.length).toBe(wanted);
	for (const moment of chosen) {
		const text = await client.ask('moment', { atMs: moment.atMs });
		const replayed = readMoment(text ?? '');
		expect(replayed.atMs).toBe(moment.atMs);
		expect(replayed.alerts).toEqual(moment.alerts);
		for (const [index, { samples }] of moment.nodes.entries()) {
			const then = replayed.nodes[index]?.samples;
			expect(then && columnsOf(then)).toEqual(columnsOf(samples));
		}
		const [live, then] = [await drawScreens(moment, past), await drawScreens(replayed, past)];
		for (const [screen, picture] of live) {
			expect(then.get(screen), `${screen} at ${new Date(moment.atMs).toISOString()}`).toBe(picture);
		}
	}
}

/** All samples by the name of their number, with the times. */
function columnsOf(samples: Samples): Readonly<Record<string, unknown>> {
	const columns = sampledNames(samples).map((name) => [
		name,
		lastSamples(samples, name, keptSamples),
	]);
	return { times: lastSampleTimes(samples, keptSamples), ...Object.fromEntries(columns) };
}

/** The rules of all alerts of these moments. */
function rulesIn(moments: readonly Moment[]): readonly string[] {
	return moments.flatMap(({ alerts }) => alerts.map(({ rule }) => rule));
}

describe('a replay', () => {
	it('draws a partition of the demo network as it was live, with the same alerts', async () => {
		const devnet = await startDevnet({
			nodeCount: 4,
			seed: 11,
			version: '1',
			basePort: 0,
			clock: 'wall',
		});
		cleanups.push(() => devnet.stop());
		const targets = devnet.nodes
			.filter(({ kind }) => kind === 'qudag')
			.map(({ name, url }) => targetFor(url, { name, kind: 'qudag', intervalMs: 250 }));
		const watched = await watchAndRecord(targets);
		const state = () => watched.monitor.moment().groups[0]?.state;
		const fault = (body: object) =>
			fetch(`${devnet.controlUrl}/faults`, {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify(body),
			});
		await expect.poll(state, waiting).toBe('agreed');
		await fault({
			fault: 'partition',
			groups: [
				['dag-1', 'dag-3'],
				['dag-2', 'dag-4'],
			],
		});
		await expect.poll(state, waiting).toBe('partitioned');
		await expect
			.poll(() => watched.monitor.moment().alerts.map(({ rule }) => rule), waiting)
			.toContain('network-partitioned');
		await fault({ fault: 'heal' });
		await expect.poll(state, waiting).toBe('agreed');
		await expect.poll(() => watched.recordedMoments.length, waiting).toBeGreaterThanOrEqual(wanted);
		await watched.stop();
		await compareAll(watched);
		expect(rulesIn(watched.recordedMoments)).toContain('network-partitioned');
	}, 120_000);

	it.skipIf(!isWithEtcd)(
		'draws the loss of a real etcd’s leader as it was live',
		async () => {
			const cluster = await startEtcd(3);
			cleanups.push(() => cluster.stop());
			const targets = cluster.members.map(({ name, url }) =>
				targetFor(url, { name, kind: 'bft', intervalMs: 250, timeoutMs: 1000 }),
			);
			const watched = await watchAndRecord(targets);
			const state = () => watched.monitor.moment().groups[0]?.state;
			await expect.poll(state, waiting).toBe('agreed');
			const { leader } = await rawStatus(cluster.members[0]?.url ?? '');
			const ids = await Promise.all(
				cluster.members.map(async ({ url }) => (await rawStatus(url)).header.member_id),
			);
			const led = cluster.members[ids.indexOf(leader ?? '')];
			led?.freeze();
			const name = led?.name ?? '';
			const health = () =>
				watched.monitor.moment().nodes.find(({ snapshot }) => snapshot.target.name === name)
					?.snapshot.health.status;
			await expect.poll(health, waiting).toBe('down');
			await expect
				.poll(() => watched.monitor.moment().alerts.map(({ rule }) => rule), waiting)
				.toContain('node-down');
			led?.thaw();
			await expect.poll(health, waiting).toBe('up');
			await expect
				.poll(() => watched.recordedMoments.length, waiting)
				.toBeGreaterThanOrEqual(wanted);
			await watched.stop();
			await compareAll(watched);
			expect(rulesIn(watched.recordedMoments)).toContain('node-down');
		},
		120_000,
	);
});
