import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDevnet } from '../../../devnet/devnet.ts';
import type { RunningDevnet } from '../../../devnet/devnet.ts';
import type { Histogram } from '../../../devnet/histogram.ts';
import type { Fault } from '../../../devnet/faults.ts';
import type { Replica } from '../../../devnet/hotstuff/replica.ts';
import { readField } from '../../../source/domain/field-path.ts';
import type { Reading } from '../../../source/sections/snapshot.ts';
import { watchUrl } from '../../adapters/bft/watching.ts';
import { replicas } from './helpers.ts';

/**
 * Every counter, level and histogram of the metrics plan, as nodetop reads it from a replica after a
 * minute under faults, against what the replica counted. A wrong unit, and a value of one thing under the name of
 * another, fail here.
 */
const epochMs = Date.UTC(2026, 0, 1);
const names = ['hotstuff-1', 'hotstuff-2', 'hotstuff-3', 'hotstuff-4'];

/** One after another over a minute, so that each has its time and the group goes on. */
const faults: readonly Fault[] = [
	{ fault: 'slowDisk', node: 'hotstuff-2', latencyMs: 300 },
	{ fault: 'doubleVote', node: 'hotstuff-3' },
	{ fault: 'churn', node: 'hotstuff-4' },
	{ fault: 'flood', node: 'hotstuff-1', factor: 100 },
	{ fault: 'loss', node: 'hotstuff-4', ratio: 0.1 },
	{ fault: 'invalidMessage', node: 'hotstuff-3' },
	{ fault: 'cacheThrash', node: 'hotstuff-2' },
	{ fault: 'equivocation', node: 'hotstuff-1' },
];

let devnet: RunningDevnet;
let readings: readonly Reading[];

beforeAll(async () => {
	devnet = await startDevnet({
		nodeCount: 1,
		seed: 3,
		version: '1',
		basePort: 0,
		epochMs,
		clock: 'manual',
	});
	const { hotstuff } = devnet;
	hotstuff.advance(5000);
	for (const fault of faults) {
		hotstuff.apply(fault);
		hotstuff.advance(7500);
	}
	const nodes = devnet.nodes.filter(({ kind }) => kind === 'bft');
	readings = await Promise.all(
		nodes.map(({ url }) => watchUrl(url, { mine: ['hotstuff-3'] }).poll(hotstuff.wallNowMs())),
	);
}, 60_000);
afterAll(async () => {
	await devnet.stop();
});

const sum = (counts: ReadonlyMap<string, number>) =>
	[...counts.values()].reduce((all, count) => all + count, 0);

/** By the path of the field. */
const numbers: Readonly<Record<string, (replica: Replica) => number>> = {
	'consensus.view': ({ pacemaker }) => pacemaker.view,
	'consensus.height': ({ tree }) => tree.committed.height,
	'consensus.finalized': ({ counters }) => counters.blocksCommitted,
	'consensus.proposals': ({ counters }) => counters.proposals,
	'consensus.votes': ({ counters }) => counters.votesSent,
	'consensus.votesReceived': ({ counters }) => counters.votesReceived,
	'consensus.quorumCertificates': ({ counters }) => counters.quorumCertificates,
	'consensus.timeoutCertificates': ({ counters }) => counters.timeoutCertificates,
	'consensus.timeouts': ({ counters }) => counters.timeouts,
	'consensus.viewsInRowTimedOut': ({ counters }) => counters.consecutiveTimeouts,
	'consensus.viewChanges': ({ counters }) => sum(counters.viewChanges),
	'consensus.lastViewChange.from': ({ counters }) => counters.lastViewChange?.from ?? Number.NaN,
	'consensus.lastViewChange.to': ({ counters }) => counters.lastViewChange?.to ?? Number.NaN,
	'consensus.safetyViolations': ({ counters }) => counters.safetyViolations,
	'consensus.equivocations': ({ detector }) => detector.equivocations,
	'consensus.byzantine': ({ validators }) =>
		validators.all().reduce((all, [, { byzantine }]) => all + sum(byzantine), 0),
	'performance.transactions': ({ counters }) => counters.transactionsCommitted,
	'performance.decisions': ({ counters }) => counters.decisions,
	'chain.txPool.pending': ({ mempool }) => mempool.size,
	'mempool.bytes': ({ mempool }) => mempool.bytes,
	'mempool.oldestSeconds': ({ mempool }) => Math.round(mempool.oldestMs() * 1000) / 1e6,
	'mempool.received': ({ mempool }) => mempool.counts.received,
	'mempool.evicted': ({ mempool }) => mempool.counts.evicted,
	'mempool.rejected': ({ mempool }) => mempool.counts.rejected,
	'mempool.expired': ({ mempool }) => mempool.counts.expired,
	'network.peers': ({ peers }) => peers.connected().length,
	'network.queuedMessages': ({ waiting }) => waiting,
	'network.connectionsOpened': ({ connections }) => sum(connections.opened),
	'network.connectionsClosed': ({ connections }) => sum(connections.closed),
	'network.connectionsFailed': ({ connections }) => sum(connections.failed),
	'resources.databaseBytes': ({ store }) => store.sizeBytes,
	'database.reads': ({ store }) => store.counts.reads,
	'database.writes': ({ store }) => store.counts.writes,
	'database.deletes': ({ store }) => store.counts.deletes,
	'database.batches': ({ store }) => store.counts.batches,
	'database.errors': ({ store }) => store.counts.errors,
	'database.cacheHits': ({ store }) => store.counts.cacheHits,
	'database.cacheMisses': ({ store }) => store.counts.cacheMisses,
	'database.cacheBytes': ({ store }) => store.cacheBytes,
	'database.logicalBytes': ({ store }) => store.liveBytes,
	'database.compactions': ({ store }) => store.counts.compactions,
	'state.sizeBytes': ({ state }) => state.sizeBytes,
	'state.accounts': ({ state }) => state.accounts,
	'state.contracts': ({ state }) => state.contracts,
	'state.transitions': ({ state }) => state.counts.transitions,
	'state.queries': ({ state }) => state.counts.queries,
	'state.snapshots': ({ state }) => state.counts.snapshots,
	'state.validations': ({ state }) => state.counts.validations,
	'state.validationFailures': ({ state }) => sum(state.counts.failures),
};

