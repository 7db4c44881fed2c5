import { PassThrough, Writable } from 'node:stream';
import { systemClock } from '../../source/domain/clock.ts';
import type { Command, CommandContext } from '../../source/commands/command.ts';

export interface CommandRun {
	readonly exitCode: number | undefined;
	readonly stdout: string;
	readonly stderr: string;
	/** What it threw. */
	readonly error: unknown;
	/** Everything that a person could see of the run, for the search for secrets. */
	readonly everything: string;
}

/** Runs a command without a process, as the command line would. Never rejects. */
export async function runCommand(
	command: Command,
	argv: readonly string[],
	overrides: Partial<CommandContext> = {},
): Promise<CommandRun> {
	const stdout = collector();
	const stderr = collector();
	let exitCode: number | undefined;
	let error: unknown;
	try {
		exitCode = await command.run({
			argv,
			env: {},
			stdin: new PassThrough(),
			stdout,
			stderr,
			signal: new AbortController().signal,
			version: '0.0.0',
			clock: { ...systemClock, now: () => Date.UTC(2026, 0, 2, 3, 4, 5) },
			...overrides,
		});
	} catch (thrown) {
		error = thrown;
	}
	const shown = [stdout.text(), stderr.text(), showError(error)];
	return {
		exitCode,
		error,
		stdout: stdout.text(),
		stderr: stderr.text(),
		everything: shown.join('\n'),
	};
}

function showError(error: unknown): string {
	if (!(error instanceof Error)) return '';
	const nextSteps = 'nextSteps' in error ? JSON.stringify(error.nextSteps) : '';
	return `${error.message}\n${nextSteps}`;
}

function collector(): Writable & { text(): string } {
	let written = '';
	const stream = new Writable({
		write(chunk, _encoding, done) {
			written += String(chunk);
			done();
		},
	});
	return Object.assign(stream, { text: () => written });
}
