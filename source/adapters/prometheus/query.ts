import * as z from 'zod';
import { parseBoundedJson } from '../../domain/bounded-json.ts';
import type { JsonBounds } from '../../domain/bounded-json.ts';
import { clean } from '../../domain/clean.ts';
import { PollError } from '../../domain/errors.ts';
import type { Http, Reply } from '../http.ts';
import { excerpt } from '../http-errors.ts';
import { below } from '../rest-client.ts';

/** One series of an instant query, with its value at that time. */
export interface Series {
	readonly labels: Readonly<Record<string, string>>;
	readonly value: number;
}

export interface QueryContext {
	readonly http: Http;
	readonly signal: AbortSignal;
	/** The address of the server, as configured: a path of a proxy or a tenant is kept. */
	readonly base: string;
}

const maxBodyBytes = 128 * 1024 * 1024;
const maxRangeBytes = 32 * 1024 * 1024;
const maxExemplarBytes = 4 * 1024 * 1024;
/** For a hundred thousand series; the default is for one node. */
const bounds: JsonBounds = {
	maxDepth: 16,
	maxEntries: 1_000_000,
	maxValues: 20_000_000,
	maxStringLength: 65_536,
};

const errorSchema = z.object({
	status: z.literal('error'),
	errorType: z.string().optional(),
	error: z.string().optional(),
});

/** The HTTP API of Prometheus 2 (`/api/v1`); Thanos, Mimir and VictoriaMetrics have the same. */
async function ask(
	context: QueryContext,
	path: string,
	most = maxBodyBytes,
): Promise<{ data: unknown; ms: number; partial: string | undefined }> {
	const { http, signal, base } = context;
	const reply = await http.request({
		url: below(base, path),
		signal,
		maxBodyBytes: most,
		acceptStatus: [400, 422, 503],
	});
	const value = parseJson(reply);
	const failed = errorSchema.safeParse(value);
	if (failed.success) {
		const { errorType = 'error', error = '' } = failed.data;
		throw new PollError(
			reply.status === 503 ? 'timeout' : 'badResponse',
			`${clean(errorType, 40)}: ${clean(error, 160)}`,
			{
				nextStep: 'look at the log of the Prometheus server',
			},
		);
	}
	if (typeof value === 'object' && value !== null && 'status' in value && 'data' in value) {
		if (value.status === 'success')
			return { data: value.data, ms: reply.latencyMs, partial: partialIn(value) };
	}
	throw notPrometheus();
}

function parseJson({ body, status }: Reply): unknown {
	try {
		return parseBoundedJson(body, bounds);
	} catch (error) {
		if (status !== 503) throw notPrometheus(error);
		throw new PollError('badResponse', `HTTP 503: ${excerpt(body)}`, {
			nextStep:
				'it may be starting, and reads its log of writes; or what is in front of it answers',
			httpStatus: status,
			cause: error,
		});
	}
}

/** Words about how an expression was evaluated: nothing is missing because of them. */
const onExpression = /^PromQL (?:info|warning)/;

/** Why an answer lacks what some store behind the server has: Thanos, Mimir and remote reads warn, VictoriaMetrics marks it. */
function partialIn(answer: object): string | undefined {
	const warnings: unknown = Reflect.get(answer, 'warnings');
	const first = (Array.isArray(warnings) ? (warnings as unknown[]) : []).find(
		(each): each is string => typeof each === 'string' && !onExpression.test(each),
	);
	if (first !== undefined) return clean(first, 160);
	return Reflect.get(answer, 'isPartial') === true
		? 'a part of its storage does not answer'
		: undefined;
}

function notPrometheus(cause?: unknown): PollError {
	return new PollError('unsupported', 'what answers has no HTTP API of Prometheus', {
		nextStep: 'give the address below which /api/v1/query is, such as http://HOST:9090',
		...(cause !== undefined && { cause }),
	});
}

export interface Answer {
	readonly series: readonly Series[];
	readonly latencyMs: number;
	/** Why series may be missing; absent where all are there. */
	readonly partial?: string | undefined;
}

/** An instant query. Series whose value is no number are left out. Throws `PollError`. */
export async function query(
	context: QueryContext,
	expression: string,
	atSeconds?: number,
): Promise<Answer> {
	const parameters = new URLSearchParams({
		query: expression,
		...(atSeconds !== undefined && { time: String(atSeconds) }),
	});
	const { data, ms, partial } = await ask(context, `api/v1/query?${parameters.toString()}`);
	const found: Series[] = [];
	// Written out: a schema would take a second for a hundred thousand series.
	for (const item of resultOf(data)) {
		const series = toSeries(item);
		if (series) found.push(series);
	}
	return { series: found, latencyMs: ms, ...(partial !== undefined && { partial }) };
}

function resultOf(data: unknown): readonly unknown[] {
	const result: unknown =
		typeof data === 'object' && data !== null ? Reflect.get(data, 'result') : undefined;
	if (!Array.isArray(result)) throw notPrometheus();
	return result;
}