const distributions: Readonly<Record<string, (replica: Replica) => Histogram>> = {
	'consensus.latenciesMs.propose': ({ counters }) => counters.proposalTime,
	'consensus.latenciesMs.vote': ({ counters }) => counters.voteTime,
	'consensus.latenciesMs.certify': ({ counters }) => counters.certificateTime,
	'consensus.latenciesMs.commit': ({ counters }) => counters.commitTime,
	'consensus.latenciesMs.voteProcessing': ({ connections }) => connections.voteHandling,
	'consensus.latenciesMs.view': ({ counters }) => counters.viewDuration,
	'consensus.latenciesMs.viewChange': ({ counters }) => counters.viewChangeDuration,
	'performance.confirmationMs': ({ counters }) => counters.confirmationTime,
	'performance.finalizationMs': ({ counters }) => counters.finalizationTime,
	'performance.endToEndMs': ({ counters }) => counters.endToEndTime,
	'performance.transactionBytes': ({ counters }) => counters.transactionSize,
	'network.latencyMs': ({ counters }) => counters.roundTrips,
	'network.messageBytes': ({ connections }) => connections.size,
	'network.processingMs': ({ connections }) => connections.handling,
	'network.propagationMs': ({ connections }) => connections.propagation,
	'network.connectionSeconds': ({ connections }) => connections.duration,
	'database.readMs': ({ store }) => store.counts.readTime,
	'database.writeMs': ({ store }) => store.counts.writeTime,
	'database.deleteMs': ({ store }) => store.counts.deleteTime,
	'database.batchMs': ({ store }) => store.counts.batchTime,
	'database.compactionMs': ({ store }) => store.counts.compactionTime,
	'state.transitionMs': ({ state }) => state.counts.transitionTime,
	'state.queryMs': ({ state }) => state.counts.queryTime,
	'state.snapshotMs': ({ state }) => state.counts.snapshotTime,
	'state.validationMs': ({ state }) => state.counts.validationTime,
};

const splits: Readonly<Record<string, (replica: Replica) => ReadonlyMap<string, number>>> = {
	'consensus.viewChangeReasons': ({ counters }) => counters.viewChanges,
	'consensus.votesByType': ({ counters }) => counters.votesByType,
	'consensus.safetyViolationsBy': ({ counters }) =>
		new Map([['conflictingCommit', counters.safetyViolations]]),
	'consensus.byzantineByType': ({ validators }) => {
		const totals = new Map<string, number>();
		for (const [, { byzantine }] of validators.all())
			for (const [type, count] of byzantine) totals.set(type, (totals.get(type) ?? 0) + count);
		return totals;
	},
	'consensus.equivocationsBy': ({ committee, detector }) =>
		new Map(
			committee.members.flatMap((name): [string, number][] => {
				const count = detector.equivocationsOf(name);
				return count > 0 ? [[name, count]] : [];
			}),
		),
	'network.connectionsBy': ({ connections }) => connections.opened,
	'network.disconnectionsBy': ({ connections }) => connections.closed,
	'network.connectionFailuresBy': ({ connections }) => connections.failed,
	'state.validationFailuresBy': ({ state }) => state.counts.failures,
};

