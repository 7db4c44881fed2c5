import { createGroupAnalysis } from '../../source/analysis/groups.ts';
import type { Alert } from '../../source/domain/alert.ts';
import { PollError } from '../../source/domain/errors.ts';
import { createStore } from '../../source/domain/store.ts';
import { createFleet } from '../../source/fleet/fleet.ts';
import { createMoments } from '../../source/fleet/moments.ts';
import { createJudge } from '../../source/health/judge.ts';
import { createNetworkTracker } from '../../source/network-tests/statistics/network-tracker.ts';
import type { AlertingStatus } from '../../source/sections/alerting/schema.ts';
import type { ComponentHealth } from '../../source/sections/health/component-health.ts';
import type { Network } from '../../source/sections/network/schema.ts';
import type { Probes } from '../../source/sections/probes/schema.ts';
import type { NodeSnapshot, Reading } from '../../source/sections/snapshot.ts';
import { targetFor } from './targets.ts';
import type { TestClock } from './test-clock.ts';

const iso = (ms: number) => new Date(ms).toISOString();

/** Readings that differ at every poll `n`, of nodes of several kinds. */
const readings: Readonly<Record<string, (n: number, atMs: number) => Reading | PollError>> = {
	'dag-1': (n, atMs) => dagReading(1, n, atMs),
	'dag-2': (n, atMs) => dagReading(2, n, atMs),
	'evm-1': (n, atMs) => ({
		latencyMs: 12 + (n % 7),
		identity: { client: 'Geth', version: '1.16.4', chainId: 1, nodeId: 'id-evm-1' },
		chain: {
			head: { number: 18_234_000 + n, hash: `0x9a1f${n}`, at: iso(atMs - 400) },
			finalized: { number: 18_233_900 + n },
			recent: [0, 1, 2].map((back) => ({
				number: 18_234_000 + n - back,
				hash: `0x9a1f${n - back}`,
			})),
			txPool: { pending: 40 + (n % 9), queued: 2 },
		},
		network: networkOf('evm', n),
	}),
	'bft-1': (n, atMs) => ({
		latencyMs: 3 + (n % 3),
		identity: { client: 'hotstuff', networkId: 'committee' },
		consensus: {
			status: 'active',
			view: 900 + n,
			height: 870 + n,
			leader: `replica-${n % 4}`,
			lastFinalizedAt: iso(atMs - 300),
			viewChanges: 12 + n,
			viewChangeReasons: { timeout: 7 + n, badProposal: 5 },
			latenciesMs: { propose: { p50: 4 + (n % 5), p99: 22, n }, commit: { p50: 9, max: 80, n } },
		},
	}),
	gone: (n) =>
		n % 50 < 10
			? { latencyMs: 9, consensus: { status: 'active', height: n } }
			: new PollError('unreachable', `connection refused ${n}`, { nextStep: 'start the node' }),
	east: (n, atMs) => ({
		identity: { client: 'nodetop', nodeId: 'other' },
		members: [
			{ snapshot: memberSnapshot(n, atMs) },
			{
				target: { name: 'raw', kind: 'evm', url: 'http://10.0.0.9:8545' },
				reading: { latencyMs: 5 + (n % 4), chain: { head: { number: n, at: iso(atMs - 900) } } },
			},
		],
	}),
};

function dagReading(id: number, n: number, atMs: number): Reading {
	return {
		latencyMs: 4 + ((n * id) % 11),
		identity: {
			client: 'qudag',
			version: `0.4.${id}`,
			networkId: 'testnet',
			nodeId: `id-dag-${id}`,
			uptimeSeconds: 3600 + n,
		},
		consensus: {
			status: 'active',
			round: 70 + n,
			finalized: 500 + n,
			pending: n % 6,
			averageFinalityMs: 840 + (n % 40),
			lastFinalizedAt: iso(atMs - 500),
		},
		dag: {
			vertices: 502 + n,
			tips: 2 + (n % 3),
			growthPerSecond: 1.5 + (n % 10) / 10,
			recent: [0, 1, 2, 3].map((layer) => ({
				id: `v${n + layer}`,
				parents: layer === 0 ? [] : [`v${n + layer - 1}`],
				layer: n + layer,
				finalized: layer < 2,
			})),
		},
		network: networkOf(`dag-${3 - id}`, n),
		resources: {
			source: 'node',
			cpuRatio: 0.1 + (n % 8) / 20,
			memoryResidentBytes: 268_435_456 + n * 4096,
			openFiles: 100 + (n % 30),
			openFilesLimit: 1024,
		},
	};
}

function networkOf(neighbour: string, n: number): Network {
	return {
		peers: 3 + (n % 2),
		inbound: 1,
		outbound: 2 + (n % 2),
		bytesInPerSecond: 900 + (n % 13) * 50,
		bytesOutPerSecond: 500 + (n % 17) * 40,
		messages: [
			{ type: 'vote', sent: n * 20 + (n % 5), received: n * 10, dropped: n % 4 },
			{ type: 'vertex', sent: n * 3, received: n * 4, failed: 1 },
		],
		peerList: [
			{
				id: `id-${neighbour}`,
				direction: 'outbound',
				address: '127.0.0.1:1',
				latencyMs: 12 + (n % 9),
			},
			{
				id: 'elsewhere',
				direction: 'inbound',
				address: '203.0.113.4:30303',
				latencyMs: 80 + (n % 21),
			},
			// Comes and goes, so that there is churn.
			{ id: `guest-${Math.floor(n / 5)}`, client: 'reth', version: '1.1', connectedSeconds: n },
		],
	};
}

