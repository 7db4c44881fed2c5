import { UserError } from '../domain/errors.ts';
import type { Command } from './command.ts';

interface Entry {
	/** One line for `nodetop --help`. */
	readonly summary: string;
	/** Loads the command's code: nothing of it is read before. */
	readonly load: () => Promise<Command>;
}

/**
 * Every subcommand, in the order of `--help`: to begin, to look, to be told, to find out why, to set up.
 * Adding one adds its file and one entry here.
 */
export const commands = {
	demo: {
		summary: 'the screen over an embedded network of real nodes on loopback',
		load: async () => (await import('./demo/demo.ts')).demo,
	},
	discover: {
		summary: 'what answers at the usual ports, here or on the hosts named',
		load: async () => (await import('./discover/discover.ts')).discover,
	},
	add: {
		summary: 'find out what answers at a URL and remember it in the profile',
		load: async () => (await import('./add/add.ts')).add,
	},
	remove: {
		summary: 'forget a node of the profile',
		load: async () => (await import('./remove/remove.ts')).remove,
	},
	status: {
		summary: 'the nodes as text: default, --compact, --json, or --watch',
		load: async () => (await import('./status/status.ts')).status,
	},
	watch: {
		summary: 'polls and alerts without a screen, until it is ended',
		load: async () => (await import('./watch/watch.ts')).watch,
	},
	health: {
		summary: 'how the nodes are, as a monitoring plugin: exit codes and performance data',
		load: async () => (await import('./health/health.ts')).health,
	},
	alerts: {
		summary: 'list, acknowledge, silence; history; try channels and rules',
		load: async () => (await import('./alerts/alerts.ts')).alerts,
	},
	diagnose: {
		summary: 'what is wrong, where, how sure, and what to do next',
		load: async () => (await import('./diagnose/diagnose.ts')).diagnose,
	},
	network: {
		summary: 'statistics, topology and tests of the network',
		load: async () => (await import('./network/network.ts')).network,
	},
	bundle: {
		summary: 'one redacted file for whoever helps you',
		load: async () => (await import('./bundle/bundle.ts')).bundle,
	},
	profile: {
		summary: 'list, use, save or remove profiles',
		load: async () => (await import('./profile/profile.ts')).profile,
	},
	config: {
		summary: 'path, print, validate, schema or explain the configuration',
		load: async () => (await import('./config/config.ts')).config,
	},
} as const satisfies Readonly<Record<string, Entry>>;

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
		if (/^[a-z][a-z-]*$/.test(word) && isNearCommand(word)) throw unknownCommand(word);
		break;
	}
	if (argv.includes('--once')) return { load: withoutName.once, argv };
	if (argv.includes('--help') || argv.includes('-h')) return { load: withoutName.help, argv };
	return { load: withoutName.screen, argv };
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
	return new UserError(`"${word}" is no command`, {
		nextSteps: [
			`did you mean \`nodetop ${nearestCommand(word)}\`?`,
			'to watch a node that is called so, give its URL',
		],
	});
}