const factorOf = (path: string) => (/Ms(\.|$)/.test(path) ? 1000 : 1);

describe.each(names.map((name, index) => ({ name, index })))('$name', ({ index }) => {
	const replicaOf = () => replicas(devnet.hotstuff)[index];
	const read = (path: string) => readField(readings[index], path);

	it('counts as nodetop reads', () => {
		const replica = replicaOf();
		if (!replica) throw new Error('it is not running');
		const differing = Object.entries(numbers).flatMap(([path, count]) =>
			read(path) === count(replica) ? [] : [`${path}: ${read(path)}, not ${count(replica)}`],
		);
		expect(differing).toEqual([]);
	});

	it('has the histograms that nodetop reads, in its units', () => {
		const replica = replicaOf();
		if (!replica) throw new Error('it is not running');
		const differing: string[] = [];
		for (const [path, histogram] of Object.entries(distributions)) {
			const { count: n, sum: total } = histogram(replica).total();
			const average = n > 0 ? (total * factorOf(path)) / n : 0;
			const [count, told] = [read(`${path}.n`) ?? 0, Number(read(`${path}.avg`) ?? 0)];
			if (count !== n || Math.abs(told - average) > 1e-3)
				differing.push(`${path}: ${count} of ${told}, not ${n} of ${average}`);
		}
		expect(differing).toEqual([]);
	});

	it('has the counts by label that nodetop reads', () => {
		const replica = replicaOf();
		if (!replica) throw new Error('it is not running');
		const told = Object.keys(splits).map((path) => {
			const [section = '', name = ''] = path.split('.');
			const record: unknown = Reflect.get(
				Object(Reflect.get(readings[index] ?? {}, section)),
				name,
			);
			return [path, record];
		});
		const counted = Object.entries(splits).map(([path, counts]) => [
			path,
			Object.fromEntries(counts(replica)),
		]);
		expect(told).toEqual(counted);
	});

	it('has the messages and the validators that nodetop reads', () => {
		const replica = replicaOf();
		if (!replica) throw new Error('it is not running');
		const messages = readings[index]?.network?.messages ?? [];
		for (const { type, ...counts } of replica.traffic.counts()) {
			const processed = replica.connections.processed.get(type);
			const expected = { type, ...counts, ...(processed !== undefined && { processed }) };
			expect(messages.find((each) => each.type === type)).toMatchObject(expected);
		}
		const list = readings[index]?.validators?.list ?? [];
		expect(list).toHaveLength(4);
		for (const [
			validator,
			{ votes, missed, missedInRow, proposals, byzantine },
		] of replica.validators.all()) {
			const acts = [...byzantine].filter(([, count]) => count > 0);
			const expected = { votes, missed, missedInRow, proposals, power: 1 };
			expect(list.find((each) => each.validator === validator)).toMatchObject({
				...expected,
				byzantine: sum(byzantine),
				mine: validator === 'hotstuff-3',
				...(acts.length > 0 && { byzantineBy: Object.fromEntries(acts) }),
			});
		}
	});
});

it('the faults left their traces, so that equal is not equal to nothing', () => {
	const total = (path: string) =>
		readings.reduce((all, reading) => all + Number(readField(reading, path) ?? 0), 0);
	const isOften = (path: string) =>
		!/safetyViolations|expired|errors|viewsInRow|queuedMessages/.test(path);
	const paths = [
		...Object.keys(numbers).filter(isOften),
		...Object.keys(distributions).map((path) => `${path}.n`),
	];
	expect(paths.filter((path) => total(path) === 0)).toEqual([]);
	const seen = readings.flatMap(({ consensus }) =>
		Object.entries(consensus?.byzantineByType ?? {}),
	);
	for (const type of ['doubleVote', 'invalidMessage', 'equivocation'])
		expect(seen.some(([each, count]) => each === type && Number(count) > 0)).toBe(true);
	const blamed = readings.flatMap(({ validators }) =>
		(validators?.list ?? []).flatMap(({ validator, byzantineBy = {} }) =>
			Object.keys(byzantineBy).map((type) => `${validator} ${type}`),
		),
	);
	expect(new Set(blamed)).toEqual(
		new Set([
			'hotstuff-1 doubleVote',
			'hotstuff-1 equivocation',
			'hotstuff-3 doubleVote',
			'hotstuff-3 invalidMessage',
		]),
	);
});
