import type { Surroundings } from '../app/surroundings.ts';
import type { CommandContext } from './command.ts';
import { warnOn } from './warn.ts';

/** What the application sees of the process that a command runs in. Bugs go to standard error, with stack. */
export function surroundingsOf(context: CommandContext): Surroundings {
	const { env, clock, version, signal, stderr } = context;
	return {
		env,
		clock,
		version,
		signal,
		warn: warnOn(context),
		reportBug(error, where) {
			const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
			stderr.write(`nodetop: a bug of nodetop while reading ${where}\n${text}\n`);
		},
	};
}
