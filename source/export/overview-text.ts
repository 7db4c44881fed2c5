import { cellWidth } from '../domain/cell-width.ts';
import { formatAge, formatCount, formatMs, missing } from '../domain/format.ts';
import type { Issue, NodeSnapshot, SnapshotDocument } from '../domain/snapshot.ts';
import { healthStatuses } from '../domain/words.ts';
import { groupLines } from './group-lines.ts';
import { byGravity, worstIssue } from './issues.ts';
import { createPaper, cut, pad, toneOfHealth, toneOfSeverity, wrap } from './paper.ts';
import type { Paper, TextOptions } from './paper.ts';

interface TextColumn {
	readonly title: string;
	readonly isRight?: boolean;
	/** Columns with the highest number are left out first; 0 always stays. */
	readonly givesWay: number;
	/** A column that may be cut short, and to how few cells. */
	readonly leastWidth?: number;
	/** `undefined` where the node did not say it. */
	read(node: NodeSnapshot, paper: Paper): string | undefined;
}

const columns: readonly TextColumn[] = [
	{
		title: 'HEALTH',
		givesWay: 0,
		read: ({ health, poll }, { marks }) =>
			`${marks.health[health.status]} ${poll.status === 'pending' ? 'waiting' : health.status}`,
	},
	{ title: 'NODE', givesWay: 0, leastWidth: 8, read: ({ target }) => target.name },
	{ title: 'KIND', givesWay: 6, read: ({ target }) => target.kind },
	{
		title: 'HEIGHT',
		isRight: true,
		givesWay: 1,
		read: ({ chain, consensus }) => {
			const height =
				chain?.head?.number ?? consensus?.round ?? consensus?.view ?? consensus?.height;
			return height === undefined ? undefined : formatCount(height);
		},
	},
	{
		title: 'AGE',
		isRight: true,
		givesWay: 3,
		read: ({ chain, consensus }, { nowMs }) => {
			const at = chain?.head?.at ?? consensus?.lastFinalizedAt;
			return at === undefined ? undefined : formatAge(at, nowMs);
		},
	},
	{
		title: 'PEERS',
		isRight: true,
		givesWay: 2,
		read: ({ network }) => (network?.peers === undefined ? undefined : formatCount(network.peers)),
	},
	{
		title: 'LATENCY',
		isRight: true,
		givesWay: 4,
		read: ({ poll }) => (poll.latencyMs === undefined ? undefined : formatMs(poll.latencyMs)),
	},
	{
		title: 'VERSION',
		givesWay: 7,
		leastWidth: 12,
		read: ({ identity }) =>
			[identity?.client, identity?.version].filter((part) => part !== undefined).join(' ') ||
			undefined,
	},
	{
		title: 'TROUBLE',
		givesWay: 5,
		leastWidth: 16,
		read: ({ health }) => worstIssue(health.issues)?.message,
	},
];

const gap = '  ';
const defaultWidth = 100;
const leastTextWidth = 20;

/**
 * All nodes at a glance, for people without a screen: a line of counts, a row a node, a line a network,
 * then every finding with what to do. A column that no node fills is left out. To fit `width` (100 unless told)
 * long cells are cut first, then columns are left out; only health and the name's first eight cells
 * may pass a width that is too small even for them. Texts below the table are broken at `width`.
 */
export function toOverviewText(document: SnapshotDocument, options: TextOptions = {}): string {
	const paper = createPaper({ ...options, width: options.width ?? defaultWidth }, document.takenAt);
	const { hint } = document.summary;
	const parts = [
		summaryLines(document, paper),
		document.nodes.length === 0 ? [] : tableLines(document.nodes, paper),
		groupLines(document, paper),
		document.nodes.flatMap((node) => issueLines(node, paper)),
		hint === undefined ? [] : wrapped(hint, paper, ''),
	];
	return `${parts
		.filter((lines) => lines.length > 0)
		.map((lines) => lines.join('\n'))
		.join('\n\n')}\n`;
}

