import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sectionFacts } from '../../screens/node/facts.ts';
import { fieldsPath, fieldsText } from '../../scripts/fields-table.ts';
import { toStatusText } from '../../source/export/status-text.ts';
import { derived } from '../../source/sections/derived.ts';
import { derivedMetrics, fieldMetrics } from '../../source/sections/field-metrics.ts';
import type { DerivedNumber } from '../../source/sections/derived.ts';
import type { AnyField } from '../../source/sections/field.ts';
import { labelOf } from '../../source/sections/lines.ts';
import { mappedFields } from '../../source/sections/mapped-fields.ts';
import { sectionEntries, sections } from '../../source/sections/registry.ts';
import type { SectionName } from '../../source/sections/registry.ts';
import type { Section } from '../../source/sections/section.ts';
import { documentOf, plainNode, takenAtMs } from '../export/nodes.ts';

const allFields = sectionEntries.flatMap(([name, { fields }]) =>
	Object.entries<AnyField>(fields).map(([path, field]) => ({ name, path, field })),
);

/** A node whose sections hold each field, so that every line has something to show. */
const full = plainNode({
	target: { group: 'mine' },
	identity: {
		nodeId: 'id-1',
		client: 'Geth',
		version: '1.2.3',
		allowedVersion: '1.3.0',
		isVersionAllowed: false,
		networkId: 'net-4',
		chainId: 5,
		genesisHash: '0xgenesis',
		uptimeSeconds: 6,
		startedAt: '2026-01-01T00:00:07.000Z',
	},
	clock: { offsetMs: -8, uncertaintyMs: 9, source: 'node' },
	poll: {
		status: 'failed',
		missedSlots: 10,
		failures: 11,
		latencyMs: 12.3,
		certificateDaysLeft: 12.4,
		error: { code: 'timeout', message: 'no answer', nextStep: 'look at it' },
	},
	selfReport: { status: 'degraded', reasons: [] },
	consensus: {
		status: 'active',
		height: 13,
		round: 14,
		view: 15,
		epoch: 16,
		leader: 'leader-17',
		isLeader: true,
		finalized: 18,
		applied: 19,
		pending: 20,
		finalityLag: 21,
		lastFinalizedAt: '2026-01-02T03:03:43.000Z',
		validators: 23,
		votingPower: 24,
		averageFinalityMs: 25,
		proposals: 26,
		votes: 27,
		votesReceived: 120,
		timeoutCertificates: 121,
		viewsInRowTimedOut: 122,
		byzantine: 123,
		quorumCertificates: 28,
		failed: 29,
		timeouts: 30,
		viewChanges: 31,
		lastViewChange: { from: 164, to: 165, reason: 'noQuorum' },
		safetyViolations: 32,
		equivocations: 33,
	},
	performance: {
		transactions: 124,
		decisions: 125,
		transactionsPerSecond: 126,
		blocksPerSecond: 127,
		decisionsPerSecond: 128,
		consensusEfficiencyRatio: 0.91,
		networkEfficiencyRatio: 0.92,
		storageEfficiencyRatio: 0.93,
		confirmationMs: { avg: 200, p50: 201, p95: 202, p99: 203, max: 204, n: 205 },
		finalizationMs: { avg: 206, p50: 207, p95: 208, p99: 209, max: 210, n: 211 },
		endToEndMs: { avg: 212, p50: 213, p95: 214, p99: 215, max: 216, n: 217 },
		transactionBytes: { avg: 218, p50: 219, p95: 220, p99: 221, max: 222, n: 223 },
	},
	mempool: {
		bytes: 129,
		oldestSeconds: 130,
		received: 131,
		evicted: 132,
		rejected: 133,
		expired: 134,
	},
	database: {
		reads: 135,
		writes: 136,
		deletes: 137,
		batches: 138,
		errors: 139,
		cacheHits: 140,
		cacheMisses: 141,
		cacheHitRatio: 0.94,
		cacheBytes: 142,
		logicalBytes: 143,
		growthBytesPerSecond: 144,
		compactions: 145,
		readMs: { avg: 224, p50: 225, p95: 226, p99: 227, max: 228, n: 229 },
		writeMs: { avg: 230, p50: 231, p95: 232, p99: 233, max: 234, n: 235 },
		deleteMs: { avg: 236, p50: 237, p95: 238, p99: 239, max: 240, n: 241 },
		batchMs: { avg: 242, p50: 243, p95: 244, p99: 245, max: 246, n: 247 },
		compactionMs: { avg: 248, p50: 249, p95: 250, p99: 251, max: 252, n: 253 },
	},
	state: {
		sizeBytes: 146,
		accounts: 147,
		contracts: 148,
		transitions: 149,
		queries: 150,
		snapshots: 151,
		validations: 152,
		validationFailures: 153,
		transitionMs: { avg: 254, p50: 255, p95: 256, p99: 257, max: 258, n: 259 },
		queryMs: { avg: 260, p50: 261, p95: 262, p99: 263, max: 264, n: 265 },
		snapshotMs: { avg: 266, p50: 267, p95: 268, p99: 269, max: 270, n: 271 },
		validationMs: { avg: 272, p50: 273, p95: 274, p99: 275, max: 276, n: 277 },
	},
	chain: {
		name: 'C-Chain',
		head: { number: 34, hash: '0xhead', at: '2026-01-02T03:03:30.000Z' },
		safe: { number: 36 },
		finalized: { number: 37 },
		reorgs: { count: 38, lastDepth: 39, lastAt: '2026-01-02T03:03:25.000Z' },
		blockIntervalMs: 41,
		syncing: true,
		highestKnown: 42,
		upgradeHeight: 159,
		upgradeName: 'v9',
		txPool: { pending: 43, queued: 44 },
	},
	dag: {
		vertices: 45,
		edges: 46,
		tips: 47,
		depth: 48,
		branchingFactor: 49,
		growthPerSecond: 50,
		pending: 51,
		orphaned: 52,
		missing: 53,
		storageBytes: 54,
	},
	network: {
		lastContactAt: '2026-01-02T03:04:00.000Z',
		quicStatus: 'Misconfigured',
		peers: 55,
		inbound: 56,
		outbound: 57,
		bytesInPerSecond: 58,
		bytesOutPerSecond: 59,
		messagesPerSecond: 154,
		deliveryRatio: 0.95,
		queuedMessages: 155,
		connectionsOpened: 156,
		connectionsClosed: 157,
		connectionsFailed: 158,
		messageBytes: { avg: 278, p50: 279, p95: 280, p99: 281, max: 282, n: 283 },
		processingMs: { avg: 284, p50: 285, p95: 286, p99: 287, max: 288, n: 289 },
		propagationMs: { avg: 290, p50: 291, p95: 292, p99: 293, max: 294, n: 295 },
		connectionSeconds: { avg: 296, p50: 297, p95: 298, p99: 299, max: 300, n: 301 },
		latencyMs: { avg: 60, p50: 61, p95: 62, p99: 63, min: 64, max: 65, n: 66 },
	},
	probes: {
		at: '2026-01-02T03:02:58.000Z',
		address: '127.0.0.1:67',
		sent: 68,
		connectMs: 69,
		lossRatio: 0.7,
		levelMs: 71,
		usualMs: 72,
		shiftMs: 73,
		shiftedAt: '2026-01-02T03:02:51.000Z',
		routeChanges: 75,
		route: {
			at: '2026-01-02T03:02:50.000Z',
			hops: ['*'],
			changes: 75,
			changedAt: '2026-01-02T03:02:49.000Z',
		},
	},
	outlook: {
		at: '2026-01-02T03:02:57.000Z',
		unusual: [],
		unusualTraffic: 201,
		unusualLatency: 202,
		unusualPeers: 203,
		unusualOther: 204,
		daysUntilDiskFull: { expected: 205 },
		daysUntilSynced: { expected: 206 },
		isSyncSlowing: true,
		trafficPerDayBytes: 207,
	},
	resources: {
		source: 'node',
		cpuRatio: 0.77,
		memoryResidentBytes: 78,
		memoryTotalBytes: 79,
		memoryAvailableBytes: 80,
		memoryVirtualBytes: 81,
		heapUsedBytes: 82,
		heapTotalBytes: 83,
		diskAvailableBytes: 84,
		diskTotalBytes: 85,
		diskReadsPerSecond: 86,
		diskWritesPerSecond: 87,
		databaseBytes: 88,
		logBytes: 89,
		threads: 90,
		openFiles: 91,
		openFilesLimit: 92,
	},
	process: {
		supervisor: 'nodetop',
		state: 'running',
		pid: 93,
		restarts: 94,
		startedAt: '2026-01-02T03:02:30.000Z',
		exitReason: 'exit 96',
		problem: 'its disk is full 96',
	},
	storage: {
		capacityBytes: 97,
		usedBytes: 98,
		trashBytes: 99,
		reclaimableBytes: 104,
		freeBytes: 100,
		overusedBytes: 101,
		growthBytesPerDay: 102,
		daysUntilFull: { expected: 103 },
	},
	reputation: { worstAudit: 0.138, worstSuspension: 0.139, worstOnline: 0.14, satellites: [] },
	transfers: {
		log: {
			place: '/n.log',
			status: 'following',
			lines: 114,
			unreadLines: 0,
			bytes: 1,
			lastLineAt: '2026-01-02T03:00:00.000Z',
		},
		succeeded: 115,
		canceled: 116,
		failed: 117,
		successRatio: 0.118,
		uploadedBytes: 119,
		downloadedBytes: 120,
		lostPieces: 121,
		latencyMs: { p50: 122, p95: 123, p99: 124 },
		latencyAbsent: 'not available',
		recent: { succeeded: 0, canceled: 0, failed: 0, timed: 0, slow: 125 },
	},
	earnings: {
		monthUsd: 105,
		monthHeldUsd: 106,
		estimateUsd: 107,
		monthByCause: { storageUsd: 108, egressUsd: 109, repairAndAuditUsd: 110 },
		previousMonthUsd: 111,
		previousMonthHeldUsd: 112,
		paidUsd: 113,
		paidFor: '2025-12',
		estimateLowUsd: 126,
		estimateHighUsd: 127,
		estimateConfidence: 0.128,
		heldTotalUsd: 129,
		returnedUsd: 130,
		accuracyRatio: 0.131,
		nextPayoutAt: '2026-01-13T00:00:00.000Z',
		prices: { storageUsd: 1.32, egressUsd: 1.33, repairUsd: 1.34, auditUsd: 1.35, from: 'node' },
		egressBytes: 136,
		egressForecastBytes: 137,
	},
});

