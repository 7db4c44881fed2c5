import { levelOf } from '../sections/health/severity.ts';
import { toneOfLevel, toneOfSeverity } from '../domain/tone.ts';
import { formatAge, formatCount, formatMs, missing } from '../domain/format.ts';
import { clientText } from '../sections/client-text.ts';
import { newestAt, placeOf, placeText } from '../sections/derived.ts';
import type { Issue } from '../sections/health/schema.ts';
import type { NodeSnapshot, SnapshotDocument } from '../sections/snapshot.ts';
import { healthStatuses, worstLevel } from '../domain/words.ts';
import type { Health, HealthLevel } from '../domain/words.ts';
import { groupLines } from './group-lines.ts';
import { byGravity, worstIssue } from './issues.ts';
import { createTextStyle, wrap } from './text-style.ts';
import type { TextStyle, TextOptions } from './text-style.ts';
import { tableLines } from './text-table.ts';
import type { TextColumn } from './text-table.ts';

const columns: readonly TextColumn<NodeSnapshot>[] = [
	{
		title: 'HEALTH',
		priority: 0,
		read: ({ health, poll }, { marks }) =>
			`${marks.level[levelOf(health)]} ${poll.status === 'pending' ? 'waiting' : health.status}`,
	},
	{ title: 'NODE', priority: 0, leastWidth: 8, read: ({ target }) => target.name },
	{ title: 'KIND', priority: 6, read: ({ target }) => target.kind },
	{
		title: 'HEIGHT',
		isRight: true,
		priority: 1,
		read: (node) => {
			const place = placeOf(node);
			return place && placeText(place);
		},
	},
	{
		title: 'AGE',
		isRight: true,
		priority: 3,
		read: (node, { nowMs }) => {
			const at = newestAt(node);
			return at === undefined ? undefined : formatAge(at, nowMs);
		},
	},
	{
		title: 'PEERS',
		isRight: true,
		priority: 2,
		read: ({ network }) => (network?.peers === undefined ? undefined : formatCount(network.peers)),
	},
	{
		title: 'LATENCY',
		isRight: true,
		priority: 4,
		read: ({ poll }) => (poll.latencyMs === undefined ? undefined : formatMs(poll.latencyMs)),
	},
	{
		title: 'VERSION',
		priority: 7,
		leastWidth: 12,
		read: ({ identity = {} }) => clientText(identity) || undefined,
	},
	{
		title: 'TROUBLE',
		priority: 5,
		leastWidth: 16,
		read: ({ health }) => worstIssue(health.issues)?.message ?? '',
	},
];

const margin = '  ';
const defaultWidth = 100;
const leastTextWidth = 20;

/**
 * All nodes at a glance, for people without a screen: a line of counts, a row a node, a line a network,
 * then every finding with what to do. A column that no node fills is left out. To fit `width` (default 100)
 * long cells are cut first, then columns are left out; only health and the name's first eight cells
 * may pass a width that is too small even for them. Texts below the table are broken at `width`.
 */
export function toOverviewText(document: SnapshotDocument, options: TextOptions = {}): string {
	const style = createTextStyle(
		{ ...options, width: options.width ?? defaultWidth },
		document.takenAt,
	);
	const { hint } = document.summary;
	const parts = [
		summaryLines(document, style),
		document.nodes.length === 0 ? [] : nodeLines(document.nodes, style),
		groupLines(document, style),
		document.nodes.flatMap((node) => issueLines(node, style)),
		hint === undefined ? [] : wrapped(hint, style, ''),
	];
	return `${parts
		.filter((lines) => lines.length > 0)
		.map((lines) => lines.join('\n'))
		.join('\n\n')}\n`;
}

function summaryLines({ summary, nodes: all }: SnapshotDocument, style: TextStyle): string[] {
	const present = healthStatuses.filter((status) => summary[status] > 0);
	const counts = present.map((status) => `${summary[status]} ${status}`);
	const nodes = summary.nodes === 1 ? '1 node' : `${formatCount(summary.nodes)} nodes`;
	if (counts.length === 0) return [nodes];
	const lines = wrap(`${nodes}: ${counts.join(', ')}`, style.width);
	if (lines.length > 1) return lines;
	const painted = present.map((status, index) =>
		style.paint(toneOfLevel[levelOfStatus(all, status)], counts[index] ?? ''),
	);
	return [`${nodes}: ${painted.join(', ')}`];
}

/** The worst level among the nodes of a status. */
function levelOfStatus(nodes: readonly NodeSnapshot[], status: Health): HealthLevel {
	return worstLevel(
		nodes.filter(({ health }) => health.status === status).map(({ health }) => levelOf(health)),
	);
}

function nodeLines(nodes: readonly NodeSnapshot[], style: TextStyle): string[] {
	return tableLines(nodes, columns, style, {
		// The text at the right is repeated in full below.
		cutFirst: 'last',
		missing,
		paintRow({ health }, line) {
			// What a node said before it fell silent is old, so its whole row takes the colour of its health.
			const level = levelOf(health);
			return style.paint(level === 'ok' ? 'plain' : toneOfLevel[level], line);
		},
	});
}

function issueLines({ target, health }: NodeSnapshot, style: TextStyle): string[] {
	return health.issues.toSorted(byGravity).flatMap((issue) => oneIssue(issue, target.name, style));
}

function oneIssue(issue: Issue, name: string, style: TextStyle): string[] {
	const { marks, nowMs } = style;
	const head = `${marks.severity[issue.severity]} ${name}: ${issue.message} (for ${formatAge(issue.since, nowMs)})`;
	return [
		...wrapped(head, style, '').map((line) => style.paint(toneOfSeverity[issue.severity], line)),
		...(issue.evidence === undefined ? [] : wrapped(issue.evidence, style, margin)),
		...(issue.nextStep === undefined
			? []
			: wrapped(`${marks.next} ${issue.nextStep}`, style, margin)),
	];
}

function wrapped(text: string, style: TextStyle, indent: string): string[] {
	const width = Math.max(leastTextWidth, style.width - indent.length);
	return wrap(style.show(text), width).map((line) => indent + line);
}
