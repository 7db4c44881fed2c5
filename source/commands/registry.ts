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
		summary: 'one redacted file for support',
		load: async () => (await import('./bundle/bundle.ts')).bundle,
	},
	record: {
		summary: 'one portable file of what the nodes do, to replay anywhere',
		load: async () => (await import('./record/record.ts')).record,
	},
	replay: {
		summary: 'a recording, or a time of the profile, on the same screens as if live',
		load: async () => (await import('./replay/replay.ts')).replay,
	},
	history: {
		summary: 'numbers over time, reports, export and pruning of what was recorded',
		load: async () => (await import('./history/history.ts')).history,
	},
	diff: {
		summary: 'what differs between two recorded moments, or two nodes',
		load: async () => (await import('./diff/diff.ts')).diff,
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
