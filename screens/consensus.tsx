import { Box } from 'ink';
import type { ReactNode } from 'react';
import { factLines } from '../components/fact-lines.ts';
import { toneOfHealth } from '../components/look.ts';
import type { Look } from '../components/look.ts';
import { Panel } from '../components/panel.tsx';
import { tableLines } from '../components/table.ts';
import type { Column } from '../components/table.ts';
import { trendLines } from '../components/trend-lines.ts';
import { formatAge, formatCount, missing } from '../source/domain/format.ts';
import type { NodeSnapshot } from '../source/domain/snapshot.ts';
import type { NodeState } from '../source/fleet/fleet.ts';
import { absentLines } from './absent.ts';
import { phaseLines, progressLines, reasonLines } from './agreement.ts';
import { chainFacts, consensusFacts } from './facts.ts';
import type { FleetFrame, ScreenProps } from './frame.ts';
import { MetricCharts } from './metric-charts.tsx';
import { windowStart } from './node-list.ts';

const gap = 2;

/** The selected node's consensus: facts, how they move, and the same numbers of its neighbours. */
export function Consensus(props: ScreenProps): ReactNode {
	const { look, width, height, selected, nowMs, services } = props;
	const left = Math.floor((width - gap) * 0.45);
	const right = width - gap - left;
	const lowerHeight = Math.min(Math.max(5, peersOf(props).length + 2), Math.floor(height * 0.4));
	const upperHeight = height - lowerHeight;
	const node = selected?.snapshot;
	const facts = node
		? [
				...consensusFacts(node, nowMs),
				...chainFacts(node, nowMs).filter(({ label }) => label !== 'Finalized'),
			]
		: [];
	const trendCount = trendsOf(selected).length;
	const blocks = node ? blocksOf(look, node, right) : [];
	const blocksHeight = blocks.reduce((sum, { lines }) => sum + lines.length + 1, 0);
	return (
		<Box flexDirection="column">
			<Box>
				<Panel
					look={look}
					title={selected ? `${selected.target.name}: consensus` : 'Consensus'}
					note={node?.consensus?.status}
					lines={
						node && facts.length > 0
							? withProgress(progressLines(look, node, nowMs, left), upperHeight - 1, (room) =>
									factLines(look, facts, left, room),
								)
							: absentLines(look, selected, 'consensus', left, services.whyAbsent)
					}
					width={left}
					height={upperHeight}
				/>
				<Box width={gap} />
				<Box flexDirection="column">
					<Panel
						look={look}
						title="Movement"
						note="newest at the right"
						lines={trendLines(look, trendsOf(selected), right)}
						width={right}
						height={Math.min(upperHeight, trendCount + 1)}
					/>
					{blocks.map(({ title, lines }, index) => (
						<Panel
							key={title}
							look={look}
							title={title}
							lines={lines}
							width={right}
							height={Math.min(
								lines.length + 1,
								upperHeight - trendCount - 1 - linesBefore(blocks, index),
							)}
						/>
					))}
					{selected ? (
						<MetricCharts
							look={look}
							node={selected}
							metrics={['finalityMs', 'finalityLag', 'pending', 'latencyMs']}
							width={right}
							height={upperHeight - trendCount - 1 - blocksHeight}
						/>
					) : null}
				</Box>
			</Box>
			<Neighbours {...props} height={lowerHeight} />
		</Box>
	);
}

interface Block {
	readonly title: string;
	readonly lines: readonly string[];
}

/** What only some kinds tell of how they agree. */
function blocksOf(look: Look, node: NodeSnapshot, width: number): Block[] {
	return [
		{ title: 'Latency of agreement', lines: phaseLines(look, node, width) },
		{ title: 'View changes by reason', lines: reasonLines(look, node, width) },
	].filter(({ lines }) => lines.length > 0);
}

function linesBefore(blocks: readonly Block[], index: number): number {
	return blocks.slice(0, index).reduce((sum, { lines }) => sum + lines.length + 1, 0);
}

/** The large number above the facts, with a blank line between where there is room for both. */
function withProgress(
	progress: readonly string[],
	height: number,
	facts: (room: number) => string[],
): string[] {
	if (progress.length === 0) return facts(height);
	const above = height > 16 ? ['', ...progress, ''] : progress;
	return [...above, ...facts(height - above.length)];
}