function toSeries(item: unknown): Series | undefined {
	if (typeof item !== 'object' || item === null) return undefined;
	const labels = labelsOf(Reflect.get(item, 'metric'));
	const pair: unknown = Reflect.get(item, 'value');
	if (labels === undefined || !Array.isArray(pair)) return undefined;
	const value = toNumber(pair[1]);
	return value === undefined ? undefined : { labels, value };
}

function labelsOf(labels: unknown): Series['labels'] | undefined {
	if (typeof labels !== 'object' || labels === null) return undefined;
	for (const name in labels) if (typeof Reflect.get(labels, name) !== 'string') return undefined;
	// Every label was seen to be a text.
	return labels as Series['labels'];
}

/** Times of a range query, Unix seconds, whole. */
export interface Range {
	readonly fromSeconds: number;
	readonly untilSeconds: number;
	readonly stepSeconds: number;
}

/** What an instant query would have answered at each step of a range, by Unix seconds. Throws `PollError`. */
export async function queryRange(
	context: QueryContext,
	expression: string,
	{ fromSeconds, untilSeconds, stepSeconds }: Range,
): Promise<{ readonly steps: ReadonlyMap<number, readonly Series[]>; readonly latencyMs: number }> {
	const parameters = new URLSearchParams({
		query: expression,
		start: String(fromSeconds),
		end: String(untilSeconds),
		step: String(stepSeconds),
	});
	const path = `api/v1/query_range?${parameters.toString()}`;
	const { data, ms } = await ask(context, path, maxRangeBytes);
	const steps = new Map<number, Series[]>();
	for (let at = fromSeconds; at <= untilSeconds; at += stepSeconds) steps.set(at, []);
	for (const item of resultOf(data)) {
		if (typeof item !== 'object' || item === null) continue;
		const labels = labelsOf(Reflect.get(item, 'metric'));
		const pairs: unknown = Reflect.get(item, 'values');
		if (labels === undefined || !Array.isArray(pairs)) continue;
		for (const pair of pairs as readonly unknown[]) {
			const value = Array.isArray(pair) ? toNumber(pair[1]) : undefined;
			// Times that were not asked for are none of these steps.
			if (value !== undefined) steps.get((pair as [number])[0])?.push({ labels, value });
		}
	}
	return { steps, latencyMs: ms };
}

/** One observation that was kept beside a series, as of an error with the id of its trace. */
export interface Exemplar {
	readonly labels: Readonly<Record<string, string>>;
	readonly value: number;
	/** Unix ms. */
	readonly atMs: number;
}

export interface ExemplarSeries {
	readonly labels: Readonly<Record<string, string>>;
	readonly exemplars: readonly Exemplar[];
}

const exemplarsSchema = z
	.array(
		z.object({
			seriesLabels: z.record(z.string(), z.string()),
			exemplars: z.array(
				z.object({
					labels: z.record(z.string(), z.string()),
					value: z.union([z.string(), z.number()]),
					timestamp: z.number(),
				}),
			),
		}),
	)
	.nullable();

/** Exemplars of all series that an expression names; none where the server keeps none. Throws `PollError`. */
export async function queryExemplars(
	context: QueryContext,
	expression: string,
	{ fromSeconds, untilSeconds }: Pick<Range, 'fromSeconds' | 'untilSeconds'>,
): Promise<readonly ExemplarSeries[]> {
	const parameters = new URLSearchParams({
		query: expression,
		start: String(fromSeconds),
		end: String(untilSeconds),
	});
	const path = `api/v1/query_exemplars?${parameters.toString()}`;
	const { data } = await ask(context, path, maxExemplarBytes);
	const parsed = exemplarsSchema.safeParse(data);
	if (!parsed.success) throw notPrometheus();
	return (parsed.data ?? []).map(({ seriesLabels, exemplars }) => ({
		labels: seriesLabels,
		exemplars: exemplars.map(({ labels, value, timestamp }) => ({
			labels,
			value: Number(value),
			atMs: Math.round(timestamp * 1000),
		})),
	}));
}

function toNumber(text: unknown): number | undefined {
	if (typeof text !== 'string') return undefined;
	if (text === '+Inf') return Infinity;
	if (text === '-Inf') return -Infinity;
	const value = Number(text);
	return text === '' || Number.isNaN(value) ? undefined : value;
}

/** The server's time in Unix seconds. */
export async function serverTime(context: QueryContext): Promise<number> {
	const { data } = await ask(context, 'api/v1/query?query=time()');
	const result: unknown =
		typeof data === 'object' && data !== null ? Reflect.get(data, 'result') : [];
	const pair: unknown = Array.isArray(result) ? result[0] : undefined;
	const seconds = typeof pair === 'number' ? pair : firstValue(pair);
	if (seconds === undefined || !Number.isFinite(seconds)) throw notPrometheus();
	return seconds;
}

/** VictoriaMetrics answers a scalar as a vector of one series. */
function firstValue(item: unknown): number | undefined {
	return toSeries(item)?.value;
}

/** The names of all metrics that the server has now. */
export async function metricNames(context: QueryContext): Promise<ReadonlySet<string>> {
	const { data } = await ask(context, 'api/v1/label/__name__/values');
	if (!Array.isArray(data)) throw notPrometheus();
	return new Set((data as readonly unknown[]).filter((name) => typeof name === 'string'));
}
