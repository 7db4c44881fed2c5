import type { Span } from '../tables.ts';

/** A state that begins at a time and lasts until the next one. */
export interface Turn {
	readonly atMs: number;
	readonly status: string;
}

export interface Availability {
	/** How long it was in each state while it was watched, in ms. */
	readonly lastedMs: Readonly<Record<string, number>>;
	/** Watched, with a connection of our own, and a state that says something. */
	readonly knownMs: number;
	/** Of that, how much it answered: up or degraded. Undefined where nothing is known. */
	readonly ratio: number | undefined;
}

const answers = new Set(['up', 'degraded']);
const unknown = 'unknown';

/** How much of a span a node answered. Time in which we did not watch, or were cut off, does not count. */
export function availabilityOf(
	turns: readonly Turn[],
	span: Span,
	ownOutages: readonly Span[],
): Availability {
	const lastedMs: Record<string, number> = {};
	for (const [index, { atMs, status }] of turns.entries()) {
		const state = {
			fromMs: Math.max(atMs, span.fromMs),
			untilMs: Math.min(turns[index + 1]?.atMs ?? span.untilMs, span.untilMs),
		};
		const lasted = state.untilMs - state.fromMs - overlapOf(state, ownOutages);
		if (lasted > 0) lastedMs[status] = (lastedMs[status] ?? 0) + lasted;
	}
	const sum = (isChosen: (status: string) => boolean): number =>
		Object.entries(lastedMs).reduce(
			(total, [status, ms]) => (isChosen(status) ? total + ms : total),
			0,
		);
	const knownMs = sum((status) => status !== unknown);
	const goodMs = sum((status) => answers.has(status));
	return { lastedMs, knownMs, ratio: knownMs === 0 ? undefined : goodMs / knownMs };
}

/** How much of a span others cover; parts that several cover count once. */
function overlapOf(span: Span, others: readonly Span[]): number {
	let covered = 0;
	let untilMs = span.fromMs;
	for (const other of others.toSorted((a, b) => a.fromMs - b.fromMs)) {
		const fromMs = Math.max(other.fromMs, untilMs);
		const endMs = Math.min(other.untilMs, span.untilMs);
		if (endMs <= fromMs) continue;
		covered += endMs - fromMs;
		untilMs = endMs;
	}
	return covered;
}
