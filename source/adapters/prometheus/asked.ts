import { PollError } from '../../domain/errors.ts';
import type { Target } from '../../domain/target.ts';
import type { Endpoint } from '../../sections/poll/schema.ts';
import type { PollContext } from '../adapter.ts';
import { metricNames, query, queryExemplars, queryRange, serverTime } from './query.ts';
import type { Answer, ExemplarSeries, QueryContext, Range, Series } from './query.ts';

/** The requests of one poll. */
export interface Asked {
	time(): Promise<number>;
	query(name: string, expression: string, atSeconds: number): Promise<Answer>;
	names(): Promise<ReadonlySet<string>>;
	/** A range, by Unix seconds; undefined where the server does not answer one. */
	range(
		name: string,
		expression: string,
		range: Range,
	): Promise<ReadonlyMap<number, readonly Series[]> | undefined>;
	/** Undefined where the server does not answer it. */
	exemplars(
		expression: string,
		span: Pick<Range, 'fromSeconds' | 'untilSeconds'>,
	): Promise<readonly ExemplarSeries[] | undefined>;
	now(): number;
	endpoints(): Endpoint[];
	/** Whether an answer so far lacked what a store behind the server has. */
	isPartial(): boolean;
	/** Of the first query for all targets. */
	latencyMs(): number | undefined;
}

export function createAsked({ url: base }: Target, { http, signal, now }: PollContext): Asked {
	const context: QueryContext = { http, signal, base };
	const endpoints: Endpoint[] = [];
	let partial: string | undefined;
	return {
		time: () => serverTime(context),
		async query(name, expression, atSeconds) {
			const answer = await query(context, expression, atSeconds);
			partial ??= answer.partial;
			endpoints.push({ name, status: 'ok', latencyMs: answer.latencyMs });
			return answer;
		},
		names: () => metricNames(context),
		range: (name, expression, range) =>
			unlessRefused(signal, async () => {
				const { steps, latencyMs } = await queryRange(context, expression, range);
				endpoints.push({ name, status: 'ok', latencyMs });
				return steps;
			}),
		exemplars: (expression, span) =>
			unlessRefused(signal, () => queryExemplars(context, expression, span)),
		now,
		endpoints: () =>
			partial === undefined
				? endpoints
				: [...endpoints, { name: 'queries of all its stores', status: 'failed', message: partial }],
		isPartial: () => partial !== undefined,
		latencyMs: () => endpoints[0]?.latencyMs,
	};
}

/** What a poll does without: some servers have no such API, or refuse so much. */
async function unlessRefused<Found>(
	signal: AbortSignal,
	ask: () => Promise<Found>,
): Promise<Found | undefined> {
	try {
		return await ask();
	} catch (error) {
		if (signal.aborted || !(error instanceof PollError)) throw error;
		return undefined;
	}
}
