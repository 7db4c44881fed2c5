import { afterEach, expect, it, vi } from 'vitest';
import { nameOf, startDevnetWatch } from '../helpers/virtual-watch.ts';
import type { DevnetWatch } from '../helpers/virtual-watch.ts';

/** The storage nodes of the devnet with the rules as they are: which fault is told, how soon, and what is not. */

const intervalMs = 5000;
const minuteRounds = 60_000 / intervalMs;
const epochMs = Date.UTC(2026, 2, 18, 12);
vi.setConfig({ testTimeout: 120_000 });

let watch: DevnetWatch | undefined;
afterEach(async () => {
	await watch?.stop();
	watch = undefined;
});

async function start(): Promise<DevnetWatch> {
	watch = await startDevnetWatch({
		seed: 7,
		intervalMs,
		storageNodes: 2,
		epochMs,
		partOf: ({ nodes, storj }) => ({
			targets: nodes.filter(({ kind }) => kind === 'storj'),
			pass: (durationMs) => {
				storj.advance(durationMs);
			},
		}),
	});
	// A forwarder sends only what is written while somebody is connected, and connections are made in real time.
	await expect.poll(hearsEveryLog, { timeout: 60_000 }).toBe(true);
	return watch;
}

async function hearsEveryLog(): Promise<boolean> {
	await watch?.round();
	const nodes = watch?.fleet.getSnapshot().nodes ?? [];
	return nodes.every(({ snapshot }) => (snapshot.transfers?.log?.lines ?? 0) > 0);
}

/** What is told in so many rounds, or until this is. */
async function told(rounds: number, wanted?: string): Promise<{ names: string[]; rounds: number }> {
	const names = new Set<string>();
	for (let round = 1; round <= rounds; round += 1) {
		for (const incident of (await watch?.round())?.told ?? [])
			names.add(`${incident.severity} ${nameOf(incident)}`);
		if (wanted !== undefined && names.has(wanted)) return { names: [...names], rounds: round };
	}
	return { names: [...names], rounds };
}

it('at rest, over an upgrade, a rotation and the start of a month, they wake nobody', async () => {
	const { fault } = await start();
	expect((await told(2 * minuteRounds)).names).toEqual([]);
	await fault({ fault: 'upgrade', node: 'storj-1' });
	await fault({ fault: 'rotateLog', node: 'storj-1' });
	expect((await told(minuteRounds)).names).toEqual([]);
	await fault({ fault: 'monthStart', node: 'storj-1' });
	expect((await told(11 * minuteRounds)).names).toEqual([]);
});

it.each([
	['lostPieces', { count: 25 }, 'warning audit-score-low storj-1'],
	['lostPieces', { count: 45 }, 'critical disqualified storj-1'],
	['auditErrors', { count: 12 }, 'critical suspended storj-1'],
	['auditErrors', { count: 3 }, 'warning suspension-score-low storj-1'],
	['offline', { hours: 72 }, 'warning online-score-low storj-1'],
	['offline', { hours: 14 * 24 }, 'critical online-score-low storj-1'],
])('%s %j: %s within a minute', async (fault, more, wanted) => {
	const { fault: begin } = await start();
	await told(3);
	await begin({ fault, node: 'storj-1', ...more });
	const { names, rounds } = await told(minuteRounds, wanted);
	expect(names).toContain(wanted);
	expect(rounds * intervalMs).toBeLessThanOrEqual(60_000);
	expect(names.filter((name) => name.includes('storj-2'))).toEqual([]);
});

it('a lost piece is told within a minute of its line in the log', async () => {
	const { fault } = await start();
	await told(3);
	await fault({ fault: 'lostPieces', node: 'storj-1', count: 1 });
	const names = new Set<string>();
	let rounds = 0;
	// The file is followed in real time: how many rounds pass until it is read depends on the machine.
	const nextRound = async (): Promise<readonly string[]> => {
		for (const name of (await told(1)).names) names.add(name);
		const nodes = watch?.fleet.getSnapshot().nodes ?? [];
		if (nodes.some(({ snapshot }) => (snapshot.transfers?.lostPieces ?? 0) > 0)) rounds += 1;
		return [...names];
	};
	await expect.poll(nextRound, { timeout: 60_000 }).toContain('critical piece-lost storj-1');
	expect(rounds).toBeGreaterThan(0);
	expect(rounds * intervalMs).toBeLessThanOrEqual(60_000);
	expect([...names].filter((name) => name.includes('storj-2'))).toEqual([]);
});

it.each([
	['diskFull', { leftBytes: 2 ** 30 }, 'critical storage-full storj-1', 2],
	['slowDisk', { latencyMs: 15_000 }, 'critical transfers-slow storj-1', 3],
	['crash', {}, 'critical node-down storj-1', 4],
])('%s %j: %s', async (fault, more, wanted, minutes) => {
	const { fault: begin } = await start();
	await told(3);
	await begin({ fault, node: 'storj-1', ...more });
	const { names } = await told(minutes * minuteRounds, wanted);
	expect(names).toContain(wanted);
	expect(names.filter((name) => name.includes('storj-2'))).toEqual([]);
});

it('a forwarder that is cut is told, and over when it is back', async () => {
	const { fault, heal } = await start();
	await told(3);
	await fault({ fault: 'forwarderCut', node: 'storj-2' });
	// The connection is lost in real time.
	await expect
		.poll(async () => (await told(minuteRounds)).names, { timeout: 60_000 })
		.toContain('warning log-unread storj-2');
	await heal();
	await expect.poll(async () => (await told(minuteRounds)).names, { timeout: 60_000 }).toEqual([]);
});

it('a node that stands still but answers has a silent log', async () => {
	const { fault } = await start();
	await told(minuteRounds);
	await fault({ fault: 'stall', node: 'storj-1' });
	expect((await told(14 * minuteRounds)).names).toEqual([]);
	expect((await told(4 * minuteRounds, 'warning log-silent storj-1')).names).toContain(
		'warning log-silent storj-1',
	);
});
