import { defined } from '../../domain/defined.ts';
import type { Reputation } from '../../sections/reputation/schema.ts';

type Entry = Reputation['satellites'][number];
type Scores = Pick<Entry, 'auditScore' | 'suspensionScore' | 'onlineScore'>;
type Trend = NonNullable<Entry['auditTrend']>;

interface Sample extends Scores {
	readonly atMs: number;
}

/** How scores moved over the last day, while the node is watched. */
export interface ScoreTrends {
	/** Remembers these scores, and compares them with those of a day ago, or the oldest since. */
	of(
		id: string,
		scores: Scores,
		nowMs: number,
	): Pick<Entry, 'auditTrend' | 'suspensionTrend' | 'onlineTrend'>;
}

const dayMs = 86_400_000;
/** Samples closer to one another than this are one. */
const stepMs = 15 * 60_000;
/** Half of what one failed audit costs. */
const leastMove = 0.0005;

export function createScoreTrends(): ScoreTrends {
	const samples = new Map<string, Sample[]>();
	return {
		of(id, scores, nowMs) {
			const kept = (samples.get(id) ?? []).filter(({ atMs }) => nowMs - atMs <= dayMs + stepMs);
			const newest = kept.at(-1);
			if (!newest || nowMs - newest.atMs >= stepMs) kept.push({ ...scores, atMs: nowMs });
			samples.set(id, kept);
			if (!newest) return {};
			const [before] = kept;
			return defined({
				auditTrend: trendOf(before?.auditScore, scores.auditScore),
				suspensionTrend: trendOf(before?.suspensionScore, scores.suspensionScore),
				onlineTrend: trendOf(before?.onlineScore, scores.onlineScore),
			});
		},
	};
}

function trendOf(before: number | undefined, now: number | undefined): Trend | undefined {
	if (before === undefined || now === undefined) return undefined;
	if (Math.abs(now - before) < leastMove) return 'steady';
	return now > before ? 'up' : 'down';
}
