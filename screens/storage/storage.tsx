import { Box } from 'ink';
import type { ReactNode } from 'react';
import { gauge } from '../../components/charts/gauge.ts';
import { factLines } from '../../components/fact-lines.ts';
import { fit, line } from '../../components/line.ts';
import type { Look } from '../../components/look.ts';
import { Panel } from '../../components/panel.tsx';
import { SmallTable } from '../../components/small-table.tsx';
import { formatBytes, formatRatio } from '../../source/domain/format.ts';
import type { Storage as StorageSection } from '../../source/sections/storage/schema.ts';
import type { ScreenProps } from '../frame.ts';
import { AbsentPanel } from '../node/absent-panel.tsx';
import { sectionFacts } from '../node/facts.ts';
import { Trends } from '../node/trends.tsx';
import { sideWidth } from '../side-width.ts';
import { satelliteColumns, satelliteRows } from './satellite-columns.ts';
import type { SatelliteRow } from './satellite-columns.ts';

const gap = 2;
const gaugeHeight = 3;
const gaugeValueWidth = 9;
/** More satellites than this are cut: there are four. */
const mostSatellites = 12;
/** Lines of figures below the satellites, at least. */
const leastFigures = 4;

/** What the selected storage node holds, what its satellites think of it, and what it earns. */
export function Storage(props: ScreenProps): ReactNode {
	const { look, width, height, selected } = props;
	const { storage, reputation, earnings } = selected?.snapshot ?? {};
	if (!selected || !storage) {
		return <AbsentPanel {...props} section="storage" name="storage" title="Storage" />;
	}
	const { name } = selected.snapshot.target;
	const rows = satelliteRows(reputation, earnings);
	const room = Math.max(0, height - gaugeHeight - leastFigures - 3);
	const shown = rows.slice(0, Math.min(mostSatellites, room));
	const tableHeight = shown.length === 0 ? 0 : shown.length + 3;
	return (
		<Box flexDirection="column">
			<Panel
				look={look}
				title={`${name}: space`}
				lines={spaceLines(look, storage, width)}
				width={width}
				height={gaugeHeight}
			/>
			<Satellites {...{ look, width, rows: shown, height: tableHeight }} />
			<Below {...props} height={height - gaugeHeight - tableHeight} />
		</Box>
	);
}

interface SatellitesProps {
	readonly look: Look;
	readonly width: number;
	readonly height: number;
	readonly rows: readonly SatelliteRow[];
}

function Satellites({ look, width, height, rows }: SatellitesProps): ReactNode {
	if (height === 0) return null;
	return (
		<Box flexDirection="column" width={width} height={height} overflow="hidden">
			<Panel look={look} title="Satellites" lines={[]} width={width} height={1} />
			<SmallTable
				look={look}
				columns={satelliteColumns}
				rows={rows}
				frame={undefined}
				width={width}
			/>
		</Box>
	);
}

/** Space and earnings as figures at the left; how they moved at the right. */
function Below(props: ScreenProps): ReactNode {
	const { look, width, height, selected, moment } = props;
	if (!selected || height < 2) return null;
	const left = sideWidth(width - gap, 0.45);
	const facts = (['earnings', 'storage', 'network'] as const).flatMap((section) =>
		sectionFacts(selected.snapshot, section, moment.atMs),
	);
	return (
		<Box>
			<Panel
				look={look}
				title="Earnings and space"
				lines={factLines(look, facts, left, height - 1)}
				width={left}
				height={height}
			/>
			<Box width={gap} />
			<Trends
				{...props}
				node={selected}
				sections={['earnings', 'storage', 'poll']}
				width={width - gap - left}
				height={height}
			/>
		</Box>
	);
}

/** How full it is, trash included, and when it will be. */
function spaceLines(look: Look, storage: StorageSection, width: number): string[] {
	const capacity = Number(storage.capacityBytes);
	const used = Number(storage.usedBytes);
	const trash = Number(storage.trashBytes ?? 0);
	const ratio = (used + trash) / capacity;
	if (!Number.isFinite(ratio)) return [look.paint('dim', 'the node does not report its space')];
	const { expected, low, high } = storage.daysUntilFull ?? {};
	const days = (value: number) => Math.round(value).toString();
	const band = low === undefined ? '' : ` (${days(low)}–${high === undefined ? '…' : days(high)})`;
	const words =
		`${formatBytes(used)} and ${formatBytes(trash)} of trash in ${formatBytes(capacity)}` +
		(expected === undefined ? '' : `; full in ${days(expected)}${band} days`);
	const barWidth = Math.min(80, Math.max(0, width - gaugeValueWidth));
	return [
		gauge(look, ratio, barWidth) + look.paint('strong', fit(formatRatio(ratio), 8, 'right')),
		line(look, [['label', words]], width),
	];
}
