import { UserError } from '../domain/errors.ts';

export interface SeparatedArguments {
	/** nodetop's own, in front of `--`. */
	readonly own: readonly string[];
	/** The node's program and its arguments, as they were written; empty where none is given. */
	readonly command: readonly string[];
}

/**
 * Divides a command line at the first `--`. Everything behind it is the node's, byte for byte and in order,
 * a second `--` included. Without one, a single word is a command of its own; if something that looks like a flag follows it,
 * whose flag it is cannot be known, so `--` is required. `takesValue` says which own flags have a value.
 */
export function separateFlags(
	argv: readonly string[],
	takesValue: (flag: string) => boolean,
): SeparatedArguments {
	const separator = argv.indexOf('--');
	if (separator >= 0) {
		const own = argv.slice(0, separator);
		const stray = firstWord(own, takesValue);
		if (stray !== undefined) throw strayWord(own[stray] ?? '');
		return { own, command: argv.slice(separator + 1) };
	}
	const start = firstWord(argv, takesValue);
	if (start === undefined) return { own: argv, command: [] };
	const command = argv.slice(start);
	if (command.some((word) => word.startsWith('-'))) throw needsSeparator(command);
	return { own: argv.slice(0, start), command };
}

/** `--auto-restart=false` and `--auto-restart false` as switches are written elsewhere: `--no-auto-restart`. */
export function withoutSwitchValues(
	own: readonly string[],
	switches: readonly string[],
): readonly string[] {
	return own.map((word) => {
		const name = switches.find((each) => word.startsWith(`--${each}=`));
		if (name === undefined) return word;
		const value = word.slice(name.length + 3).toLowerCase();
		if (value === 'true') return `--${name}`;
		if (value === 'false') return `--no-${name}`;
		throw new UserError(`--${name} is true or false`, { nextSteps: [`write --${name}=false`] });
	});
}

/**
 * Node.js gives arguments as text. A byte that is no UTF-8 is lost on the way, so the node would get another
 * argument than was written: better not to start it.
 */
export function refuseLostBytes(command: readonly string[]): void {
	const at = command.findIndex((word) => word.includes('\uFFFD'));
	if (at < 0) return;
	throw new UserError(`argument ${at} of the node is not UTF-8, and would not reach it unchanged`, {
		nextSteps: ['start a script that holds the command, or rename the file'],
	});
}

function firstWord(
	own: readonly string[],
	takesValue: (flag: string) => boolean,
): number | undefined {
	for (let index = 0; index < own.length; index += 1) {
		const word = own[index] ?? '';
		if (!word.startsWith('-')) return index;
		if (!word.includes('=') && takesValue(word)) index += 1;
	}
	return undefined;
}

function needsSeparator(command: readonly string[]): UserError {
	return new UserError('whose flags are these, nodetop’s or the node’s?', {
		nextSteps: [`write -- in front of the node’s command: nodetop start -- ${command[0] ?? ''} …`],
	});
}

function strayWord(word: string): UserError {
	return new UserError(`"${word}" stands in front of --, where only nodetop’s own flags belong`, {
		nextSteps: ['put the node’s command behind --, and its name into --name NAME'],
	});
}
