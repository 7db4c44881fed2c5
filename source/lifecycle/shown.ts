import type { LogLevel } from './log/level.ts';

/** A line of a node’s log as screens show it. */
export interface ShownLine {
	readonly at: string;
	readonly stream: 'stdout' | 'stderr';
	readonly text: string;
	readonly level: LogLevel | undefined;
}

export interface LogQuestion {
	readonly node: string;
	/** No line is later, Unix ms. */
	readonly untilMs: number;
	readonly count: number;
}

/** The last lines of a node, oldest first; undefined for a node that nodetop does not run here. */
export type ReadLogs = (question: LogQuestion) => Promise<readonly ShownLine[] | undefined>;

export const processActions = ['start', 'restart', 'stop'] as const;
export type ProcessAction = (typeof processActions)[number];

/** Does it to the process of a node; gives what came of it, in one sentence. */
export type RunProcess = (
	node: string,
	action: ProcessAction,
) => Promise<{ readonly isDone: boolean; readonly text: string }>;