function isElsewhere(name: SectionName, path: string, form: 'short' | 'full'): boolean {
	const { shownElsewhere = {} }: Section = sections[name];
	return shownElsewhere[form]?.includes(path) === true;
}

/** The line of several fields in `status` that shows this one. */
function lineOf(name: SectionName, path: string) {
	const { joined = [] }: Section = sections[name];
	return joined.find(({ form, fields }) => form !== 'short' && fields.includes(path));
}

describe('every field with a label', () => {
	const shown = new Set(
		sectionEntries.flatMap(([name]) =>
			sectionFacts(full, name, takenAtMs).flatMap(({ paths }) => paths),
		),
	);
	const status = toStatusText(documentOf([full]));
	const manual = readFileSync(fieldsPath, 'utf8');

	test.each(allFields)('$name.$path is among the facts of a screen', ({ name, path }) => {
		expect(shown.has(`${name}.${path}`)).toBe(!isElsewhere(name, path, 'short'));
	});

	test.each(allFields.filter(({ name, path }) => !isElsewhere(name, path, 'full')))(
		'$name.$path is in status, alone or in a line of several',
		({ name, path, field }) => {
			const label = lineOf(name, path)?.label ?? labelOf(field, 'full');
			expect(status).toMatch(new RegExp(`^ {2}${label}: +\\S`, 'm'));
		},
	);

	test.each(allFields)('$name.$path is in the manual', ({ name, path }) => {
		expect(manual).toContain(`| \`${name}.${path}\` |`);
	});

	test('is left out of the lists only where a title, the panel of trouble or the verdict shows it', () => {
		const elsewhere = allFields
			.filter(
				({ name, path }) => isElsewhere(name, path, 'short') || isElsewhere(name, path, 'full'),
			)
			.map(({ name, path }) => `${name}.${path}`);
		expect(elsewhere).toEqual([
			'target.name',
			'target.kind',
			'poll.error.code',
			'poll.error.message',
			'poll.error.nextStep',
			'health.status',
		]);
	});

	test.each(allFields.filter(({ name, path }) => !lineOf(name, path)))(
		'$name.$path has a label that fits the column of status',
		({ field }) => {
			expect(labelOf(field, 'full').length).toBeLessThanOrEqual(12);
		},
	);
});

