import { recordedMetrics } from '../../sections/recorded-metrics.ts';
import type { RecordedMetric } from '../../sections/recorded-metrics.ts';
import { loadSettings } from '../../app/configuration.ts';
import { openRecorded } from '../../app/recorded.ts';
import { parseSpan } from '../../config/duration.ts';
import { didYouMean } from '../../config/nearest.ts';
import { clean } from '../../domain/clean.ts';
import { exitCodes, UserError } from '../../domain/errors.ts';
import { formatNumber } from '../../domain/units.ts';
import { tableLines } from '../../export/text-table.ts';
import type { TextColumn } from '../../export/text-table.ts';
import { groupsAt } from '../../history/group-nodes.ts';
import type { HistoryReader } from '../../history/reader.ts';
import { seriesOf, statNames, sumOf } from '../../history/points.ts';
import type { NodePoints, StatName } from '../../history/points.ts';
import type { Span } from '../../history/tables.ts';
import { textStyleFor } from '../alerts/list.ts';
import type { CommandContext } from '../command.ts';
import { parseFlags } from '../flags.ts';
import { settingsFlags } from '../settings-flags.ts';
import { spanOf } from './time-flags.ts';

const mostDays = 3650;
const wantedPoints = 60;
const mostPoints = 100_000;
const roundSteps = ['10s', '30s', '1m', '5m', '10m', '30m', '1h', '3h', '6h', '12h', '1d'];

/** `nodetop history query`: a number of nodes over time. */
export async function queryHistory(context: CommandContext): Promise<number> {
	const { flags, input } = await parseFlags(context.argv, {
		profile: settingsFlags.profile,
		config: settingsFlags.config,
		since: { type: 'string' },
		until: { type: 'string' },
		step: { type: 'string' },
		stat: { type: 'string' },
		sum: { type: 'boolean' },
		group: { type: 'string' },
		csv: { type: 'boolean' },
		json: { type: 'boolean' },
		file: { type: 'string' },
	});
	const [name, ...nodes] = input;
	const metric = metricOf(name);
	const stat = statOf(flags.stat);
	const settings = await loadSettings({ flags, nodeSpecs: [], env: context.env });
	const recorded = await openRecorded(flags.file, settings.profile, context.env);
	try {
		const { reader } = recorded;
		const endMs = flags.file === undefined ? undefined : reader.frameSpan()?.untilMs;
		const span = spanOf(flags, '1h', endMs ?? context.clock.now());
		const stepMs = stepOf(flags.step, span);
		const known = reader.list().filter((each) => each.metric === name);
		const chosen = chosenNodes(reader, known, { nodes, group: flags.group, untilMs: span.untilMs });
		requireKnown(chosen, known, name ?? '');
		const series = seriesOf(reader, {
			nodes: [...new Set(chosen)],
			metric: name ?? '',
			span,
			stepMs,
			stat,
		});
		const shown = flags.sum === true ? [sumOf(series)] : series;
		context.stdout.write(render(shown, { metric, name: name ?? '', flags, context }));
		return exitCodes.ok;
	} finally {
		await recorded.close();
	}
}

function metricOf(name: string | undefined): RecordedMetric {
	const known = recordedMetrics();
	const metric = name === undefined ? undefined : known.get(name);
	if (metric) return metric;
	throw new UserError(
		name === undefined ? 'query needs a metric' : `"${clean(name, 60)}" is no recorded number`,
		{
			nextSteps: [
				...didYouMean(name ?? '', [...known.keys()]),
				'for example poll.latencyMs, network.peers, height; docs/fields.md lists all',
			],
		},
	);
}

/** The named nodes, those of a group that report it, or all that do. */
function chosenNodes(
	reader: HistoryReader,
	known: readonly { readonly node: string }[],
	{ nodes, group, untilMs }: ChosenBy,
): readonly string[] {
	const all = known.map(({ node }) => node);
	if (group === undefined) return nodes.length === 0 ? all : nodes;
	if (nodes.length > 0) throw new UserError('--group and nodes cannot be given together');
	const groups = groupsAt(reader, untilMs);
	const members = new Set(groups.get(group));
	if (members.size > 0) return all.filter((node) => members.has(node));
	throw new UserError(`there was no group "${clean(group, 60)}" then`, {
		nextSteps: [
			...didYouMean(group, [...groups.keys()]),
			`groups: ${[...groups.keys()].join(', ')}`,
		],
		exitCode: exitCodes.unavailable,
	});
}

