import type { Readable, Writable } from 'node:stream';
import type { Clock } from '../domain/clock.ts';
import type { SignalHandling } from './signals/handle-signals.ts';

/** One subcommand: one file in this folder and one line in the registry. */
export interface Command {
	/** Usage lines, flags and examples, printed by `nodetop COMMAND --help`. */
	readonly help: string;
	/**
	 * Does the work and resolves with the exit code. Throws `UserError` for problems that the user can solve;
	 * anything else that it throws is a bug of ours. Never calls `process.exit`.
	 */
	run(context: CommandContext): Promise<number>;
}

/** What a command sees of the process. Injected, so that tests run commands without one. */
export interface CommandContext {
	/** Arguments after the command's name. */
	readonly argv: readonly string[];
	readonly env: NodeJS.ProcessEnv;
	readonly stdin: Readable & { readonly isTTY?: boolean };
	readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
	/** Messages for people; data goes to `stdout`. */
	readonly stderr: Writable & { readonly isTTY?: boolean };
	/** Aborted by SIGINT, SIGTERM and SIGHUP, once these are handled. */
	readonly signal: AbortSignal;
	/** How signals are handled; absent where this is not a process of its own. */
	readonly signals?: SignalHandling | undefined;
	readonly version: string;
	readonly clock: Clock;
}
