import type { CommandContext } from '../command.ts';

/** Bugs held back until the terminal is restored, each once, with its stack. */
export interface BugList {
	readonly add: (error: unknown, where: string) => void;
	readonly print: (stderr: CommandContext['stderr']) => void;
}

export function createBugList(): BugList {
	const bugs = new Set<string>();
	return {
		add(error, where) {
			const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
			bugs.add(`${where}: ${what}`);
		},
		print(stderr) {
			for (const bug of bugs) stderr.write(`nodetop: a bug of nodetop while reading ${bug}\n`);
		},
	};
}