interface ChosenBy {
	readonly nodes: readonly string[];
	readonly group: string | undefined;
	readonly untilMs: number;
}

function requireKnown(
	nodes: readonly string[],
	known: readonly { readonly node: string }[],
	metric: string,
): void {
	const names = known.map(({ node }) => node);
	const unknown = nodes.find((node) => !names.includes(node));
	if (unknown === undefined && nodes.length > 0) return;
	const what = unknown === undefined ? 'no node' : `the node "${clean(unknown, 60)}"`;
	throw new UserError(`nothing was recorded of ${metric} of ${what}`, {
		nextSteps:
			names.length === 0
				? ['no node has said it while it was recorded']
				: [...didYouMean(unknown ?? '', names), `nodes that have it: ${names.join(', ')}`],
		exitCode: exitCodes.unavailable,
	});
}

function stepOf(text: string | undefined, { fromMs, untilMs }: Span): number {
	const least = (untilMs - fromMs) / wantedPoints;
	const round = roundSteps.find((step) => parseSpan(step, '--step', mostDays) >= least);
	const stepMs = parseSpan(text ?? round ?? '1d', '--step', mostDays);
	if ((untilMs - fromMs) / stepMs <= mostPoints) return stepMs;
	throw new UserError('--step is too small for so much time', {
		nextSteps: ['a longer step, or a shorter time'],
	});
}

function statOf(text = 'mean'): StatName {
	const stat = statNames.find((name) => name === text);
	if (stat) return stat;
	throw new UserError(`--stat: "${clean(text, 40)}" is none of ${statNames.join(', ')}`);
}

interface Rendered {
	readonly metric: RecordedMetric;
	readonly name: string;
	readonly flags: { readonly csv?: boolean | undefined; readonly json?: boolean | undefined };
	readonly context: CommandContext;
}

function render(series: readonly NodePoints[], given: Rendered): string {
	const { metric, name, flags, context } = given;
	const iso = (atMs: number) => new Date(atMs).toISOString();
	if (flags.json === true) {
		const document = series.map(({ node, points }) => ({
			node,
			metric: name,
			unit: metric.unit,
			points: points.map(([atMs, value]) => [iso(atMs), value]),
		}));
		return `${JSON.stringify(document)}\n`;
	}
	const times = [...new Set(series.flatMap(({ points }) => points.map(([atMs]) => atMs)))];
	const rows = times.toSorted((a, b) => a - b);
	const values = series.map(({ points }) => new Map(points));
	if (flags.csv === true) {
		// A spreadsheet takes what begins so for a formula.
		const guarded = (text: string) => (/^[=+\-@]/.test(text) ? `'${text}` : text);
		const cell = (text: string) =>
			/[",\n]/.test(text) ? `"${guarded(text).replaceAll('"', '""')}"` : guarded(text);
		const head = ['time', ...series.map(({ node }) => cell(node))].join(',');
		const lines = rows.map((atMs) =>
			[iso(atMs), ...values.map((of) => of.get(atMs) ?? '')].join(','),
		);
		return `${[head, ...lines].join('\n')}\n`;
	}
	const columns: TextColumn<number>[] = [
		{ title: 'TIME (UTC)', priority: 0, read: (atMs) => iso(atMs).slice(0, 19).replace('T', ' ') },
		...series.map(({ node }, index): TextColumn<number> => ({
			title: node,
			isRight: true,
			priority: index,
			read: (atMs) => {
				const value = values[index]?.get(atMs);
				return value === undefined ? undefined : formatNumber(metric.unit, value);
			},
		})),
	];
	const style = textStyleFor(context);
	if (rows.length === 0) return 'nothing was recorded in that time\n';
	const lines = tableLines(rows, columns, style, { cutFirst: 'widest', missing: '—' });
	return `${metric.title}\n${lines.join('\n')}\n`;
}