function memberSnapshot(n: number, atMs: number): NodeSnapshot {
	return {
		target: { name: 'judged', kind: 'qudag', url: 'http://10.0.0.8:1' },
		poll: { status: 'ok', failures: 0, at: iso(atMs), latencyMs: 7 + (n % 5) },
		health: {
			status: 'degraded',
			issues: [
				{
					code: 'siteSays',
					component: 'dag',
					severity: 'warning',
					message: `as of ${n}`,
					since: iso(0),
				},
			],
		},
	};
}

function probesAt(n: number, atMs: number): Probes {
	return {
		at: iso(atMs),
		address: '127.0.0.1:80',
		sent: 90 + n,
		connectMs: 51 + (n % 7),
		levelMs: 50,
		usualMs: 12,
		shiftMs: 38,
		lossRatio: 0.1,
		routeChanges: 1,
		route: {
			at: iso(atMs),
			hops: ['10.0.0.1', '127.0.0.1'],
			changes: 1,
			changedAt: iso(atMs - 5000),
		},
	};
}

function componentsAt(n: number, atMs: number): ComponentHealth[] {
	const check = { name: 'disk', values: [], lastCheckAt: iso(atMs), durationMs: 1 };
	return [
		{
			component: 'storage',
			status: 'up',
			checks: [{ ...check, status: 'up', message: `fine ${n}` }],
		},
		{
			component: 'process',
			status: 'degraded',
			checks: [{ ...check, status: 'degraded', message: `slow ${n}`, severity: 'warning' }],
		},
	];
}

function alertsAt(n: number, atMs: number): Alert[] {
	const base = {
		severity: 'warning',
		since: iso(atMs - 90_000),
		labels: { component: 'network' },
	} as const;
	return [
		{
			...base,
			fingerprint: 'a',
			node: 'dag-1',
			rule: 'peers-none',
			state: 'firing',
			message: `dag-1: ${n}`,
		},
		{
			...base,
			fingerprint: 'b',
			node: 'gone',
			rule: 'down',
			state: 'pending',
			message: `gone: ${n}`,
		},
		{
			...base,
			fingerprint: 'c',
			group: 'qudag:testnet',
			rule: 'stalled',
			state: 'firing',
			severity: 'critical',
			message: `still ${n}`,
			muted: 'silenced',
			silencedUntil: iso(atMs + 60_000),
		},
		{
			...base,
			fingerprint: 'd',
			node: 'evm-1',
			rule: 'head-old',
			state: 'resolved',
			message: `evm-1: ${n}`,
			resolvedAt: iso(atMs - 1000),
			reason: 'recovered',
		},
	];
}

function statusAt(n: number, atMs: number): AlertingStatus {
	return {
		mode: 'own',
		problems: [`channel mail: ${n} queued`],
		silences: [
			{ id: `s${n % 2}`, match: { rule: 'stalled' }, endsAt: iso(atMs + 3_600_000), author: 'eve' },
			{ match: { node: 'gone' }, endsAt: iso(atMs + 7_200_000), comment: `note ${n}` },
		],
		ruleCount: 40 + (n % 3),
	};
}

/** A fleet with everything that a screen can show, and a way to let all of it go on. */
export function createRichFleet(clock: TestClock) {
	const fleet = createFleet(createJudge());
	const tracker = createNetworkTracker();
	const analysis = createGroupAnalysis();
	const alerting = createStore(statusAt(0, clock.now()));
	const targets = Object.keys(readings).map((name) =>
		targetFor(`http://user:secret@127.0.0.1/${name}`, {
			name,
			kind: name === 'east' ? 'nodetop' : name.startsWith('dag') ? 'qudag' : name.slice(0, 3),
			capacityBytesPerSecond: 2000,
			insecure: name === 'evm-1',
		}),
	);
	for (const target of targets) fleet.add(target);
	let n = 0;

	function pollAll(): void {
		n += 1;
		const atMs = clock.now();
		for (const target of targets) {
			const got = readings[target.name]?.(n, atMs) ?? {};
			const outcome =
				got instanceof PollError
					? ({ status: 'failed', error: got } as const)
					: ({ status: 'read', reading: got } as const);
			fleet.apply({ target, atMs, missedSlots: n % 3, outcome });
		}
		for (const { snapshot } of fleet.getSnapshot().nodes) tracker.observe(snapshot);
	}

	function judgeAll(): void {
		const nowMs = clock.now();
		const nodes = fleet.getSnapshot().nodes.map(({ snapshot }) => snapshot);
		const at = iso(nowMs);
		fleet.compare({
			groups: analysis.evaluate(nodes, nowMs),
			witness: {
				verdict: 'them',
				at,
				since: at,
				message: `it is them ${n}`,
				evidence: [],
				failing: ['gone'],
			},
			nowMs,
		});
		for (const name of ['dag-1', 'evm-1']) {
			fleet.attach(name, { probes: probesAt(n, nowMs) }, nowMs);
			fleet.attach(name, { components: componentsAt(n, nowMs) }, nowMs);
		}
		fleet.setAlerts(alertsAt(n, nowMs));
		alerting.update(() => statusAt(n, nowMs));
	}

	return {
		fleet,
		moments: createMoments(fleet, { clock, alerting, networkOf: tracker.memoryOf }),
		/** So many seconds, with a poll of every node in each, comparisons, checks, probes and alerts. */
		goOn(seconds: number): void {
			for (let second = 0; second < seconds; second++) {
				clock.advance(1000);
				pollAll();
				judgeAll();
			}
		},
	};
}
