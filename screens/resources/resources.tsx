import { Box } from 'ink';
import type { ReactNode } from 'react';
import { factLines } from '../../components/fact-lines.ts';
import { gauge } from '../../components/charts/gauge.ts';
import { fit, line } from '../../components/line.ts';
import type { Look } from '../../components/look.ts';
import { Panel } from '../../components/panel.tsx';
import { Region } from '../../components/region.tsx';
import { formatAge, formatBytes, formatCount, formatRatio } from '../../source/domain/format.ts';
import type { Resources as ResourcesSection } from '../../source/sections/resources/schema.ts';
import { AbsentPanel } from '../node/absent-panel.tsx';
import { sideWidth } from '../side-width.ts';
import { sectionFacts } from '../node/facts.ts';
import { cardsHeight, LedgerCards, ledgerCards } from './ledger-cards.tsx';
import type { ScreenProps, ScreenRegion } from '../frame.ts';
import { HealthPanel, healthPanelHeight } from '../node/health-panel.tsx';
import { isSilent, lookOf } from '../node/silent.ts';
import { levelOf } from '../../source/sections/health/severity.ts';
import type { NodeMoment } from '../../source/sections/moment.ts';
import { chartsBeside, partOf, Trends } from '../node/trends.tsx';

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
	const beside = columnOf(props, resources, { width: left, height: lower })?.charts ?? 0;
	return (
		<Box flexDirection="column">
			<Region isFocused={view.focus === 'use'}>
				<Use {...props} height={gaugesHeight} />
			</Region>
			<Box>
				<Region isFocused={view.focus === 'figures'}>
					<Figures {...props} width={left} height={lower} isBeside />
				</Region>
				<Box width={gap} />
				<Region isFocused={view.focus === 'charts'}>
					<Moves {...props} width={width - gap - left} height={lower} beside={beside} />
				</Region>
			</Box>
		</Box>
	);
}

function Use({ look, width, height, selected, moment }: ScreenProps): ReactNode {
	const resources = selected?.snapshot.resources;
	if (!selected || !resources) return null;
	return (
		<Panel
			look={look}
			title={`${selected.snapshot.target.name}: use`}
			note={measuredBy(look, selected, moment.atMs)}
			lines={drawGauges(lookOf(look, selected.snapshot), resources, width).lines}
			width={width}
			height={height}
		/>
	);
}

/** Who measured it; of a node that does not answer how old it is. */
function measuredBy(look: Look, { snapshot }: NodeMoment, nowMs: number): string {
	const { resources, health, poll } = snapshot;
	if (isSilent(snapshot) && poll.lastGoodAt !== undefined) {
		const mark = look.glyphs.level[levelOf(health)];
		return `${mark} ${health.status}  figures of ${formatAge(poll.lastGoodAt, nowMs)} ago`;
	}
	return resources?.source === 'host'
		? 'measured on this host, CPU over all cores'
		: 'measured by the node, 100% CPU is one core';
}

const charted = ['resources', 'poll'] as const;

/** The parts of the column of figures, and the rows of each; what they leave is for charts. */
function columnOf(
	props: ScreenProps,
	resources: ResourcesSection,
	{ width, height }: { readonly width: number; readonly height: number },
) {
	const { look, selected: node, moment } = props;
	if (!node) return undefined;
	const { paths: drawn } = drawGauges(look, resources, width);
	const figures = sectionFacts(node.snapshot, 'resources', moment.atMs).filter(
		({ paths }) => !paths.some((path) => drawn.has(path)),
	);
	const lines = factLines(look, figures, width, height - 1);
	const cards = ledgerCards(look, node, moment.atMs, { width, height });
	const cardRows = Math.min(cardsHeight(cards), Math.max(0, height - lines.length - 1));
	const healthRows = healthPanelHeight({ look, node, width }, height - lines.length - 1 - cardRows);
	const rest = Math.max(0, height - lines.length - 1 - cardRows - healthRows);
	const charts = chartsBeside(props, charted, rest);
	return { lines, cards, cardRows, healthRows, charts, chartRows: charts === 0 ? 0 : rest };
}

/** What the gauges do not show, below it the database and the health checks, and charts where there is room. */
function Figures(props: ScreenProps & { readonly isBeside?: boolean }): ReactNode {
	const { look, width, height, selected: node, moment, isBeside = false } = props;
	const resources = node?.snapshot.resources;
	const column = resources && columnOf(props, resources, { width, height });
	if (!node || !column) return null;
	const { lines, cards, cardRows, healthRows, charts } = column;
	const chartRows = isBeside ? column.chartRows : 0;
	return (
		<Box flexDirection="column">
			<Panel
				look={look}
				title="Figures"
				lines={lines}
				width={width}
				height={height - healthRows - cardRows - chartRows}
			/>
			<LedgerCards {...{ look, cards, width }} height={cardRows} />
			<HealthPanel {...{ look, node, width }} nowMs={moment.atMs} height={healthRows} />
			{chartRows > 0 ? (
				<Trends
					{...props}
					node={node}
					sections={charted}
					part={partOf(charts, true)}
					height={chartRows}
				/>
			) : null}
		</Box>
	);
}

function Moves(props: ScreenProps & { readonly beside?: number }): ReactNode {
	if (!props.selected) return null;
	const part = partOf(props.beside ?? 0, false);
	return <Trends {...props} node={props.selected} sections={charted} part={part} />;
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
