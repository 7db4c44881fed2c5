import { clean } from '../../domain/clean.ts';
import { defined, definedOrNone } from '../../domain/defined.ts';
import type { Integer } from '../../domain/scalars.ts';
import type { Database } from '../../sections/database/schema.ts';
import type { Distribution } from '../../sections/distribution.ts';
import type { Mempool } from '../../sections/mempool/schema.ts';
import type { Network } from '../../sections/network/schema.ts';
import type { State } from '../../sections/state/schema.ts';
import { toInteger } from '../quantity.ts';

/** Quantiles of summaries: metric → quantile → value. */
export type Quantiles = ReadonlyMap<string, ReadonlyMap<number, number>>;

export interface LedgerSections {
	readonly state?: State | undefined;
	readonly mempool?: Mempool | undefined;
	readonly database?: Database | undefined;
}

export const dialErrors = 'p2p_dials_error_';
const mostErrors = 20;

const evictions = ['txpool_overflowed', 'txpool_queued_eviction', 'txpool_pending_discard'];
const rejections = ['txpool_invalid', 'txpool_underpriced'];
const compactions = ['memory', 'level0', 'nonlevel0', 'seek'].map(
	(kind) => `eth_db_chaindata_compact_${kind}`,
);
/** The trie's clean cache: of the path scheme, and of the hash scheme before it. */
const hits = ['pathdb_clean_node_hit', 'trie_memcache_clean_hit', 'hashdb_memcache_clean_hit'];
const misses = ['pathdb_clean_node_miss', 'trie_memcache_clean_miss', 'hashdb_memcache_clean_miss'];
const executions = ['chain_execution', 'chain_inserts'];
const validations = ['chain_validation'];
const writes = ['chain_write'];
const connections = ['p2p_dials', 'p2p_dials_success', 'p2p_serves', 'p2p_serves_success'];

/** Names of go-ethereum's `core`, `core/txpool`, `ethdb`, `triedb` and `p2p` packages. */
export const ledgerMetrics: readonly string[] = [
	'txpool_valid',
	...evictions,
	...rejections,
	...compactions,
	...hits,
	...misses,
	...executions,
	...validations,
	...writes,
	...connections,
];

type Values = ReadonlyMap<string, number>;

/** Meters are totals since the start, whatever type they declare; timers are nanoseconds. */
export function readLedger(values: Values, quantiles: Quantiles): LedgerSections {
	const sum = (names: readonly string[]): Integer | undefined => {
		const known = names.map((name) => values.get(name)).filter((value) => value !== undefined);
		return known.length === 0 ? undefined : toInteger(known.reduce((all, value) => all + value, 0));
	};
	const first = (names: readonly string[]) =>
		names.map((name) => times(quantiles.get(name))).find(Boolean);
	const hasPool = values.has('txpool_valid');
	return defined({
		state: definedOrNone<State>({
			validations: hasPool ? sum(['txpool_valid', 'txpool_invalid']) : undefined,
			validationFailures: sum(['txpool_invalid']),
			transitionMs: first(executions),
			validationMs: first(validations),
		}),
		mempool: definedOrNone<Mempool>({ evicted: sum(evictions), rejected: sum(rejections) }),
		database: definedOrNone<Database>({
			compactions: sum(compactions),
			cacheHits: sum(hits),
			cacheMisses: sum(misses),
			batchMs: first(writes),
		}),
	});
}

/** Dials of its own and of others: those that became peers, and those that failed, by error. */
export function readConnections(values: Values): Network {
	const count = (name: string) => values.get(name);
	const [dials, dialled] = [count('p2p_dials'), count('p2p_dials_success')];
	const served = count('p2p_serves_success');
	const byError = [...values]
		.filter(([name, value]) => name.startsWith(dialErrors) && value > 0)
		.slice(0, mostErrors)
		.map(([name, value]): [string, number] => [clean(name.slice(dialErrors.length), 40), value]);
	const isKnown = dialled !== undefined || served !== undefined;
	return defined({
		connectionsOpened: isKnown ? toInteger((dialled ?? 0) + (served ?? 0)) : undefined,
		connectionsFailed:
			dials === undefined || dialled === undefined
				? undefined
				: toInteger(Math.max(0, dials - dialled)),
		connectionsBy: isKnown
			? {
					...(dialled !== undefined && { outbound: dialled }),
					...(served !== undefined && { inbound: served }),
				}
			: undefined,
		connectionFailuresBy: byError.length === 0 ? undefined : Object.fromEntries(byError),
	});
}

function times(quantiles: ReadonlyMap<number, number> | undefined): Distribution | undefined {
	const inMs = (quantile: number) => {
		const nanoseconds = quantiles?.get(quantile);
		return nanoseconds === undefined ? undefined : Math.round(nanoseconds) / 1e6;
	};
	return definedOrNone({ p50: inMs(0.5), p95: inMs(0.95), p99: inMs(0.99) });
}