function trendsOf(selected: NodeState | undefined) {
	if (!selected) return [];
	const { consensus, chain } = selected.snapshot;
	const { series } = selected;
	const trends = [
		{ label: 'Height', value: chain?.head?.number ?? consensus?.height, name: 'height' },
		{ label: 'Round', value: consensus?.round, name: 'round' },
		{ label: 'View', value: consensus?.view, name: 'view' },
		{ label: 'Finalized', value: consensus?.finalized, name: 'finalized' },
		{ label: 'Pending', value: consensus?.pending ?? chain?.txPool?.pending, name: 'pending' },
		{ label: 'Lag', value: consensus?.finalityLag, name: 'finalityLag' },
	] as const;
	return trends
		.filter(({ value }) => value !== undefined)
		.map(({ label, value, name }) => ({
			label,
			value: value === undefined ? undefined : formatCount(value),
			samples: series.last(name, 200),
		}));
}

/** Nodes of the same network as the selected one; of the same kind, where no network is told. */
function peersOf({ all, selected }: ScreenProps): readonly NodeState[] {
	if (!selected) return [];
	const network = networkOf(selected);
	return all.filter((node) => networkOf(node) === network);
}

function networkOf({ snapshot }: NodeState): string {
	const { identity, target } = snapshot;
	return `${target.kind}:${identity?.genesisHash ?? identity?.chainId ?? identity?.networkId ?? ''}`;
}

const columns: readonly Column<NodeState, FleetFrame>[] = [
	{
		id: 'name',
		title: 'SAME NETWORK',
		width: 14,
		isFlex: true,
		givesWay: 0,
		cell: ({ target }) => ({ text: target.name, tone: 'strong' }),
	},
	{
		id: 'health',
		title: 'HEALTH',
		width: 10,
		givesWay: 1,
		cell: ({ snapshot }, { look }) => ({
			text: `${look.glyphs.health[snapshot.health.status]} ${snapshot.health.status}`,
			tone: toneOfHealth[snapshot.health.status],
		}),
	},
	numberColumn(
		'height',
		'HEIGHT',
		13,
		(node) => node.chain?.head?.number ?? node.consensus?.height,
	),
	numberColumn('round', 'ROUND', 10, (node) => node.consensus?.round ?? node.consensus?.view),
	numberColumn(
		'finalized',
		'FINALIZED',
		12,
		(node) => node.consensus?.finalized ?? node.chain?.finalized?.number,
	),
	numberColumn(
		'pending',
		'PENDING',
		9,
		(node) => node.consensus?.pending ?? node.chain?.txPool?.pending,
	),
	{
		id: 'last',
		title: 'LAST',
		width: 8,
		align: 'right',
		givesWay: 3,
		cell: ({ snapshot }, { nowMs }) => {
			const at = snapshot.consensus?.lastFinalizedAt ?? snapshot.chain?.head?.at;
			return at === undefined ? { text: missing, tone: 'dim' } : { text: formatAge(at, nowMs) };
		},
	},
	{
		id: 'hash',
		title: 'HEAD HASH',
		width: 20,
		isFlex: true,
		givesWay: 9,
		cell: ({ snapshot }, _frame, width) => ({
			text: snapshot.chain?.head?.hash?.slice(0, width) ?? '',
			tone: 'label',
		}),
	},
];

function numberColumn(
	id: string,
	title: string,
	width: number,
	read: (node: NodeState['snapshot']) => string | number | undefined,
): Column<NodeState, FleetFrame> {
	return {
		id,
		title,
		width,
		align: 'right',
		givesWay: 4,
		cell: ({ snapshot }) => {
			const value = read(snapshot);
			return value === undefined ? { text: missing, tone: 'dim' } : { text: formatCount(value) };
		},
	};
}

function Neighbours(props: ScreenProps): ReactNode {
	const { look, width, height, selected, nowMs } = props;
	const nodes = peersOf(props);
	const rowCount = Math.max(1, height - 2);
	const index = selected ? nodes.indexOf(selected) : -1;
	const first = windowStart(Math.max(0, index), rowCount, nodes.length);
	return (
		<Panel
			look={look}
			title="Side by side"
			note={`${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'}`}
			lines={tableLines(look, {
				columns,
				rows: nodes.slice(first, first + rowCount),
				frame: { nowMs, look },
				width,
				selected: index - first,
			})}
			width={width}
			height={height}
		/>
	);
}
