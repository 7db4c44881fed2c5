import { UserError } from '../../domain/errors.ts';
import { exporterOf, exporters } from '../../export/exporters.ts';
import type { Command, CommandContext } from '../command.ts';
import { unknownVerb } from '../profile/profile.ts';

const formatLines = Object.entries(exporters)
	.map(([name, { help }]) => `  ${name.padEnd(12)}  ${help}`)
	.join('\n');

const help = `Usage
  nodetop export FORMAT [NODE…] [--every D] [--output FILE] [--push URL]
  nodetop export command [--every D] -- PROGRAM [ARG…]
  nodetop export grafana [DASHBOARD…] [-o DIRECTORY | --push URL] [--prefix NAME]
  nodetop export prometheus-rules [--prefix NAME]

Polls the nodes of the profile, or the given nodes, and prints their state in a format that other programs
read; once, or every D until you stop it. docs/export.md has examples.

Formats
${formatLines}
  command       runs PROGRAM with the JSON document on its standard input, without a shell

grafana prints one dashboard, writes all into DIRECTORY, or pushes them to the Grafana at URL: those of
nodetop, and "dashboards" of the profile.
prometheus-rules prints the alert rules of the profile as a rule file of Prometheus.

Options
  --every D          export again every 10s, 1m or 1h
  -o, --output FILE  write to FILE instead of standard output
  --rotate SIZE      rename FILE to FILE.1 before it becomes larger (default 100MB; formats that append)
  --keep N           number of old files to keep (default 5)
  --push URL         send each export to URL by HTTP POST, and try again while the receiver is away
  --token-file FILE  a token for that URL; NODETOP_PUSH_TOKEN does the same
  --retry-for D      how long one export is tried again (default 10s; with --every 10m)
  --prefix NAME      begin the names of metrics with NAME instead of nodetop
  --peers            add a series for each peer, at most 64 a node
  --profile NAME     use this profile
  -c, --config FILE  use this configuration file
  -i, --interval D   time between polls of a node: 500ms, 2s, 1m
  --timeout D        longest time to wait for an answer of a node
  --insecure         accept any TLS certificate of a node

Exit codes: 69 if the receiver or the program did not take an export, 73 if a file could not be written.

Examples
  nodetop export prometheus --every 15s -o /var/lib/node_exporter/nodetop.prom
  nodetop export influx --every 10s --push 'http://127.0.0.1:8086/write?db=nodetop'
  nodetop export otlp --every 15s --push http://127.0.0.1:4318
  nodetop export csv --every 1m -o nodes.csv --rotate 10MB --keep 3
  nodetop export command --every 30s -- ./send-to-mine.sh --quiet
`;

type Run = (context: CommandContext) => Promise<number>;

/** What is not a format. */
const verbs: Readonly<Record<string, () => Promise<Run>>> = {
	command: async () => (await import('./to-program.ts')).exportToProgram,
	grafana: async () => (await import('./grafana.ts')).exportGrafana,
	'prometheus-rules': async () => (await import('./rules.ts')).exportPrometheusRules,
};

/** Flags that may stand before the format with a value behind them. */
const takesValue = new Set([
	'--every',
	'--output',
	'-o',
	'--rotate',
	'--keep',
	'--push',
	'--token-file',
	'--retry-for',
	'--prefix',
	'--profile',
	'--config',
	'-c',
	'--interval',
	'-i',
	'--timeout',
]);

/** `nodetop export`: a format is one entry in `source/export/exporters.ts`. */
export const exportCommand: Command = {
	help,
	async run(context) {
		const index = context.argv.findIndex(
			(word, at) => !word.startsWith('-') && !takesValue.has(context.argv[at - 1] ?? ''),
		);
		const name = context.argv[index];
		if (name === undefined) {
			throw new UserError('export needs a format', {
				nextSteps: [`one of ${[...Object.keys(exporters), ...Object.keys(verbs)].join(', ')}`],
			});
		}
		const rest = { ...context, argv: context.argv.toSpliced(index, 1) };
		const load = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
		if (load) return (await load())(rest);
		const exporter = exporterOf(name);
		if (!exporter) {
			throw unknownVerb('export', name, [...Object.keys(exporters), ...Object.keys(verbs)]);
		}
		return (await import('./to-format.ts')).exportFormat(exporter, rest);
	},
};
