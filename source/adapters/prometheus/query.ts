import * as z from 'zod';
import { parseBoundedJson } from '../../domain/bounded-json.ts';
import type { JsonBounds } from '../../domain/bounded-json.ts';
import { clean } from '../../domain/clean.ts';
import { PollError } from '../../domain/errors.ts';
import type { Http } from '../http.ts';
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
async function ask(context: QueryContext, path: string): Promise<{ data: unknown; ms: number }> {
	const { http, signal, base } = context;
	const reply = await http.request({
		url: below(base, path),
		signal,
		maxBodyBytes,
		acceptStatus: [400, 422, 503],
	});
	const value = parseJson(reply.body);
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
		if (value.status === 'success') return { data: value.data, ms: reply.latencyMs };
	}
	throw notPrometheus();
}

function parseJson(body: string): unknown {
	try {
		return parseBoundedJson(body, bounds);
	} catch (error) {
		throw notPrometheus(error);
	}
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
	const { data, ms } = await ask(context, `api/v1/query?${parameters.toString()}`);
	const result =
		typeof data === 'object' && data !== null ? Reflect.get(data, 'result') : undefined;
	if (!Array.isArray(result)) throw notPrometheus();
	const found: Series[] = [];
	// Written out: a schema would take a second for a hundred thousand series.
	for (const item of result as readonly unknown[]) {
		const series = toSeries(item);
		if (series) found.push(series);
	}
	return { series: found, latencyMs: ms };
}

function toSeries(item: unknown): Series | undefined {
	if (typeof item !== 'object' || item === null) return undefined;
	const labels: unknown = Reflect.get(item, 'metric');
	const pair: unknown = Reflect.get(item, 'value');
	if (typeof labels !== 'object' || labels === null || !Array.isArray(pair)) return undefined;
	for (const name in labels) if (typeof Reflect.get(labels, name) !== 'string') return undefined;
	const value = toNumber(pair[1]);
	// Every label was seen to be a text.
	return value === undefined ? undefined : { labels: labels as Series['labels'], value };
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
