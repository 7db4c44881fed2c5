import type { Command, CommandContext } from '../command.ts';
import { unknownVerb } from '../profile/profile.ts';

const help = `Usage
  nodetop history query METRIC [NODE…] [--since T] [--until T] [--step D] [--stat S] [--sum] [--group NAME]
                        [--csv | --json] [--file FILE]
  nodetop history report [--day | --week | --month] [--json | --markdown | --html] [--file FILE]
  nodetop history annotate TEXT [--at T] [--node NODE]
  nodetop history import URL [METRIC=QUERY…] [--since T] [--until T] [--step D] [--node NODE]
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
  --group NAME       only the nodes of this group, or of this network
  --file FILE        read a recording; times count from its end
  --json             [{"node","metric","unit","points":[[time, value], …]}]

report: prints availability (without nodetop's own outages), latency, finality, incidents,
changes, annotations, forecasts, and advice from the trend.

annotate: keeps a note at a time, by default now. The History screen and reports show it beside the incidents.

import: fills the history from Prometheus with what was before nodetop recorded. Without METRIC=QUERY: everything
that a nodetop exported, by its names. Otherwise the query's values must be in the unit of the field. It works
only while no process records the profile.
  --since T          default 30d ago
  --step D           default 1m
  --node NODE        all series are of this node; default: the label tells
  --label NAME       the label that names the node (default node, then instance)
  --token-file FILE  bearer token for Prometheus

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
	annotate: async () => (await import('./annotate.ts')).annotateHistory,
	import: async () => (await import('./import.ts')).importHistory,
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
