import type { NodeSpec } from './helpers.ts';
import { cpu, down, minuteMs } from './helpers.ts';

/** What makes a rule fire. */
export interface RuleCase {
	/** Before, for as long as windows need. */
	readonly well?: (index: number) => NodeSpec;
	readonly ill: (index: number) => NodeSpec;
	readonly severity: 'info' | 'warning' | 'critical';
	/** Within which the alert is due. */
	readonly withinMs: number;
}

export const issue = (
	code: string,
	severity: 'info' | 'warning' | 'critical',
	spec: NodeSpec = {},
): NodeSpec => ({
	...spec,
	issues: [{ code, severity, message: code }],
});
export const disk = {
	resources: { source: 'node' as const, diskAvailableBytes: 50, diskTotalBytes: 100 },
};
const probed = (figures: object): NodeSpec => ({
	probes: { at: '2026-01-01T00:00:00Z', address: '192.0.2.1:1', sent: 60, ...figures },
});
const foreseen = (figures: object): NodeSpec => ({
	outlook: {
		at: '2026-01-01T00:00:00Z',
		unusual: [],
		unusualTraffic: 0,
		unusualLatency: 0,
		unusualPeers: 0,
		unusualOther: 0,
		...figures,
	},
});
const satellite = (scores: object): NodeSpec => ({
	kind: 'storj',
	reputation: { satellites: [{ satellite: 'us1', ...scores }] },
});
const aLog = {
	place: '/var/log/node.log',
	status: 'following',
	lines: 9,
	unreadLines: 0,
	bytes: 99,
};
const anHour = { succeeded: 100, canceled: 0, failed: 0, timed: 0, slow: 0 };
/** What the log of a storage node says. */
const log = (more: object): NodeSpec => ({
	kind: 'storj',
	transfers: { succeeded: 5, canceled: 0, failed: 0, lostPieces: 0, ...more },
});
const validator = (facts: object): NodeSpec => ({
	kind: 'cometbft',
	validators: { list: [{ validator: 'val1', mine: true, ...facts }] },
});
/** Time between two polls of a node that is ill. */
export const step = 5000;