test.each(['Validators', 'Applied', 'Failed', 'Reorgs', 'Missing'])(
	'%s is in status as on screens',
	(label) => {
		expect(toStatusText(documentOf([full]))).toMatch(new RegExp(`^ {2}${label}: `, 'm'));
	},
);

test('names for Prometheus and columns of CSV are unique', () => {
	const metrics = [...fieldMetrics, ...derivedMetrics].map(({ name }) => name);
	expect(new Set(metrics).size).toBe(metrics.length);
	for (const name of metrics) expect(name).toMatch(/^nodetop_[a-z0-9_]+$/);
	const ofFields = allFields.flatMap(({ field }) => (field.csv ? [field.csv] : []));
	const ofDerived = Object.values<DerivedNumber>(derived).flatMap(({ csv }) => (csv ? [csv] : []));
	const positions = [...ofFields, ...ofDerived].map(([, position]) => position);
	expect(new Set(positions).size).toBe(positions.length);
});

test('every number, time, flag and status of a node has a name in Prometheus', () => {
	// Ids and texts are labels, or no numbers at all.
	const nameless = allFields
		.filter(({ field: { metric, unit } }) => {
			return metric === undefined && !['text', 'id', 'hash'].includes(unit);
		})
		.map(({ name, path }) => `${name}.${path}`);
	expect(nameless).toEqual([]);
});

test('the fields that a metric mapping may fill keep their names', () => {
	expect(Object.keys(mappedFields)).toEqual(
		expect.arrayContaining([
			'consensus.committedView',
			'chain.head',
			'chain.txPool.pending',
			'network.peers',
		]),
	);
	expect(Object.keys(mappedFields)).toHaveLength(95);
});

test('docs/fields.md is current: npm run fields', () => {
	expect(readFileSync(fieldsPath, 'utf8')).toBe(fieldsText());
});
