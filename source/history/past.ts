import type { Change } from './changes.ts';
import type { Curve, CurveQuestion } from './curves.ts';
import type { HistoryMark } from './marks.ts';
import type { Span } from './tables.ts';

export interface PastChanges {
	/** The times of the two moments, Unix ms. */
	readonly fromMs: number;
	readonly untilMs: number;
	/** The gravest first within a node. */
	readonly changes: readonly Change[];
}

/** What a screen may ask the history. Everything rejects with what is wrong. */
export interface Past {
	readonly curves: (question: CurveQuestion) => Promise<readonly Curve[]>;
	readonly marks: (span: Span) => Promise<readonly HistoryMark[]>;
	/** What differs between the moments at two times; from the first moment where the earlier time has none. */
	readonly changes: (span: Span) => Promise<PastChanges>;
}
