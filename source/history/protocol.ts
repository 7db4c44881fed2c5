import type { JudgedMetric } from './analysis/outlook.ts';
import type { Outlook } from '../sections/outlook/schema.ts';
import type { Retention } from './prune.ts';
import type { Bucket } from './codec/buckets.ts';
import type { Curve, CurveQuestion } from './curves.ts';
import type { HistoryMark } from './marks.ts';
import type { Span, StoredEvent } from './tables.ts';
import type { IncomingRow } from './writer.ts';

/** How the worker is started. */
export interface WorkerOptions {
	/** The database; absent for a history that lives and ends with its run. */
	readonly file?: string | undefined;
	/** Whether it writes, or reads a file that another process may be writing. */
	readonly mode: 'write' | 'read';
	readonly retention: Retention;
	/** Fields whose numbers are taken from each frame: those that no poll's row has. */
	readonly framePaths: readonly string[];
}

/** What the watch saw since the last batch. */
export interface Batch {
	readonly rows: readonly IncomingRow[];
	/** Of before this run, as a site knows them: they fill what was not recorded. */
	readonly past?: readonly IncomingRow[];
	readonly events: readonly StoredEvent[];
	/** Nodes that changed since the last frame, as JSON without samples, by name. */
	readonly nodes: readonly (readonly [name: string, text: string])[];
	/** The moment beside its nodes as JSON, and the names of its nodes; absent where no frame is due. */
	readonly frame?: { readonly text: string; readonly names: readonly string[] } | undefined;
}

/** What can be asked, and what is answered. */
export interface Questions {
	/** The moment at or before a time, or so many frames from it, as JSON; undefined where there is none. */
	moment: { ask: { readonly atMs: number; readonly steps?: number }; answer: string | undefined };
	/** From the first frame to behind the last. */
	span: { ask: Record<string, never>; answer: Span | undefined };
	list: {
		ask: Record<string, never>;
		answer: readonly { readonly node: string; readonly metric: string }[];
	};
	buckets: {
		ask: Span & { readonly node: string; readonly metric: string; readonly stepMs: number };
		answer: readonly Bucket[];
	};
	events: { ask: Span & { readonly kinds?: readonly string[] }; answer: readonly StoredEvent[] };
	/** A number of some nodes over time. */
	curves: { ask: CurveQuestion; answer: readonly Curve[] };
	/** What was recorded of some nodes, judged as of a time. */
	outlook: {
		ask: {
			readonly nodes: readonly string[];
			readonly nowMs: number;
			readonly judged: readonly JudgedMetric[];
		};
		answer: readonly (readonly [node: string, outlook: Outlook])[];
	};
	/** When each thing last changed in a span. */
	changeTimes: { ask: Span; answer: readonly (readonly [key: string, atMs: number])[] };
	/** Incidents, changes and annotations. */
	marks: { ask: Span; answer: readonly HistoryMark[] };
	/** Writes what there is of a span of time as a portable file; answers how many bytes. */
	export: {
		ask: Partial<Span> & {
			readonly file: string;
			readonly version: string;
			readonly masksAddresses: boolean;
		};
		answer: number;
	};
}

export type QuestionName = keyof Questions;

export type ToWorker =
	| { readonly type: 'write'; readonly batch: Batch }
	| {
			readonly [Name in QuestionName]: {
				readonly type: 'ask';
				readonly id: number;
				readonly name: Name;
				readonly question: Questions[Name]['ask'];
			};
	  }[QuestionName]
	| { readonly type: 'close' };

export type FromWorker =
	| { readonly type: 'written' }
	| { readonly type: 'answer'; readonly id: number; readonly value: unknown }
	| { readonly type: 'refused'; readonly id: number; readonly message: string }
	/** What is wrong with the history; undefined when it is well again. */
	| { readonly type: 'problem'; readonly message: string | undefined }
	| { readonly type: 'closed' };
