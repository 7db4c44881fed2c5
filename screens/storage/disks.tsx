import { Box } from 'ink';
import type { ReactNode } from 'react';
import { gauge } from '../../components/charts/gauge.ts';
import { fit, line } from '../../components/line.ts';
import { quiet } from '../../components/look.ts';
import type { Look } from '../../components/look.ts';
import { Panel } from '../../components/panel.tsx';
import { formatBytes, formatNames, formatRatio } from '../../source/domain/format.ts';
import type { NodeMoment } from '../../source/sections/moment.ts';
import type { ScreenProps } from '../frame.ts';
import { AbsentPanel } from '../node/absent-panel.tsx';
import { absentLines } from '../node/absent.ts';
import { storageNodes } from './fleet-lines.ts';
import { Fleet, fleetHeightWithin } from './fleet-panel.tsx';
import { isSilent } from '../node/silent.ts';
import { Trends } from '../node/trends.tsx';
import { windowMsOf } from '../chart-window.ts';
import { shownSamples, stoodStill } from '../shown-samples.ts';

const freeSpace = 'resources.diskAvailableBytes';
const leastNameWidth = 8;
const mostNameWidth = 28;
const usedWidth = 8;
const freeWidth = 26;

/** Where no disk filled, the selected node's numbers stand in the room. */
const leastNodeCharts = 12;
/** With its heading. */
const leastChartHeight = 9;
const gap = 2;
/** From here on charts stand side by side. */
const twoChartsWidth = 112;

interface Disk {
	/** The node, or `this machine` where several nodes show one disk of it. */
	readonly name: string;
	/** Nodes that show it. */
	readonly nodes: readonly NodeMoment[];
	readonly freeBytes: number;
	readonly totalBytes: number;
	/** No node of it answers any more. */
	readonly isOld: boolean;
}

/** For a node that stores nothing for others: why there is no more, how full the disks of all nodes are, and how they fill. */
export function Disks(props: ScreenProps): ReactNode {
	const { look, width, height, listed, selected } = props;
	const name = selected?.snapshot.target.name;
	const disks = disksOf(listed);
	const having = disks.reduce((count, { nodes }) => count + nodes.length, 0);
	if (disks.length === 0)
		return <AbsentPanel {...props} section="storage" name="storage" title="Storage" />;
	const why = ['', ...absentLines(props, 'storage', width), ''];
	const whyHeight = Math.min(height, why.length + 1);
	const title = name === undefined ? 'Storage' : `${name}: storage`;
	const fleet = storageNodes(listed);
	// Many disks leave a third of the screen.
	const left = Math.max(height - whyHeight - disks.length - 2, Math.floor(height / 3));
	const fleetHeight = fleetHeightWithin(fleet.length, left);
	const rest = height - whyHeight - fleetHeight - disks.length - 2;
	const charts = chartsFor(props, disks, rest);
	const moved = charts.length === 0 && rest >= leastNodeCharts ? selected : undefined;
	const chartsHeight = charts.length === 0 && !moved ? 0 : rest;
	return (
		<Box flexDirection="column">
			<Panel {...{ look, width, title }} lines={why} height={whyHeight} />
			<Fleet {...{ look, width, nodes: fleet, height: fleetHeight }} />
			<Panel
				{...{ look, width }}
				title="Disks, the fullest first"
				note={`${having} of ${listed.length} nodes report theirs`}
				lines={diskLines(look, disks, width)}
				height={height - whyHeight - fleetHeight - chartsHeight}
			/>
			<DiskCharts {...props} disks={charts} height={chartsHeight} />
			{moved ? (
				<Trends
					{...props}
					node={moved}
					sections={['resources', 'network', 'poll']}
					subject={name}
					height={chartsHeight}
				/>
			) : null}
		</Box>
	);
}

/** Disks, the fullest first. Nodes without figures of their own show the disk of this machine: it is one. */
function disksOf(listed: readonly NodeMoment[]): readonly Disk[] {
	const byPlace = new Map<string, NodeMoment[]>();
	for (const node of listed) {
		const { target, resources } = node.snapshot;
		const total = Number(resources?.diskTotalBytes);
		if (!Number.isFinite(Number(resources?.diskAvailableBytes)) || !(total > 0)) continue;
		const place = resources?.source === 'host' ? `host ${total}` : `node ${target.name}`;
		byPlace.set(place, [...(byPlace.get(place) ?? []), node]);
	}
	return [...byPlace.values()]
		.flatMap((nodes) => diskOf(nodes) ?? [])
		.toSorted((a, b) => shareOf(b) - shareOf(a));
}

