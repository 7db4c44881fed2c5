import type { CommandContext } from './command.ts';

/** Says one line to the person at the terminal, on standard error. */
export function warnOn({ stderr }: Pick<CommandContext, 'stderr'>): (message: string) => void {
	return (message) => {
		stderr.write(`nodetop: ${message}\n`);
	};
}
