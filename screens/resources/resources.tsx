import { Box } from 'ink';
import type { ReactNode } from 'react';
import { factLines } from '../../components/fact-lines.ts';
import { gauge } from '../../components/charts/gauge.ts';
import { fit, line } from '../../components/line.ts';
import type { Look } from '../../components/look.ts';
import { Panel } from '../../components/panel.tsx';
import { formatBytes, formatCount, formatRatio } from '../../source/domain/format.ts';
import type { Resources as ResourcesSection } from '../../source/sections/resources/schema.ts';
import type { NodeMoment } from '../../source/sections/moment.ts';
import { AbsentPanel } from '../node/absent-panel.tsx';
import { sideWidth } from '../side-width.ts';
import { sectionFacts } from '../node/facts.ts';
import type { ScreenProps } from '../frame.ts';
import { HealthPanel, healthPanelHeight } from '../node/health-panel.tsx';
import { Trends } from '../node/trends.tsx';

const gap = 2;
const gaugeLabelWidth = 8;
const gaugeValueWidth = 26;

/** What the selected node, or its host, uses: gauges, figures, and the processor over time. */
export function Resources(props: ScreenProps): ReactNode {
	const { look, width, height, selected } = props;
	const resources = selected?.snapshot.resources;
	if (!selected || !resources) {
		return <AbsentPanel {...props} section="resources" name="resources" title="Resources" />;
	}
	const gauges = drawGauges(look, resources, width);
	const gaugesHeight = gauges.lines.length === 0 ? 0 : gauges.lines.length + 2;
	return (
		<Box flexDirection="column">
			<Panel
				look={look}
				title={`${selected.snapshot.target.name}: use`}
				note={
					resources.source === 'host'
						? 'measured on this host, CPU over all cores'
						: 'measured by the node, 100% CPU is one core'
				}
				lines={gauges.lines}
				width={width}
				height={gaugesHeight}
			/>
			<BelowGauges {...props} node={selected} drawn={gauges.paths} height={height - gaugesHeight} />
		</Box>
	);
}

interface BelowGaugesProps extends ScreenProps {
	readonly node: NodeMoment;
	/** Fields that the gauges show already. */
	readonly drawn: Gauges['paths'];
}

/** Figures and health checks at the left; how the use moved at the right. */
function BelowGauges(props: BelowGaugesProps): ReactNode {
	const { look, width, height, node, drawn, moment } = props;
	const { atMs: nowMs } = moment;
	const left = sideWidth(width - gap, 0.45);
	const figures = sectionFacts(node.snapshot, 'resources', nowMs).filter(
		({ paths }) => !paths.some((path) => drawn.has(path)),
	);
	const healthHeight = healthPanelHeight(node, height - figures.length - 1);
	const figuresHeight = height - healthHeight;
	return (
		<Box>
			<Box flexDirection="column">
				<Panel
					look={look}
					title="Figures"
					lines={factLines(look, figures, left, figuresHeight - 1)}
					width={left}
					height={figuresHeight}
				/>
				<HealthPanel {...{ look, node, nowMs }} width={left} height={healthHeight} />
			</Box>
			<Box width={gap} />
			<Trends
				{...props}
				sections={['resources', 'poll']}
				width={width - gap - left}
				height={height}
			/>
		</Box>
	);
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