function diskOf(nodes: readonly NodeMoment[]): Disk | undefined {
	const answering = nodes.find(({ snapshot }) => !isSilent(snapshot));
	const shown = answering ?? nodes[0];
	if (!shown) return undefined;
	const { target, resources } = shown.snapshot;
	return {
		name: nodes.length > 1 ? 'this machine' : target.name,
		nodes: [shown, ...nodes.filter((node) => node !== shown)],
		freeBytes: Number(resources?.diskAvailableBytes),
		totalBytes: Number(resources?.diskTotalBytes),
		isOld: answering === undefined,
	};
}

function shareOf({ freeBytes, totalBytes }: Disk): number {
	return 1 - freeBytes / totalBytes;
}

function diskLines(look: Look, disks: readonly Disk[], width: number): string[] {
	const longest = Math.max(leastNameWidth, ...disks.map(({ name }) => name.length));
	const nameWidth = Math.min(mostNameWidth, longest) + 1;
	const whose = disks.map(({ nodes }) =>
		nodes.length === 1
			? ''
			: `  ${formatNames(nodes.map(({ snapshot }) => snapshot.target.name).toSorted())}`,
	);
	const whoseWidth = width < twoChartsWidth ? 0 : Math.max(...whose.map((text) => text.length));
	const barWidth = Math.max(0, width - nameWidth - usedWidth - freeWidth - whoseWidth);
	return disks.map((disk, index) => {
		const own = disk.isOld ? quiet(look) : look;
		return (
			look.paint('strong', fit(disk.name, nameWidth)) +
			gauge(own, shareOf(disk), barWidth) +
			line(
				own,
				[
					['strong', fit(formatRatio(shareOf(disk)), usedWidth, 'right')],
					[
						'label',
						fit(
							`  ${formatBytes(disk.freeBytes)} of ${formatBytes(disk.totalBytes)} free`,
							freeWidth,
						),
					],
					['dim', whose[index] ?? ''],
				],
				width - nameWidth - barWidth,
			)
		);
	});
}

/** The fullest disks whose free space moved, as many as there is room for. */
function chartsFor(
	{ moment, view, width }: ScreenProps,
	disks: readonly Disk[],
	height: number,
): readonly Disk[] {
	const fromMs = moment.atMs - windowMsOf(view);
	const room = Math.floor(height / leastChartHeight) * columnsOf(width);
	return disks
		.filter(({ nodes: [node] }) => {
			const data = node && shownSamples(node.samples, freeSpace);
			return data !== undefined && data.values.length > 0 && !stoodStill(data, fromMs);
		})
		.slice(0, Math.max(0, room));
}

function columnsOf(width: number): number {
	return width < twoChartsWidth ? 1 : 2;
}

function DiskCharts({
	disks,
	...props
}: ScreenProps & { readonly disks: readonly Disk[] }): ReactNode {
	const { width, height } = props;
	if (disks.length === 0) return null;
	const columns = Math.min(columnsOf(width), disks.length);
	const rows = Math.ceil(disks.length / columns);
	return (
		<Box flexDirection="column">
			{Array.from({ length: rows }, (_, row) => {
				const shown = disks.slice(row * columns, (row + 1) * columns);
				const each = Math.floor((width - gap * (shown.length - 1)) / shown.length);
				const rowHeight = Math.floor(height / rows) + (row < height % rows ? 1 : 0);
				return (
					<Box key={row} height={rowHeight}>
						{shown.map(({ name, nodes: [node] }, index) =>
							node ? (
								<Box key={name} marginLeft={index === 0 ? 0 : gap}>
									<Trends
										{...props}
										node={node}
										sections={['resources']}
										only={[freeSpace]}
										subject={name}
										width={each}
										height={rowHeight}
									/>
								</Box>
							) : null,
						)}
					</Box>
				);
			})}
		</Box>
	);
}
