import { defined, definedOrNone } from '../../domain/defined.ts';
import type { Reputation } from '../../sections/reputation/schema.ts';
import type { Storage } from '../../sections/storage/schema.ts';
import type { TransferSection } from '../../sections/transfers/schema.ts';
import { clean } from '../../domain/clean.ts';
import type { Sample } from '../prometheus-text.ts';
import { toAmount, toCount } from '../quantity.ts';
import { readReputation } from './reputation.ts';
import type { Judgement } from './reputation.ts';
import { isRetired, nameOf } from './satellite-name.ts';
import { maxSatellites } from './wire.ts';

/** What the debug port says; names and units from storagenode/piecestore, /monitor and /reputation. */
export interface DebugReading {
	readonly transfers: TransferSection | undefined;
	readonly storage: Storage | undefined;
	readonly reputation: Reputation | undefined;
}

const spaces = ['allocated_space', 'used_space', 'available_space'] as const;
const scores = ['audit_reputation_score', 'suspension_score', 'online_score'] as const;
const outcomes = ['success', 'cancel', 'failure'] as const;
type Outcome = (typeof outcomes)[number];
const transferMetric =
	/^(?<direction>upload|download)_(?<outcome>success|cancel|failure)_(?<what>count|size_bytes|duration_ns)$/;
const others: ReadonlySet<string> = new Set([...spaces, ...scores]);
const nsAMs = 1e6;
const everySatellite = 'all satellites';

export function isDebugMetric(name: string): boolean {
	return others.has(name) || transferMetric.test(name);
}

/** Values of one series by the kind of statistic: `count`, `sum`, `min`, `recent`, … */
type Fields = Map<string, number>;

export function readDebugMetrics(samples: readonly Sample[]): DebugReading {
	const transfers = new Map<string, Fields>();
	const space = new Map<string, Fields>();
	const satellites = new Map<string, Map<string, Fields>>();
	for (const { name, labels, value } of samples) {
		const field = labels['field'] ?? '';
		if (!Number.isFinite(value) || value < 0) continue;
		if (transferMetric.test(name)) {
			const action = labels['action'] ?? (name.startsWith('upload') ? 'PUT' : 'GET');
			put(transfers, `${name} ${clean(action, 20)}`, field, value);
			continue;
		}
		const satellite = labels['satellite_id'] ?? labels['satellite'];
		if (satellite === undefined) put(space, name, field, value);
		else if (satellites.has(satellite) || satellites.size < maxSatellites) {
			const of = satellites.get(satellite) ?? new Map<string, Fields>();
			satellites.set(satellite, of);
			put(of, name, field, value);
		}
	}
	return {
		transfers: transfersOf(transfers),
		storage: storageOf(space),
		reputation: reputationOf(satellites),
	};
}

function put(series: Map<string, Fields>, name: string, field: string, value: number): void {
	const fields = series.get(name) ?? new Map<string, number>();
	fields.set(field, value);
	series.set(name, fields);
}

/** A counter calls its number `value`, a meter `total`, a distribution `count`. */
function countOf(fields: Fields | undefined): number | undefined {
	return toCount(
		fields?.get('value') ?? fields?.get('total') ?? fields?.get('count') ?? fields?.get('recent'),
	);
}

interface ActionCounts {
	readonly action: string;
	readonly counts: Readonly<Record<Outcome, number>>;
	readonly bytes: number;
	readonly durations: Fields | undefined;
}

function transfersOf(series: ReadonlyMap<string, Fields>): TransferSection | undefined {
	if (series.size === 0) return undefined;
	const actions = actionsOf(series);
	const sum = (read: (each: ActionCounts) => number) =>
		actions.reduce((total, each) => total + read(each), 0);
	const succeeded = sum(({ counts }) => counts.success);
	const canceled = sum(({ counts }) => counts.cancel);
	const failed = sum(({ counts }) => counts.failure);
	const ended = succeeded + canceled + failed;
	const bytesOf = (isChosen: (action: string) => boolean) =>
		sum(({ action, bytes }) => (isChosen(action) ? bytes : 0));
	return {
		succeeded,
		canceled,
		failed,
		...(ended > 0 && { successRatio: succeeded / ended }),
		uploadedBytes: bytesOf((action) => action.startsWith('PUT')),
		downloadedBytes: bytesOf((action) => !action.startsWith('PUT')),
		actions: actions.map(({ action, counts, bytes }) => ({
			action,
			satellite: everySatellite,
			succeeded: counts.success,
			canceled: counts.cancel,
			failed: counts.failure,
			bytes,
		})),
		...latencyOf(actions),
	};
}

