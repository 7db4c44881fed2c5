import { didYouMean } from '../config/nearest.ts';
import { clean } from '../domain/clean.ts';
import { UserError } from '../domain/errors.ts';
import type { Command } from './command.ts';
import { commands } from './registry.ts';

const withoutName = {
	screen: async () => (await import('./screen/screen.ts')).screen,
	once: async () => (await import('./once/once.ts')).once,
	help: async () => (await import('./help/help.ts')).help,
} as const;

/** Flags before a command that take a value, so that the value is not taken for the command. */
const valueFlags = new Set([
	'--profile',
	'--config',
	'--interval',
	'--timeout',
	'--health-interval',
	'--fps',
	'--theme',
	'--color',
	'--at',
	'--for',
	'-c',
	'-i',
]);

export interface FoundCommand {
	readonly load: () => Promise<Command>;
	/** The arguments without the command's name. */
	readonly argv: readonly string[];
}

/**
 * Which command a command line means: the first word that names one; else `--once` is the one-shot
 * snapshot, and anything else the screen. A node that is called like a command is given by its URL.
 */
export function findCommand(argv: readonly string[]): FoundCommand {
	for (const [index, word] of argv.entries()) {
		if (word === '--') break;
		if (word.startsWith('-') || valueFlags.has(argv[index - 1] ?? '')) continue;
		if (Object.hasOwn(commands, word)) {
			const { load } = commands[word as keyof typeof commands];
			return { load, argv: argv.toSpliced(index, 1) };
		}
		if (word === 'help') return findHelp(argv.toSpliced(index, 1));
		// A bare word may be the name of a node, unless it is nearly a command, or its help is wanted.
		if (/^[a-z][a-z-]*$/.test(word) && (isNearCommand(word) || wantsHelp(argv)))
			throw unknownCommand(word);
		break;
	}
	if (argv.includes('--once')) return { load: withoutName.once, argv };
	if (wantsHelp(argv)) return { load: withoutName.help, argv };
	return { load: withoutName.screen, argv };
}

function wantsHelp(argv: readonly string[]): boolean {
	return argv.includes('--help') || argv.includes('-h');
}

/** `nodetop help`, and `nodetop help COMMAND`, which is `nodetop COMMAND --help`. */
function findHelp(argv: readonly string[]): FoundCommand {
	const word = argv.find((each) => !each.startsWith('-'));
	if (word === undefined) return { load: withoutName.help, argv };
	if (!Object.hasOwn(commands, word)) throw unknownCommand(word);
	return { load: commands[word as keyof typeof commands].load, argv: ['--help'] };
}

/** A slip of one or two letters: `statsu`. */
function isNearCommand(word: string): boolean {
	return nearestCommand(word) !== undefined;
}

function nearestCommand(word: string): string | undefined {
	const sorted = (text: string) => [...text].toSorted().join('');
	return Object.keys(commands).find(
		(name) =>
			Math.abs(name.length - word.length) <= 1 &&
			word.length > 3 &&
			(sorted(name) === sorted(word) || name.startsWith(word) || word.startsWith(name)),
	);
}

function unknownCommand(word: string): UserError {
	const near = nearestCommand(word);
	return new UserError(`"${clean(word, 40)}" is no command`, {
		nextSteps: [
			...(near === undefined
				? didYouMean(word, Object.keys(commands), 'nodetop ')
				: [`did you mean \`nodetop ${near}\`?`]),
			'`nodetop --help` lists the commands',
			'to watch a node with that name, give its URL',
		],
	});
}