/** By the name of the rule. */
export const ruleCases: Readonly<Record<string, RuleCase>> = {
	'node-down': { ill: () => down, severity: 'critical', withinMs: 20_000 },
	'database-closed': {
		ill: () => issue('databaseClosed', 'critical'),
		severity: 'critical',
		withinMs: 15_000,
	},
	'endpoint-failed': {
		ill: () => issue('endpointFailed', 'warning'),
		severity: 'warning',
		withinMs: 70_000,
	},
	'poll-slow': {
		well: () => ({ latencyMs: 20 }),
		ill: () => ({ latencyMs: 2000 }),
		severity: 'warning',
		withinMs: 30_000,
	},
	'certificate-ends': {
		well: () => ({ certificateDaysLeft: 60 }),
		ill: () => ({ certificateDaysLeft: 1 }),
		severity: 'critical',
		withinMs: 11 * minuteMs,
	},
	'chain-changed': {
		ill: () => issue('chainChanged', 'critical'),
		severity: 'critical',
		withinMs: 0,
	},
	'node-changed': {
		ill: () => issue('nodeChanged', 'warning'),
		severity: 'warning',
		withinMs: 0,
	},
	'answers-cached': {
		ill: () => issue('answersCached', 'warning'),
		severity: 'warning',
		withinMs: 35_000,
	},
	'not-recognised': {
		ill: () => issue('notRecognised', 'warning'),
		severity: 'warning',
		withinMs: 15_000,
	},
	'all-values-lost': {
		ill: () => issue('allValuesLost', 'warning'),
		severity: 'warning',
		withinMs: 15_000,
	},
	'values-lost': {
		ill: () => issue('valuesLost', 'warning'),
		severity: 'warning',
		withinMs: 15_000,
	},
	'went-back': { ill: () => issue('wentBack', 'warning'), severity: 'warning', withinMs: 0 },
	'finalized-above-head': {
		ill: () => issue('finalizedAboveHead', 'warning'),
		severity: 'warning',
		withinMs: 20_000,
	},
	'own-parent': { ill: () => issue('ownParent', 'warning'), severity: 'warning', withinMs: 0 },
	'time-in-future': {
		ill: () => issue('timeInFuture', 'warning'),
		severity: 'warning',
		withinMs: 35_000,
	},
	'self-reported': {
		ill: () => issue('selfReported', 'critical'),
		severity: 'critical',
		withinMs: 70_000,
	},
	'process-crashed': {
		ill: () => ({ process: { state: 'crashed' } }),
		severity: 'critical',
		withinMs: 0,
	},
	'supervisor-troubled': {
		ill: () => ({ process: { state: 'running', problem: 'its disk is full' } }),
		severity: 'warning',
		withinMs: 15_000,
	},
	'crash-loop': {
		well: () => ({ process: { state: 'running', restarts: 1 } }),
		ill: (index) => ({ process: { state: 'running', restarts: 1 + index } }),
		severity: 'critical',
		withinMs: 20_000,
	},
	'node-restarting': {
		ill: (index) => ({ identity: { startedAt: new Date(1e12 + index * 1000).toISOString() } }),
		severity: 'warning',
		withinMs: 20_000,
	},
	'version-not-allowed': {
		ill: () => ({
			kind: 'storj',
			identity: { version: '1.1', allowedVersion: '1.2', isVersionAllowed: false },
		}),
		severity: 'warning',
		withinMs: 80_000,
	},
	'quic-misconfigured': {
		ill: () => ({ kind: 'storj', network: { quicStatus: 'Misconfigured' } }),
		severity: 'info',
		withinMs: 320_000,
	},
	'clock-skewed': {
		ill: () => issue('clockSkewed', 'warning'),
		severity: 'warning',
		withinMs: 40_000,
	},
	behind: { ill: () => issue('behind', 'warning'), severity: 'warning', withinMs: 70_000 },
	'stands-still': {
		ill: () => issue('standsStill', 'warning'),
		severity: 'warning',
		withinMs: 40_000,
	},
	'consensus-stalled': {
		well: () => ({ consensus: { status: 'active' } }),
		ill: () => ({ consensus: { status: 'stalled' } }),
		severity: 'critical',
		withinMs: 25_000,
	},
	'no-progress': {
		ill: () => issue('noProgress', 'warning', { consensus: { status: 'active' } }),
		severity: 'warning',
		withinMs: 25_000,
	},
	syncing: {
		well: () => ({ consensus: { status: 'active' } }),
		ill: (index) => ({ consensus: { status: 'syncing', height: index } }),
		severity: 'warning',
		withinMs: 61 * minuteMs,
	},
	'sync-stuck': {
		ill: () => ({ consensus: { status: 'syncing' }, chain: { head: { number: 7 } } }),
		severity: 'warning',
		withinMs: 12 * minuteMs,
	},
	'block-time': {
		well: () => ({ chain: { blockIntervalMs: 3000 } }),
		ill: () => ({ chain: { blockIntervalMs: 60_000 } }),
		severity: 'warning',
		withinMs: 10 * minuteMs,
	},
	'finality-slow': {
		ill: () => ({ consensus: { averageFinalityMs: 40_000 } }),
		severity: 'warning',
		withinMs: 70_000,
	},
	'view-timeouts': {
		well: (index) => ({ consensus: { view: index * 10, timeouts: 0 } }),
		ill: (index) => ({ consensus: { view: 10_000 + index * 4, timeouts: index } }),
		severity: 'warning',
		withinMs: 4 * minuteMs,
	},
	'view-changes': {
		well: () => ({ consensus: { viewChanges: 0 } }),
		ill: (index) => ({ consensus: { viewChanges: index * 10 } }),
		severity: 'warning',
		withinMs: 4 * minuteMs,
	},
	'safety-violated': {
		well: () => ({ consensus: { safetyViolations: 0 } }),
		ill: () => ({ consensus: { safetyViolations: 1 } }),
		severity: 'critical',
		withinMs: step,
	},
	equivocation: {
		well: () => ({ consensus: { equivocations: 0 } }),
		ill: () => ({ consensus: { equivocations: 1 } }),
		severity: 'critical',
		withinMs: step,
	},
	'safety-violated-before': {
		ill: () => ({ consensus: { safetyViolations: 2 } }),
		severity: 'warning',
		withinMs: 0,
	},
	'leader-changes': {
		well: () => ({ consensus: { view: 3, viewChanges: 0 } }),
		ill: (index) => ({ consensus: { view: 3 + index, viewChanges: index } }),
		severity: 'warning',
		withinMs: 20_000,
	},
	'finality-stuck': {
		well: (index) => ({ chain: { head: { number: index }, finalized: { number: index } } }),
		ill: (index) => ({ chain: { head: { number: 240 + index }, finalized: { number: 240 } } }),
		severity: 'warning',
		withinMs: 65 * minuteMs,
	},
	reorg: {
		well: () => ({ chain: { reorgs: { count: 0 } } }),
		ill: () => ({ chain: { reorgs: { count: 1, lastDepth: 4 } } }),
		severity: 'warning',
		withinMs: step,
	},
	'throughput-low': {
		well: () => ({ dag: { growthPerSecond: 50 } }),
		ill: () => ({ dag: { growthPerSecond: 1 } }),
		severity: 'warning',
		withinMs: 8 * minuteMs,
	},
	'orphans-high': {
		well: () => ({ dag: { orphaned: 1, vertices: 100 } }),
		ill: () => ({ dag: { orphaned: 30, vertices: 100 } }),
		severity: 'warning',
		withinMs: 70_000,
	},
	'tips-growing': {
		well: () => ({ dag: { tips: 5 } }),
		ill: () => ({ dag: { tips: 100 } }),
		severity: 'warning',
		withinMs: 8 * minuteMs,
	},
	'peers-none': {
		ill: () => issue('peersNone', 'warning', { network: { peers: 0 } }),
		severity: 'warning',
		withinMs: 40_000,
	},
	'peers-lost': {
		well: () => ({ network: { peers: 40 } }),
		ill: () => ({ network: { peers: 6 } }),
		severity: 'warning',
		withinMs: 3 * minuteMs,
	},
	'peer-latency-high': {
		well: () => ({ network: { latencyMs: { p50: 50 } } }),
		ill: () => ({ network: { latencyMs: { p50: 900 } } }),
		severity: 'warning',
		withinMs: 70_000,
	},
	'message-loss': {
		well: (index) => ({ network: { messages: [{ type: 'v', sent: index * 100, dropped: 0 }] } }),
		ill: (index) => ({
			network: { messages: [{ type: 'v', sent: 100_000 + index * 100, dropped: index * 50 }] },
		}),
		severity: 'warning',
		withinMs: 2 * minuteMs,
	},
	'latency-level-moved': {
		well: () => probed({ levelMs: 12, usualMs: 12, shiftMs: 0 }),
		ill: () => probed({ levelMs: 52, usualMs: 12, shiftMs: 40 }),
		severity: 'warning',
		withinMs: 35_000,
	},
	'probe-loss': {
		well: () => probed({ lossRatio: 0 }),
		ill: () => probed({ lossRatio: 0.4 }),
		severity: 'critical',
		withinMs: 35_000,
	},
	'route-changed': {
		well: () => probed({ routeChanges: 2 }),
		ill: () => probed({ routeChanges: 3 }),
		severity: 'info',
		withinMs: step,
	},
	'unusual-traffic': {
		well: () => foreseen({ unusualTraffic: 0 }),
		ill: () => foreseen({ unusualTraffic: 1 }),
		severity: 'info',
		withinMs: 65_000,
	},
	'unusual-latency': {
		well: () => foreseen({ unusualLatency: 0 }),
		ill: () => foreseen({ unusualLatency: 1 }),
		severity: 'info',
		withinMs: 65_000,
	},
	'unusual-peers': {
		well: () => foreseen({ unusualPeers: 0 }),
		ill: () => foreseen({ unusualPeers: 1 }),
		severity: 'info',
		withinMs: 65_000,
	},
	'unusual-number': {
		well: () => foreseen({ unusualOther: 0 }),
		ill: () => foreseen({ unusualOther: 1 }),
		severity: 'info',
		withinMs: 65_000,
	},
	'disk-forecast': {
		well: () => foreseen({ daysUntilDiskFull: { expected: 90 } }),
		ill: () => foreseen({ daysUntilDiskFull: { expected: 2 } }),
		severity: 'critical',
		withinMs: 11 * minuteMs,
	},
	'disk-low': {
		well: () => disk,
		ill: () => issue('diskLow', 'critical', disk),
		severity: 'critical',
		withinMs: 20_000,
	},
	'memory-low': {
		ill: () => ({ resources: { source: 'host', memoryAvailableBytes: 4, memoryTotalBytes: 100 } }),
		severity: 'warning',
		withinMs: 70_000,
	},
	'cpu-busy': {
		well: () => cpu(0.1),
		ill: () => ({ resources: { source: 'host', cpuRatio: 1 } }),
		severity: 'info',
		withinMs: 11 * minuteMs,
	},
	'descriptors-high': {
		ill: () => ({ resources: { source: 'node', openFiles: 90, openFilesLimit: 100 } }),
		severity: 'warning',
		withinMs: 70_000,
	},
	'audit-score-low': {
		ill: () => satellite({ auditScore: 0.975 }),
		severity: 'warning',
		withinMs: 0,
	},
	'suspension-score-low': {
		ill: () => satellite({ suspensionScore: 0.7 }),
		severity: 'critical',
		withinMs: 0,
	},
	'online-score-low': {
		ill: () => satellite({ onlineScore: 0.94 }),
		severity: 'warning',
		withinMs: 0,
	},
	'contact-lost': {
		ill: () => ({ kind: 'storj', network: { lastContactAt: '2026-01-01T00:00:00Z' } }),
		severity: 'critical',
		withinMs: 70_000,
	},
	disqualified: {
		ill: () => satellite({ disqualifiedAt: '2026-01-01T00:00:00Z' }),
		severity: 'critical',
		withinMs: 0,
	},
	suspended: {
		ill: () => satellite({ suspendedAt: '2026-01-01T00:00:00Z' }),
		severity: 'critical',
		withinMs: 0,
	},
	'upgrade-due': {
		well: () => ({ chain: { head: { number: 100 }, upgradeHeight: 5000 } }),
		ill: () => ({ chain: { head: { number: 4500 }, upgradeHeight: 5000, upgradeName: 'v9' } }),
		severity: 'warning',
		withinMs: 0,
	},
	'byzantine-behavior': {
		well: () => ({ consensus: { byzantine: 0 } }),
		ill: () => ({ consensus: { byzantine: 1 } }),
		severity: 'critical',
		withinMs: 0,
	},
	'own-validator-byzantine': {
		well: () => validator({ byzantine: 0 }),
		ill: () => validator({ byzantine: 1 }),
		severity: 'critical',
		withinMs: 0,
	},
	'own-validator-tombstoned': {
		ill: () => validator({ tombstoned: true, jailed: true, active: false }),
		severity: 'critical',
		withinMs: 0,
	},
	'own-validator-slashed': {
		ill: () => validator({ slashed: true }),
		severity: 'critical',
		withinMs: 0,
	},
	'own-validator-jailed': {
		well: () => validator({ jailed: false, tombstoned: false, active: true }),
		ill: () => validator({ jailed: true, tombstoned: false, active: false }),
		severity: 'critical',
		withinMs: 0,
	},
	'own-validator-inactive': {
		well: () => validator({ active: true }),
		ill: () => validator({ active: false }),
		severity: 'warning',
		withinMs: 35_000,
	},
	'own-validator-missing': {
		well: () => validator({ missedInRow: 0 }),
		ill: () => validator({ missedInRow: 4 }),
		severity: 'warning',
		withinMs: 0,
	},
	'own-validator-proposal-missed': {
		well: () => validator({ proposalsMissed: 0 }),
		ill: () => validator({ proposalsMissed: 1 }),
		severity: 'warning',
		withinMs: 0,
	},
	'own-validator-sync-missing': {
		well: () => validator({ syncMissedInRow: 0 }),
		ill: () => validator({ syncMissedInRow: 5 }),
		severity: 'warning',
		withinMs: 0,
	},
	'own-validator-score-low': {
		well: () => validator({ score: 0.99 }),
		ill: () => validator({ score: 0.7 }),
		severity: 'warning',
		withinMs: 2 * minuteMs,
	},
	'transaction-throughput-low': {
		well: () => ({
			performance: { transactionsPerSecond: 100 },
			chain: { txPool: { pending: 5 } },
		}),
		ill: () => ({
			performance: { transactionsPerSecond: 1 },
			chain: { txPool: { pending: 5 } },
		}),
		severity: 'warning',
		withinMs: 7 * minuteMs,
	},
	'disconnections-high': {
		well: () => ({ network: { peers: 5, connectionsClosed: 0 } }),
		ill: (index) => ({ network: { peers: 5, connectionsClosed: 3 * index } }),
		severity: 'warning',
		withinMs: 4 * minuteMs,
	},
	'mempool-evicting': {
		well: () => ({ mempool: { evicted: 0 } }),
		ill: () => ({ mempool: { evicted: 7 } }),
		severity: 'warning',
		withinMs: 0,
	},
	'database-errors': {
		well: () => ({ database: { errors: 0 } }),
		ill: () => ({ database: { errors: 1 } }),
		severity: 'critical',
		withinMs: 0,
	},
	'database-slow': {
		ill: () => ({ database: { writeMs: { p99: 700 } } }),
		severity: 'warning',
		withinMs: 35_000,
	},
	'cache-hits-low': {
		well: () => ({ database: { cacheHitRatio: 0.9 } }),
		ill: () => ({ database: { cacheHitRatio: 0.1 } }),
		severity: 'warning',
		withinMs: 4 * minuteMs,
	},
	'storage-full': {
		ill: () => ({ storage: { freeBytes: 15, capacityBytes: 100 } }),
		severity: 'warning',
		withinMs: 70_000,
	},
	'storage-overused': {
		ill: () => ({ storage: { overusedBytes: 5 } }),
		severity: 'warning',
		withinMs: 70_000,
	},
	'piece-lost': {
		ill: () => issue('pieceLost', 'critical'),
		severity: 'critical',
		withinMs: 0,
	},
	'node-fatal': {
		ill: () => issue('nodeFatal', 'critical'),
		severity: 'critical',
		withinMs: 0,
	},
	'transfers-slow': {
		ill: () => log({ recent: { ...anHour, timed: 100, slow: 2 } }),
		severity: 'warning',
		withinMs: 0,
	},
	'transfers-fail': {
		ill: () => log({ recent: { ...anHour, failed: 30 } }),
		severity: 'critical',
		withinMs: 6 * minuteMs,
	},
	'log-unread': {
		ill: () => log({ log: { ...aLog, status: 'missing' } }),
		severity: 'warning',
		withinMs: 130_000,
	},
	'log-silent': {
		ill: () => issue('logSilent', 'warning'),
		severity: 'warning',
		withinMs: 70_000,
	},
	'storage-forecast': {
		ill: () => ({ storage: { daysUntilFull: { expected: 5 } } }),
		severity: 'critical',
		withinMs: 11 * minuteMs,
	},
};
