import { setFlagsFromString } from 'node:v8';
import type { Settings } from '../config/settings.ts';
import { UserError } from '../domain/errors.ts';
import type { Watch, WatchOptions } from '../polling/watch.ts';
import type { CommandContext } from './command.ts';

export interface TerminalRun {
	readonly context: CommandContext;
	readonly settings: Settings;
	readonly hint: string | undefined;
	readonly createWatch: (options: WatchOptions) => Watch;
}

/**
 * Runs the screen on the process's own terminal. Stacks of bugs in adapters are held back until the
 * terminal is restored, each once.
 */
export async function runOnTerminal({
	context,
	settings,
	hint,
	createWatch,
}: TerminalRun): Promise<number> {
	if (!process.stdin.isTTY) {
		throw new UserError('the screen needs a keyboard, but standard input is not a terminal', {
			nextSteps: ['use --once for one snapshot', 'over ssh, ask for a terminal: ssh -t'],
		});
	}
	keepYoungGenerationSmall();
	const { runScreen } = await import('../main.tsx');
	const bugs = new Set<string>();
	const watch = createWatch({
		now: context.now,
		reportBug: (error, { name }) => {
			bugs.add(
				`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
			);
		},
	});
	try {
		return await runScreen({
			settings,
			watch,
			hint,
			stdin: process.stdin,
			stdout: process.stdout,
			signal: context.signal,
		});
	} finally {
		for (const bug of bugs)
			context.stderr.write(`nodetop: a bug of nodetop while reading ${bug}\n`);
	}
}

/**
 * A frame is many small strings that die at once. By default V8 lets their space grow to 3 × 16 MB
 * before it looks; at 4 MB the same work takes a quarter less memory in all.
 */
function keepYoungGenerationSmall(): void {
	setFlagsFromString('--max-semi-space-size=4');
	setFlagsFromString('--semi-space-growth-factor=1');
}
