import type { Life } from '../domain/measure.ts';
import { fieldMetrics, isCounter } from './field-metrics.ts';
import type { Identity } from './identity/schema.ts';
import type { PollReport } from './poll/schema.ts';

const noCounters: ReadonlySet<string> = new Set(
	fieldMetrics.flatMap(({ section, path, name }) =>
		isCounter(name) ? [] : [`${section}.${path}`],
	),
);

/** The process that the last poll of a node read; `undefined` where that poll lacks something. */
export function lifeOf({
	poll,
	identity,
}: {
	readonly poll: Pick<PollReport, 'status'>;
	readonly identity?: Pick<Identity, 'startedAt'> | undefined;
}): Life | undefined {
	if (poll.status !== 'ok') return undefined;
	const startedAt = identity?.startedAt;
	return {
		startedAtMs: startedAt === undefined ? undefined : Date.parse(startedAt),
		isCounter: isCounterPath,
	};
}

/** Counts by reason, by peer or by message type are in no table: they are counters. */
function isCounterPath(path: string): boolean {
	return !path.split('|').some((alternative) => noCounters.has(alternative));
}