function actionsOf(series: ReadonlyMap<string, Fields>): ActionCounts[] {
	const kinds = new Set<string>();
	for (const key of series.keys()) {
		const [metric = '', action = ''] = key.split(' ');
		kinds.add(`${metric.split('_')[0] ?? ''} ${action}`);
	}
	return [...kinds].map((kind) => {
		const [direction = '', action = ''] = kind.split(' ');
		const of = (outcome: Outcome, what: string) =>
			series.get(`${direction}_${outcome}_${what} ${action}`);
		const count = (outcome: Outcome) =>
			countOf(of(outcome, 'count')) ?? countOf(of(outcome, 'duration_ns')) ?? 0;
		return {
			action,
			counts: { success: count('success'), cancel: count('cancel'), failure: count('failure') },
			bytes: toCount(of('success', 'size_bytes')?.get('sum')) ?? 0,
			durations: of('success', 'duration_ns'),
		};
	});
}

/** Percentiles are of the newest transfers of an action; those of all together are not known. */
function latencyOf(actions: readonly ActionCounts[]): Partial<TransferSection> {
	const timed = actions.flatMap(({ action, durations }) => {
		const n = toCount(durations?.get('count'));
		return n === undefined || n === 0 || durations === undefined ? [] : [{ action, n, durations }];
	});
	if (timed.length === 0) return {};
	const ms = (fields: Fields, name: string) => {
		const ns = toAmount(fields.get(name));
		return ns === undefined ? undefined : ns / nsAMs;
	};
	const all = (name: string) => timed.flatMap(({ durations }) => ms(durations, name) ?? []);
	const [mins, maxs, sums] = [all('min'), all('max'), all('sum')];
	const n = timed.reduce((total, each) => total + each.n, 0);
	return {
		latencyFrom: 'debugPort',
		latencyMs: {
			n,
			...defined({
				min: mins.length === 0 ? undefined : Math.min(...mins),
				max: maxs.length === 0 ? undefined : Math.max(...maxs),
				avg:
					sums.length === timed.length
						? sums.reduce((total, each) => total + each, 0) / n
						: undefined,
			}),
		},
		latencies: timed.map(({ action, n: count, durations }) => {
			const sum = ms(durations, 'sum');
			return {
				action,
				...defined({
					avgMs: sum === undefined ? undefined : sum / count,
					p50Ms: ms(durations, 'r50'),
					p99Ms: ms(durations, 'r99'),
				}),
			};
		}),
	};
}

/** From 1.143.2 on `used_space` includes trash; the debug port does not report trash by itself. */
function storageOf(series: ReadonlyMap<string, Fields>): Storage | undefined {
	const recent = (name: (typeof spaces)[number]) =>
		toCount(Math.round(series.get(name)?.get('recent') ?? Number.NaN));
	return definedOrNone({
		capacityBytes: recent('allocated_space'),
		usedBytes: recent('used_space'),
		freeBytes: recent('available_space'),
	});
}

/** The console’s own source keeps trends. */
const noTrends: Judgement['trends'] = { of: () => ({}) };

/** Of satellites that were shut down, the last scores stay there for ever. */
function reputationOf(
	series: ReadonlyMap<string, ReadonlyMap<string, Fields>>,
): Reputation | undefined {
	const current = [...series]
		.map(([id, of]) => ({ id: clean(id, 80), of }))
		.filter(({ id }) => !isRetired(id))
		.map(({ id, of }) => ({ id, url: nameOf(id, undefined), of }));
	if (current.length === 0) return undefined;
	const audits = current.map(({ url, of }) => ({
		satelliteName: url,
		auditScore: of.get('audit_reputation_score')?.get('recent'),
		suspensionScore: of.get('suspension_score')?.get('recent'),
		onlineScore: of.get('online_score')?.get('recent'),
	}));
	return readReputation(current, audits, {
		details: new Map(),
		notifications: [],
		trends: noTrends,
		nowMs: 0,
	});
}