function summaryLines({ summary }: SnapshotDocument, paper: Paper): string[] {
	const present = healthStatuses.filter((status) => summary[status] > 0);
	const counts = present.map((status) => `${summary[status]} ${status}`);
	const nodes = summary.nodes === 1 ? '1 node' : `${formatCount(summary.nodes)} nodes`;
	if (counts.length === 0) return [nodes];
	const lines = wrap(`${nodes}: ${counts.join(', ')}`, paper.width);
	if (lines.length > 1) return lines;
	const painted = present.map((status, index) =>
		paper.paint(toneOfHealth[status], counts[index] ?? ''),
	);
	return [`${nodes}: ${painted.join(', ')}`];
}

interface Placed {
	readonly column: TextColumn;
	readonly cells: readonly (string | undefined)[];
	width: number;
}

function tableLines(nodes: readonly NodeSnapshot[], paper: Paper): string[] {
	const placed = place(nodes, paper);
	const lineOf = (cellOf: (each: Placed) => string): string =>
		placed
			.map((each) => pad(cut(paper, cellOf(each), each.width), each.width, alignOf(each)))
			.join(gap)
			.trimEnd();
	const heading = paper.paint(
		'title',
		lineOf(({ column }) => column.title),
	);
	const rows = nodes.map(({ health, poll }, index) => {
		const line = lineOf(
			({ column, cells }) =>
				cells[index] ?? (column.title === 'TROUBLE' ? '' : paper.show(missing)),
		);
		// What a node said before it fell silent is old, so its whole row takes the colour of its health.
		const isPlain = health.status === 'up' && poll.status !== 'failed';
		return paper.paint(isPlain ? 'plain' : toneOfHealth[health.status], line);
	});
	return [heading, ...rows];
}

function alignOf({ column }: Placed): 'left' | 'right' {
	return column.isRight ? 'right' : 'left';
}

/** The columns that fit, with their widths. */
function place(nodes: readonly NodeSnapshot[], paper: Paper): Placed[] {
	const placed = columns
		.map((column): Placed => {
			const cells = nodes.map((node) => {
				const text = column.read(node, paper);
				return text === undefined ? undefined : paper.show(text);
			});
			return { column, cells, width: naturalWidth({ column, cells }) };
		})
		.filter(({ cells }) => cells.some((cell) => cell !== undefined));
	while (excess(placed, paper) > 0) {
		shrink(placed, excess(placed, paper));
		if (excess(placed, paper) <= 0) break;
		const last = placed.reduce((a, b) => (b.column.givesWay > a.column.givesWay ? b : a));
		if (last.column.givesWay === 0) break;
		placed.splice(placed.indexOf(last), 1);
		for (const each of placed) each.width = naturalWidth(each);
	}
	return placed;
}

function naturalWidth({ column, cells }: Omit<Placed, 'width'>): number {
	return Math.max(column.title.length, ...cells.map((cell) => cellWidth(cell ?? '')));
}

function excess(placed: readonly Placed[], { width }: Paper): number {
	return placed.reduce((sum, each) => sum + each.width + gap.length, -gap.length) - width;
}

/** Cuts the last column that may be cut first: what stands to the right is told in full below. */
function shrink(placed: readonly Placed[], cells: number): void {
	let rest = cells;
	for (const each of placed.toReversed()) {
		const { leastWidth } = each.column;
		if (leastWidth === undefined) continue;
		const give = Math.min(rest, Math.max(0, each.width - leastWidth));
		each.width -= give;
		rest -= give;
	}
}

function issueLines({ target, health }: NodeSnapshot, paper: Paper): string[] {
	return health.issues.toSorted(byGravity).flatMap((issue) => oneIssue(issue, target.name, paper));
}

function oneIssue(issue: Issue, name: string, paper: Paper): string[] {
	const { marks, nowMs } = paper;
	const head = `${marks.severity[issue.severity]} ${name}: ${issue.message} (for ${formatAge(issue.since, nowMs)})`;
	return [
		...wrapped(head, paper, '').map((line) => paper.paint(toneOfSeverity[issue.severity], line)),
		...(issue.evidence === undefined ? [] : wrapped(issue.evidence, paper, gap)),
		...(issue.nextStep === undefined ? [] : wrapped(`${marks.next} ${issue.nextStep}`, paper, gap)),
	];
}

function wrapped(text: string, paper: Paper, margin: string): string[] {
	const width = Math.max(leastTextWidth, paper.width - margin.length);
	return wrap(paper.show(text), width).map((line) => margin + line);
}
