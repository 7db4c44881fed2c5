import { counter, gauge } from '../node-metrics.ts';
import type { Family, LabelledValue } from '../node-metrics.ts';
import type { Scrape } from './scrape.ts';

type Read = (scrape: Scrape) => number;

const count = (name: string, help: string, read: Read): Family<Scrape> =>
	counter(`hotstuff2_${name}`, help, read);
const level = (name: string, help: string, read: Read): Family<Scrape> =>
	gauge(`hotstuff2_${name}`, help, read);
const byLabel = (
	name: string,
	help: string,
	label: string,
	read: (scrape: Scrape) => ReadonlyMap<string, number>,
): Family<Scrape> =>
	counter(
		`hotstuff2_${name}`,
		help,
		(scrape) => [...read(scrape)].map(([text, value]): LabelledValue => [{ [label]: text }, value]),
		[label],
	);

/** Mempool, store and state. */
export const ledgerFamilies: readonly Family<Scrape>[] = [
	level('mempool_bytes', 'Size of the transactions that wait', (s) => s.replica.mempool.bytes),
	level(
		'mempool_oldest_seconds',
		'How long the oldest transaction waits',
		(s) => s.replica.mempool.oldestMs() / 1000,
	),
	count('mempool_received', 'Transactions of clients', (s) => s.replica.mempool.counts.received),
	count('mempool_evictions', 'Dropped to make room', (s) => s.replica.mempool.counts.evicted),
	count('mempool_rejected', 'Refused as invalid', (s) => s.replica.mempool.counts.rejected),
	count('mempool_expired', 'Waited too long', (s) => s.replica.mempool.counts.expired),
	count('storage_reads', 'Reads', (s) => s.replica.store.counts.reads),
	count('storage_writes', 'Writes, those of batches too', (s) => s.replica.store.counts.writes),
	count('storage_deletes', 'Deletes, those of batches too', (s) => s.replica.store.counts.deletes),
	count('storage_batches', 'Batches', (s) => s.replica.store.counts.batches),
	count('storage_errors', 'Accesses given up', (s) => s.replica.store.counts.errors),
	count('storage_compactions', 'Compactions', (s) => s.replica.store.counts.compactions),
	count('cache_hits', 'Reads that the cache answered', (s) => s.replica.store.counts.cacheHits),
	count('cache_misses', 'Reads from the disk', (s) => s.replica.store.counts.cacheMisses),
	level('cache_size_bytes', 'Size of the cache', (s) => s.replica.store.cacheBytes),
	level('storage_size_bytes', 'Size on disk', (s) => s.replica.store.sizeBytes),
	level('storage_live_bytes', 'Size of the live data', (s) => s.replica.store.liveBytes),
	level('state_size_bytes', 'Size of accounts and contracts', (s) => s.replica.state.sizeBytes),
	level('account_count', 'Accounts', (s) => s.replica.state.accounts),
	level('contract_count', 'Contracts', (s) => s.replica.state.contracts),
	count('state_transitions', 'Transactions applied', (s) => s.replica.state.counts.transitions),
	count('state_queries', 'Queries of clients', (s) => s.replica.state.counts.queries),
	count('state_snapshots', 'Hashes of the whole state', (s) => s.replica.state.counts.snapshots),
	count(
		'transaction_validations',
		'Transactions checked',
		(s) => s.replica.state.counts.validations,
	),
	byLabel(
		'validation_failures',
		'Invalid transactions',
		'reason',
		(s) => s.replica.state.counts.failures,
	),
];

/** What a replica saw of each member, itself included. */
export const validatorFamilies: readonly Family<Scrape>[] = [
	ofValidators('validator_power', 'Votes that it has', () => 1, gauge),
	ofValidators('validator_votes', 'Its votes, of the views collected here', ({ votes }) => votes),
	ofValidators('validator_votes_missed', 'Those that it missed', ({ missed }) => missed),
	ofValidators(
		'validator_votes_missed_in_row',
		'Missed until now without a vote between',
		({ missedInRow }) => missedInRow,
		gauge,
	),
	ofValidators('validator_proposals', 'Its committed blocks', ({ proposals }) => proposals),
	ofValidators(
		'validator_last_seen_timestamp_seconds',
		'Unix time of its newest message',
		({ lastSeenAtWallMs }) =>
			lastSeenAtWallMs === undefined ? undefined : lastSeenAtWallMs / 1000,
		gauge,
	),
	byLabel('votes_by_type', 'Votes of others', 'type', (s) => s.replica.counters.votesByType),
];

type ValidatorRecord = ReturnType<Scrape['replica']['validators']['all']>[number][1];

function ofValidators(
	name: string,
	help: string,
	read: (record: ValidatorRecord) => number | undefined,
	make: typeof gauge = counter,
): Family<Scrape> {
	return make(
		`hotstuff2_${name}`,
		help,
		({ replica }) =>
			replica.validators.all().flatMap(([validator, record]): LabelledValue[] => {
				const value = read(record);
				return value === undefined ? [] : [[{ validator }, value]];
			}),
		['validator'],
	);
}

export const connectionFamilies: readonly Family<Scrape>[] = [
	byLabel('connections_opened', 'Connections', 'type', (s) => s.replica.connections.opened),
	byLabel('connections_closed', 'Connections ended', 'reason', (s) => s.replica.connections.closed),
	byLabel('connections_failed', 'Dials that failed', 'error', (s) => s.replica.connections.failed),
	byLabel(
		'messages_processed',
		'Messages handled without an error',
		'type',
		(s) => s.replica.connections.processed,
	),
	level('message_queue_size', 'What waits to be handled', (s) => s.replica.waiting),
];
