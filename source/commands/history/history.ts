import type { Command, CommandContext } from '../command.ts';
import { unknownVerb } from '../profile/profile.ts';

const help = `Usage
  nodetop history query METRIC [NODE…] [--since T] [--until T] [--step D] [--stat S] [--csv | --json]
  nodetop history report [--day | --week | --month] [--json | --markdown | --html]
  nodetop history export FILE [--since T] [--until T] [--mask-addresses]
  nodetop history prune [--keep DURATION] --yes

Reads the history of the profile that the screen and nodetop watch have recorded. Times are written 03:12,
2026-01-02 03:12 (UTC), or as time ago: 2h, 7d.

query: prints a number over time. METRIC is the path of a field, such as poll.latencyMs or network.peers
(docs/fields.md), or height, finalized, pending, peerLatencyMs. Without NODE: every node that reports it.
  --since T          default 1h ago
  --until T          default now
  --step D           10s, 5m, 1h; default a sixtieth of the time
  --stat S           mean (default), min, max, count, p50, p95 or p99
  --sum              add all nodes up to one series
  --json             [{"node","metric","unit","points":[[time, value], …]}]

report: prints availability (without nodetop's own outages), latency, finality, incidents, changes, forecasts.

export: writes one portable file for nodetop replay.

prune: removes records that are older than --keep, or than the profile's settings allow. It works only while
no process records the profile.

  --profile NAME     use the history of this profile
  -c, --config FILE  use this configuration file

Examples
  nodetop history query poll.latencyMs --since 24h --step 1h --stat p95
  nodetop history report --week --html > week.html
`;

type Run = (context: CommandContext) => Promise<number>;

const verbs: Readonly<Record<string, () => Promise<Run>>> = {
	query: async () => (await import('./query.ts')).queryHistory,
	report: async () => (await import('./report.ts')).reportHistory,
	export: async () => (await import('./export.ts')).exportHistory,
	prune: async () => (await import('./prune.ts')).pruneHistory,
};

/** Flags that may stand before the verb with a value behind them. */
const takesValue = new Set(['--profile', '--config', '-c']);

/** `nodetop history`: adding a verb adds its file and one entry above. */
export const history: Command = {
	help,
	async run(context) {
		const index = context.argv.findIndex(
			(word, at) => !word.startsWith('-') && !takesValue.has(context.argv[at - 1] ?? ''),
		);
		const verb = context.argv[index] ?? '';
		const load = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
		if (load === undefined) throw unknownVerb('history', verb, Object.keys(verbs));
		const run = await load();
		return run({ ...context, argv: context.argv.toSpliced(index, 1) });
	},
};
