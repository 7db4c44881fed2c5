import { Box } from 'ink';
import type { ReactNode } from 'react';
import { factLines } from '../../components/fact-lines.ts';
import { gauge } from '../../components/charts/gauge.ts';
import { fit, line } from '../../components/line.ts';
import type { Look } from '../../components/look.ts';
import { Panel } from '../../components/panel.tsx';
import { Region } from '../../components/region.tsx';
import { formatBytes, formatCount, formatRatio } from '../../source/domain/format.ts';
import type { Resources as ResourcesSection } from '../../source/sections/resources/schema.ts';
import { AbsentPanel } from '../node/absent-panel.tsx';
import { sideWidth } from '../side-width.ts';
import { sectionFacts } from '../node/facts.ts';
import { cardsHeight, LedgerCards, ledgerCards } from './ledger-cards.tsx';
import type { ScreenProps, ScreenRegion } from '../frame.ts';
import { HealthPanel, healthPanelHeight } from '../node/health-panel.tsx';
import { Trends } from '../node/trends.tsx';

const gap = 2;
const gaugeLabelWidth = 8;
const gaugeValueWidth = 26;

const hasResources: ScreenRegion['isShown'] = ({ selected }) =>
	selected?.snapshot.resources !== undefined;

/** What Tab goes through. */
export const resourcesRegions: readonly ScreenRegion[] = [
	{ id: 'use', draw: Use, isShown: hasResources },
	{ id: 'figures', draw: Figures, isShown: hasResources },
	{ id: 'charts', draw: Moves, isShown: hasResources, hasCharts: true },
];

/** What the selected node, or its host, uses: gauges, figures, and the processor over time. */
export function Resources(props: ScreenProps): ReactNode {
	const { look, width, height, selected, view } = props;
	const resources = selected?.snapshot.resources;
	if (!selected || !resources) {
		return <AbsentPanel {...props} section="resources" name="resources" title="Resources" />;
	}
	const gauges = drawGauges(look, resources, width);
	const gaugesHeight = gauges.lines.length === 0 ? 0 : gauges.lines.length + 2;
	const lower = height - gaugesHeight;
	const left = sideWidth(width - gap, 0.45);
	return (
		<Box flexDirection="column">
			<Region isFocused={view.focus === 'use'}>
				<Use {...props} height={gaugesHeight} />
			</Region>
			<Box>
				<Region isFocused={view.focus === 'figures'}>
					<Figures {...props} width={left} height={lower} />
				</Region>
				<Box width={gap} />
				<Region isFocused={view.focus === 'charts'}>
					<Moves {...props} width={width - gap - left} height={lower} />
				</Region>
			</Box>
		</Box>
	);
}

function Use({ look, width, height, selected }: ScreenProps): ReactNode {
	const resources = selected?.snapshot.resources;
	if (!selected || !resources) return null;
	return (
		<Panel
			look={look}
			title={`${selected.snapshot.target.name}: use`}
			note={
				resources.source === 'host'
					? 'measured on this host, CPU over all cores'
					: 'measured by the node, 100% CPU is one core'
			}
			lines={drawGauges(look, resources, width).lines}
			width={width}
			height={height}
		/>
	);
}

const charted = ['resources', 'poll'] as const;

/** What the gauges do not show, and below it the health checks. */
function Figures(props: ScreenProps): ReactNode {
	const { look, width, height, selected: node, moment } = props;
	const resources = node?.snapshot.resources;
	if (!node || !resources) return null;
	const { paths: drawn } = drawGauges(look, resources, width);
	const figures = sectionFacts(node.snapshot, 'resources', moment.atMs).filter(
		({ paths }) => !paths.some((path) => drawn.has(path)),
	);
	const cards = ledgerCards(look, node, moment.atMs, width);
	const wanted = Math.min(cardsHeight(cards), Math.max(0, height - figures.length - 1));
	const healthHeight = healthPanelHeight(
		{ look, node, width },
		height - figures.length - 1 - wanted,
	);
	const figuresHeight = height - healthHeight - wanted;
	return (
		<Box flexDirection="column">
			<Panel
				look={look}
				title="Figures"
				lines={factLines(look, figures, width, figuresHeight - 1)}
				width={width}
				height={figuresHeight}
			/>
			<LedgerCards {...{ look, cards, width }} height={wanted} />
			<HealthPanel {...{ look, node, width }} nowMs={moment.atMs} height={healthHeight} />
		</Box>
	);
}

function Moves(props: ScreenProps): ReactNode {
	if (!props.selected) return null;
	return <Trends {...props} node={props.selected} sections={charted} />;
}

interface Gauges {
	readonly lines: string[];
	/** Fields that the bars show already. */
	readonly paths: ReadonlySet<string>;
}

/** A bar for each thing that has a known whole. */
function drawGauges(look: Look, resources: ResourcesSection, width: number): Gauges {
	const { cpuRatio, openFiles } = resources;
	const memoryTotal = Number(resources.memoryTotalBytes);
	const memoryUsed = memoryTotal - Number(resources.memoryAvailableBytes);
	const diskTotal = Number(resources.diskTotalBytes);
	const diskUsed = diskTotal - Number(resources.diskAvailableBytes);
	const heapTotal = Number(resources.heapTotalBytes);
	const heapUsed = Number(resources.heapUsedBytes);
	const limit = Number(resources.openFilesLimit);
	const wholes = [
		{
			label: 'CPU',
			fields: ['cpuRatio'],
			ratio: cpuRatio ?? Number.NaN,
			value: () => '',
		},
		{
			label: 'Memory',
			fields: ['memoryAvailableBytes', 'memoryTotalBytes'],
			ratio: memoryUsed / memoryTotal,
			value: () => ofWhole(memoryUsed, memoryTotal),
		},
		{
			label: 'Heap',
			fields: ['heapUsedBytes', 'heapTotalBytes'],
			ratio: heapUsed / heapTotal,
			value: () => ofWhole(heapUsed, heapTotal),
		},
		{
			label: 'Disk',
			fields: ['diskAvailableBytes', 'diskTotalBytes'],
			ratio: diskUsed / diskTotal,
			value: () => ofWhole(diskUsed, diskTotal),
		},
		{
			label: 'Files',
			fields: ['openFiles', 'openFilesLimit'],
			ratio: (openFiles ?? Number.NaN) / limit,
			value: () => `${formatCount(openFiles ?? 0)} of ${formatCount(limit)}`,
		},
	];
	const barWidth = Math.min(80, width - gaugeLabelWidth - 8 - gaugeValueWidth);
	const shown = wholes.filter(({ ratio }) => Number.isFinite(ratio));
	const lines = shown.map(
		({ label, ratio, value }) =>
			look.paint('label', fit(label, gaugeLabelWidth)) +
			gauge(look, ratio, barWidth) +
			line(
				look,
				[
					['strong', fit(formatRatio(ratio), 7, 'right')],
					['label', `  ${value()}`],
				],
				width - gaugeLabelWidth - barWidth,
			),
	);
	const paths = shown.flatMap(({ fields }) => fields.map((field) => `resources.${field}`));
	return { lines, paths: new Set(paths) };
}

function ofWhole(used: number, whole: number): string {
	return `${formatBytes(used)} of ${formatBytes(whole)}`;
}
