import type { Clock } from '../domain/clock.ts';

/** Receives a bug of nodetop with its stack; `where` is the node or the part in which it happened. */
export type ReportBug = (error: unknown, where: string) => void;

/** What the application sees of the process. Injected, so that tests run it without one. */
export interface Surroundings {
	readonly env: NodeJS.ProcessEnv;
	readonly clock: Clock;
	readonly version: string;
	/** Aborted when the run has to end. */
	readonly signal: AbortSignal;
	/** Prints one line for the person who runs nodetop. */
	readonly warn: (line: string) => void;
	readonly reportBug: ReportBug;
}
