import type { CommandContext } from './commands/command.ts';
import { createSignalHandling } from './commands/signals/handle-signals.ts';
import { asciiVariable, spellInAscii } from './domain/ascii.ts';
import { systemClock } from './domain/clock.ts';
import { exitCodes, UserError } from './domain/errors.ts';
import { version } from './version.ts';

/** The bin: parse, pick a command, and set the exit code; nothing else sets it. */
export async function main(argv: readonly string[]): Promise<void> {
	const [first] = argv;
	if (first === '--version' || first === '-V') {
		process.stdout.write(`${version}\n`);
		return;
	}
	const abort = new AbortController();
	const signals = createSignalHandling(version, () => {
		abort.abort();
	});
	process.stdout.on('error', endOnUnwritable);
	const spell = asciiVariable(process.env) === undefined ? asWritten : spellInAscii;
	spellErrors(spell);
	const context: CommandContext = {
		argv,
		env: process.env,
		stdin: process.stdin,
		stdout: process.stdout,
		stderr: process.stderr,
		signal: abort.signal,
		signals,
		version,
		clock: systemClock,
	};
	const exitCode = await runCommand(context, spell).catch(report);
	await flush(process.stdout);
	process.exit(signals.exitCode() ?? exitCode);
}

async function runCommand(context: CommandContext, spell: Spell): Promise<number> {
	// Not for `--version`, which scripts ask often.
	const { findCommand } = await import('./commands/find-command.ts');
	const { load, argv } = findCommand(context.argv);
	const command = await load();
	// What stands behind -- is not for nodetop.
	const own = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
	if (own.some((argument) => argument === '--help' || argument === '-h')) {
		context.stdout.write(spell(command.help));
		return exitCodes.ok;
	}
	return command.run({ ...context, argv });
}

type Spell = (text: string) => string;
const asWritten: Spell = (text) => text;

/** Messages of every command go to standard error, in the characters that the terminal has. */
function spellErrors(spell: Spell): void {
	if (spell === asWritten) return;
	const { stderr } = process;
	const write = stderr.write.bind(stderr);
	// One of the overloads of `write`, which all take what is written first.
	stderr.write = (chunk: string | Uint8Array, ...rest: []) =>
		write(typeof chunk === 'string' ? spell(chunk) : chunk, ...rest);
}

/** The one place where an error becomes text: what the user can mend without a stack, a bug with. */
function report(error: unknown): number {
	if (error instanceof UserError) {
		const steps = error.nextSteps.map((step) => `  → ${step}\n`).join('');
		process.stderr.write(`nodetop: ${error.message}\n${steps}`);
		return error.exitCode;
	}
	const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
	process.stderr.write(`nodetop: this is a bug of nodetop, please report it\n${text}\n`);
	return exitCodes.bug;
}

/** `nodetop … | head` ends without a word; a full disk behind `nodetop … > FILE` is no bug of ours. */
function endOnUnwritable(error: NodeJS.ErrnoException): void {
	if (error.code === 'EPIPE') process.exit(exitCodes.ok);
	const problem = `standard output cannot be written: ${error.code ?? error.message}`;
	const nextSteps = ['look at the file or the device that it goes to: is its disk full?'];
	process.exit(report(new UserError(problem, { nextSteps, exitCode: exitCodes.cannotWrite })));
}

function flush(stream: NodeJS.WriteStream): Promise<void> {
	return new Promise((resolve) => {
		stream.write('', () => {
			resolve();
		});
	});
}

process.on('uncaughtException', (error) => {
	process.exit(report(error));
});

await main(process.argv.slice(2));
