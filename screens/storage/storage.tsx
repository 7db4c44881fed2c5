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
import type { TransferSection } from '../../source/sections/transfers/schema.ts';
import type { ScreenProps } from '../frame.ts';
import { sectionFacts } from '../node/facts.ts';
import { Trends } from '../node/trends.tsx';
import { sideWidth } from '../side-width.ts';
import { Disks } from './disks.tsx';
import { storageNodes } from './fleet-lines.ts';
import { Fleet, fleetHeightFor } from './fleet-panel.tsx';
import { latencyLines, slowestLines } from './transfer-lines.ts';
import { columnsFor, satelliteRows } from './satellite-columns.ts';
import type { SatelliteRow } from './satellite-columns.ts';

const gap = 2;
const gaugeHeight = 3;
const gaugeValueWidth = 9;
/** More satellites than this are cut: there are four. */
const mostSatellites = 12;
/** Lines of figures below the satellites, at least. */
const leastFigures = 4;
const noSpace = 'its space is not known: its console does not answer';
/** Lines for figures and trends that transfers leave, and for transfers. */
const leastBelow = 7;
const leastTransfers = 6;
const mostTransfers = 13;

/** What the selected storage node holds, what its satellites think of it, what it moves and earns. */
export function Storage(props: ScreenProps): ReactNode {
	const { look, width, height, selected, listed } = props;
	const { storage, reputation, earnings, transfers } = selected?.snapshot ?? {};
	if (!selected || !(storage ?? reputation ?? transfers)) {
		return <Disks {...props} />;
	}
	const { name } = selected.snapshot.target;
	const fleet = storageNodes(listed);
	const fleetHeight = fleetHeightFor(fleet.length, height);
	const rows = satelliteRows(reputation, earnings, storage);
	const room = Math.max(0, height - fleetHeight - gaugeHeight - leastFigures - 3);
	const shown = rows.slice(0, Math.min(mostSatellites, room));
	const tableHeight = shown.length === 0 ? 0 : shown.length + 3;
	const rest = height - fleetHeight - gaugeHeight - tableHeight;
	const transfersHeight = transfers && rest >= leastBelow + leastTransfers ? mostTransfers : 0;
	return (
		<Box flexDirection="column">
			<Fleet {...{ look, width, nodes: fleet, height: fleetHeight }} />
			<Panel
				look={look}
				title={`${name}: space`}
				lines={storage ? spaceLines(look, storage, width) : [look.paint('dim', noSpace)]}
				width={width}
				height={gaugeHeight}
			/>
			<Satellites {...{ look, width, rows: shown, height: tableHeight }} />
			<TransferPanels
				{...{ look, width, transfers, height: Math.min(transfersHeight, rest - leastBelow) }}
			/>
			<Below {...props} height={rest - Math.max(0, Math.min(transfersHeight, rest - leastBelow))} />
		</Box>
	);
}

interface TransferProps {
	readonly look: Look;
	readonly width: number;
	readonly height: number;
	readonly transfers: TransferSection | undefined;
}

/** How long transfers take at the left, the slowest ten and errors by kind at the right. */
function TransferPanels({ look, width, height, transfers }: TransferProps): ReactNode {
	if (!transfers || height < 2) return null;
	const left = sideWidth(width - gap, 0.45);
	const right = width - gap - left;
	return (
		<Box>
			<Panel
				{...{ look, height }}
				title="Latency of transfers"
				lines={latencyLines(look, transfers, left)}
				width={left}
			/>
			<Box width={gap} />
			<Panel
				{...{ look, height }}
				title="Slowest ten, and errors"
				lines={slowestLines(look, transfers, right)}
				width={right}
			/>
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
				columns={columnsFor(rows)}
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
	const facts = (['earnings', 'reputation', 'storage', 'transfers', 'network'] as const).flatMap(
		(section) => sectionFacts(selected.snapshot, section, moment.atMs),
	);
	return (
		<Box>
			<Panel
				look={look}
				title="Earnings, space and transfers"
				lines={factLines(look, facts, left, height - 1)}
				width={left}
				height={height}
			/>
			<Box width={gap} />
			<Trends
				{...props}
				node={selected}
				sections={['earnings', 'reputation', 'transfers', 'storage', 'poll']}
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
