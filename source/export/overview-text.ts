import { cellWidth } from '../domain/cell-width.ts';
import { truncate } from '../domain/clean.ts';
import { formatAge, formatCount, formatMs, missing } from '../domain/format.ts';
import type { NodeSnapshot, SnapshotDocument } from '../domain/snapshot.ts';
import { healthStatuses } from '../domain/words.ts';
import { defaultWidth, healthMark, styled, styledHealth } from './text-style.ts';
import type { TextOptions } from './text-style.ts';

interface TextColumn {
	readonly title: string;
	readonly isRight?: boolean;
	read(node: NodeSnapshot, options: TextOptions): string;
}

const columns: readonly TextColumn[] = [
	{ title: 'HEALTH', read: ({ health }, { ascii }) => healthMark(health.status, ascii === true) },
	{ title: 'NODE', read: ({ target }) => target.name },
	{ title: 'KIND', read: ({ target }) => target.kind },
	{
		title: 'HEIGHT',
		isRight: true,
		read: ({ chain, consensus }) => {
			const height =
				chain?.head?.number ?? consensus?.round ?? consensus?.view ?? consensus?.height;
			return height === undefined ? missing : formatCount(height);
		},
	},
	{
		title: 'AGE',
		isRight: true,
		read: ({ chain, consensus }, { nowMs }) => {
			const at = chain?.head?.at ?? consensus?.lastFinalizedAt;
			return at === undefined ? missing : formatAge(at, nowMs);
		},
	},
	{
		title: 'PEERS',
		isRight: true,
		read: ({ network }) => (network?.peers === undefined ? missing : formatCount(network.peers)),
	},
	{
		title: 'LATENCY',
		isRight: true,
		read: ({ poll }) => (poll.latencyMs === undefined ? missing : formatMs(poll.latencyMs)),
	},
	{
		title: 'VERSION',
		read: ({ identity }) =>
			[identity?.client, identity?.version].filter((part) => part !== undefined).join(' ') ||
			missing,
	},
];

const gap = '  ';

/** For people, without a screen: a line of counts, a row a node, then what is wrong and what to do. */
export function toOverviewText(document: SnapshotDocument, options: TextOptions): string {
	const width = options.width ?? defaultWidth;
	const cells = document.nodes.map((node) => columns.map((column) => column.read(node, options)));
	const widths = columns.map(({ title }, index) =>
		Math.max(title.length, ...cells.map((row) => cellWidth(row[index] ?? ''))),
	);
	const head = styled(
		'bold',
		rowText(
			columns.map(({ title }) => title),
			widths,
			width,
		),
		options,
	);
	const rows = document.nodes.map((node, index) => {
		const text = rowText(cells[index] ?? [], widths, width);
		return styledHealth(node.health.status, text, options);
	});
	const { hint } = document.summary;
	return [
		countsText(document, options),
		'',
		head,
		...rows,
		...document.nodes.flatMap((node) => issueLines(node, width, options)),
		...(hint === undefined ? [] : ['', hint]),
		'',
	].join('\n');
}

function countsText({ summary }: SnapshotDocument, options: TextOptions): string {
	const counts = healthStatuses
		.filter((status) => summary[status] > 0)
		.map((status) => styledHealth(status, `${summary[status]} ${status}`, options));
	const nodes = summary.nodes === 1 ? '1 node' : `${summary.nodes} nodes`;
	return counts.length === 0 ? nodes : `${nodes}: ${counts.join(', ')}`;
}

function rowText(cells: readonly string[], widths: readonly number[], width: number): string {
	const text = cells
		.map((cell, index) => {
			const padding = ' '.repeat(Math.max(0, (widths[index] ?? 0) - cellWidth(cell)));
			return columns[index]?.isRight ? padding + cell : cell + padding;
		})
		.join(gap)
		.trimEnd();
	return truncate(text, width);
}

function issueLines(node: NodeSnapshot, width: number, options: TextOptions): string[] {
	const arrow = options.ascii === true ? '->' : '→';
	return node.health.issues.flatMap(({ severity, message, evidence, nextStep }) => [
		'',
		...[
			`${node.target.name}: ${severity}: ${message}`,
			...(evidence === undefined ? [] : [`  ${evidence}`]),
			...(nextStep === undefined ? [] : [`  ${arrow} ${nextStep}`]),
		].map((line) => truncate(line, width)),
	]);
}
