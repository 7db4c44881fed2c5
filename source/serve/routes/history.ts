import * as z from 'zod';
import { messageOf } from '../../domain/errors.ts';
import type { ServeApp, ServeContext } from '../app-types.ts';
import { historyStats } from '../options.ts';
import type { ServedHistory, ServeOptions } from '../options.ts';
import { readQuery } from './body.ts';

const mostPoints = 5000;
const usualPoints = 200;
const leastStepMs = 1000;
const hourMs = 3_600_000;

/** Unix ms or ISO 8601. */
const instant = z.union([
	z
		.string()
		.regex(/^\d{1,15}$/)
		.transform(Number),
	z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
]);
const spanFields = { from: instant.optional(), until: instant.optional() };
const spanSchema = z.strictObject(spanFields);
const seriesSchema = z.strictObject({
	...spanFields,
	metric: z.string().min(1).max(200),
	node: z.string().max(200).optional(),
	/** Up to `until`, where `from` is not given: the caller's clock may differ from ours. */
	spanMs: z.coerce.number().int().min(leastStepMs).optional(),
	stepMs: z.coerce.number().int().min(leastStepMs).optional(),
	stat: z.enum(historyStats).default('mean'),
});
const momentSchema = z.strictObject({ at: instant });

/** What was recorded, as numbers over time, events and whole documents. */
export function addHistory(app: ServeApp, options: ServeOptions): void {
	const { history, clock } = options;
	addSeries(app, options);
	app.get('/api/v1/history/metrics', (context) =>
		withHistory(context, history, async ({ metrics }) => context.json([...(await metrics())])),
	);
	app.get('/api/v1/history/events', (context) => {
		const query = readQuery(context, spanSchema);
		if ('refusal' in query) return query.refusal;
		const span = spanOf(query.value, clock.now());
		return withHistory(context, history, async ({ events }) =>
			context.json([...(await events(span))]),
		);
	});
	app.get('/api/v1/history/snapshot', (context) => {
		const query = readQuery(context, momentSchema);
		if ('refusal' in query) return query.refusal;
		return withHistory(context, history, async ({ document }) => {
			const found = await document(query.value.at);
			if (found) return context.json(found);
			return context.json({ error: 'nothing was recorded at that time' }, 404);
		});
	});
}

function addSeries(app: ServeApp, { history, clock }: ServeOptions): void {
	app.get('/api/v1/history', (context) => {
		const query = readQuery(context, seriesSchema);
		if ('refusal' in query) return query.refusal;
		const { metric, node, stat } = query.value;
		const span = spanOf(query.value, clock.now());
		const lengthMs = span.untilMs - span.fromMs;
		const { stepMs = Math.max(leastStepMs, Math.ceil(lengthMs / usualPoints)) } = query.value;
		if (lengthMs <= 0) return context.json({ error: 'from must be before until' }, 422);
		if (lengthMs / stepMs > mostPoints) {
			return context.json(
				{ error: `that is more than ${mostPoints} points: a longer stepMs` },
				422,
			);
		}
		const nodes = node === undefined ? [] : [node];
		return withHistory(context, history, async ({ series }) => {
			const found = await series({ metric, nodes, stepMs, stat, ...span });
			return context.json({ metric, stat, stepMs, series: [...found] });
		});
	});
}

async function withHistory(
	context: ServeContext,
	history: ServeOptions['history'],
	answer: (history: ServedHistory) => Promise<Response>,
): Promise<Response> {
	const recorded = history();
	if (!recorded) return context.json({ error: 'nothing is recorded' }, 503);
	try {
		return await answer(recorded);
	} catch (error) {
		return context.json({ error: `the history cannot be read: ${messageOf(error)}` }, 503);
	}
}

function spanOf(
	given: { readonly [Name in 'from' | 'until' | 'spanMs']?: number | undefined },
	nowMs: number,
) {
	const { until: untilMs = nowMs, spanMs = hourMs, from: fromMs = untilMs - spanMs } = given;
	return { fromMs, untilMs };
}
