import * as z from 'zod';
import { createHttp } from '../adapters/http.ts';
import { getJson } from '../adapters/rest-client.ts';
import { clean } from '../domain/clean.ts';
import { UserError } from '../domain/errors.ts';
import type { Secret } from '../domain/secret.ts';
import type { Span } from '../history/tables.ts';

/** Prometheus refuses more points for each series in one answer than 11,000. */
export const mostPointsEach = 10_000;
const mostSeries = 5000;
const mostBodyBytes = 256 * 1024 * 1024;
const timeoutMs = 60_000;
const failures = [400, 404, 422, 503];

const label = z.string().max(4096);
const answerSchema = z.union([
	z.object({
		status: z.literal('success'),
		data: z.object({
			resultType: z.literal('matrix'),
			result: z
				.array(
					z.object({
						metric: z.record(label, label),
						values: z.array(z.tuple([z.number(), z.string().max(64)])).max(mostPointsEach + 1),
					}),
				)
				.max(mostSeries),
		}),
	}),
	z.object({ status: z.literal('error'), error: z.string() }),
]);

export interface RangeSeries {
	readonly labels: Readonly<Record<string, string>>;
	/** Unix ms and value; what is no number is left out. */
	readonly points: readonly (readonly [atMs: number, value: number])[];
}

export interface PrometheusServer {
	readonly url: string;
	readonly token: Secret | undefined;
	readonly signal: AbortSignal;
}

/** One range query of Prometheus, or of what speaks its API. Throws `UserError` and `PollError`. */
export async function queryRange(
	server: PrometheusServer,
	query: string,
	{ fromMs, untilMs }: Span,
	stepMs: number,
): Promise<RangeSeries[]> {
	const { url, token } = server;
	const http = createHttp({
		name: 'prometheus',
		kind: undefined,
		url,
		token,
		intervalMs: timeoutMs,
		timeoutMs,
	});
	const parameters = new URLSearchParams({
		query,
		start: String(fromMs / 1000),
		end: String(untilMs / 1000),
		step: String(stepMs / 1000),
	});
	const signal = AbortSignal.any([server.signal, AbortSignal.timeout(timeoutMs)]);
	const { value } = await getJson(
		{
			base: url,
			path: `api/v1/query_range?${parameters.toString()}`,
			schema: answerSchema,
			acceptStatus: failures,
			maxBodyBytes: mostBodyBytes,
		},
		{ http, signal },
	);
	if (value.status === 'error') {
		throw new UserError(`Prometheus refuses the query ${clean(query, 120)}`, {
			nextSteps: [clean(value.error, 300)],
		});
	}
	return value.data.result.map(({ metric, values }) => ({
		labels: metric,
		points: values.flatMap(([seconds, text]): [number, number][] => {
			const number = Number(text);
			return Number.isFinite(number) ? [[Math.round(seconds * 1000), number]] : [];
		}),
	}));
}
