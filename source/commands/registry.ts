import type { Command } from './command.ts';

interface Entry {
	/** One line for `nodetop --help`. */
	readonly summary: string;
	/** Loads the command's code, which is not read before. */
	readonly load: () => Promise<Command>;
}

/**
 * Every subcommand, in the order of `--help`: starting, looking, alerts, finding causes, running a node, setting up.
 * A new command is its folder and one entry here.
 */
export const commands = {
	demo: {
		summary: 'show small networks that run on this machine',
		load: async () => (await import('./demo/demo.ts')).demo,
	},
	discover: {
		summary: 'find nodes at the usual ports of this machine or of hosts',
		load: async () => (await import('./discover/discover.ts')).discover,
	},
	add: {
		summary: 'detect the kind of a node and add it to the profile',
		load: async () => (await import('./add/add.ts')).add,
	},
	remove: {
		summary: 'remove a node from the profile',
		load: async () => (await import('./remove/remove.ts')).remove,
	},
	status: {
		summary: 'print the state of the nodes as text',
		load: async () => (await import('./status/status.ts')).status,
	},
	watch: {
		summary: 'poll and send alerts without a screen, until stopped',
		load: async () => (await import('./watch/watch.ts')).watch,
	},
	serve: {
		summary: 'serve the nodes over HTTP: page, documents, streams, metrics',
		load: async () => (await import('./serve/serve.ts')).serve,
	},
	health: {
		summary: 'check the nodes as a monitoring plugin: exit codes, performance data',
		load: async () => (await import('./health/health.ts')).health,
	},
	alerts: {
		summary: 'list, acknowledge and silence alerts; test channels and rules',
		load: async () => (await import('./alerts/alerts.ts')).alerts,
	},
	diagnose: {
		summary: 'find the most likely cause of a problem, and the next step',
		load: async () => (await import('./diagnose/diagnose.ts')).diagnose,
	},
	network: {
		summary: 'network statistics, topology and tests',
		load: async () => (await import('./network/network.ts')).network,
	},
	export: {
		summary: 'metrics and documents for Prometheus, Grafana, InfluxDB, OpenTelemetry and files',
		load: async () => (await import('./export/export.ts')).exportCommand,
	},
	bundle: {
		summary: 'write one redacted file for support',
		load: async () => (await import('./bundle/bundle.ts')).bundle,
	},
	record: {
		summary: 'record the nodes into one portable file, to replay anywhere',
		load: async () => (await import('./record/record.ts')).record,
	},
	replay: {
		summary: 'show a recording, or the past of the profile, on the usual screens',
		load: async () => (await import('./replay/replay.ts')).replay,
	},
	history: {
		summary: 'query, report, export and prune the recorded history',
		load: async () => (await import('./history/history.ts')).history,
	},
	diff: {
		summary: 'compare two recorded moments, or two nodes',
		load: async () => (await import('./diff/diff.ts')).diff,
	},
	start: {
		summary: 'start a node under a supervisor that outlives the terminal',
		load: async () => (await import('./start/start.ts')).start,
	},
	stop: {
		summary: 'stop a supervised node: one SIGTERM, then patience',
		load: async () => (await import('./stop/stop.ts')).stop,
	},
	restart: {
		summary: 'restart a supervised node, also with other arguments',
		load: async () => (await import('./restart/restart.ts')).restart,
	},
	run: {
		summary: 'start a node in the foreground, for systemd and containers',
		load: async () => (await import('./run/run.ts')).run,
	},
	logs: {
		summary: 'print, follow and search what a supervised node wrote',
		load: async () => (await import('./logs/logs.ts')).logs,
	},
	upgrade: {
		summary: 'exchange the program of a supervised node, and back if it is unhealthy',
		load: async () => (await import('./upgrade/upgrade.ts')).upgrade,
	},
	profile: {
		summary: 'list, use, save or remove profiles',
		load: async () => (await import('./profile/profile.ts')).profile,
	},
	config: {
		summary: 'print, check or explain the configuration',
		load: async () => (await import('./config/config.ts')).config,
	},
} as const satisfies Readonly<Record<string, Entry>>;
