import { Box } from 'ink';
import type { ReactNode } from 'react';
import { gauge } from '../../components/charts/gauge.ts';
import { fit, line } from '../../components/line.ts';
import { quiet } from '../../components/look.ts';
import type { Look } from '../../components/look.ts';
import { Panel } from '../../components/panel.tsx';
import { formatBytes, formatRatio } from '../../source/domain/format.ts';
import type { NodeMoment } from '../../source/sections/moment.ts';
import type { ScreenProps } from '../frame.ts';
import { absentLines } from '../node/absent.ts';
import { isSilent } from '../node/silent.ts';

const leastNameWidth = 8;
const mostNameWidth = 28;
const usedWidth = 8;
const freeWidth = 26;

interface Disk {
	readonly name: string;
	readonly freeBytes: number;
	readonly totalBytes: number;
	/** Its node does not answer any more. */
	readonly isOld: boolean;
}

/** For a node that stores nothing for others: why there is no more, and how full the disks of all nodes are. */
export function Disks(props: ScreenProps): ReactNode {
	const { look, width, height, listed, selected } = props;
	const name = selected?.snapshot.target.name;
	const disks = listed.flatMap((node) => diskOf(node) ?? []);
	const why = ['', ...absentLines(props, 'storage', width), ''];
	const whyHeight = disks.length === 0 ? height : Math.min(height, why.length + 1);
	const title = name === undefined ? 'Storage' : `${name}: storage`;
	return (
		<Box flexDirection="column">
			<Panel {...{ look, width, title }} lines={why} height={whyHeight} />
			<Panel
				{...{ look, width }}
				title="Disks, the fullest first"
				note={`${disks.length} of ${listed.length} nodes report theirs`}
				lines={diskLines(look, disks, width)}
				height={height - whyHeight}
			/>
		</Box>
	);
}

function diskOf({ snapshot }: NodeMoment): Disk | undefined {
	const { target, resources } = snapshot;
	const [freeBytes, totalBytes] = [
		Number(resources?.diskAvailableBytes),
		Number(resources?.diskTotalBytes),
	];
	if (!Number.isFinite(freeBytes) || !(totalBytes > 0)) return undefined;
	return { name: target.name, freeBytes, totalBytes, isOld: isSilent(snapshot) };
}

function diskLines(look: Look, disks: readonly Disk[], width: number): string[] {
	const longest = Math.max(leastNameWidth, ...disks.map(({ name }) => name.length));
	const nameWidth = Math.min(mostNameWidth, longest) + 1;
	const barWidth = Math.max(0, width - nameWidth - usedWidth - freeWidth);
	const share = ({ freeBytes, totalBytes }: Disk): number => 1 - freeBytes / totalBytes;
	return disks
		.toSorted((a, b) => share(b) - share(a))
		.map((disk) => {
			const own = disk.isOld ? quiet(look) : look;
			return (
				look.paint('strong', fit(disk.name, nameWidth)) +
				gauge(own, share(disk), barWidth) +
				line(
					own,
					[
						['strong', fit(formatRatio(share(disk)), usedWidth, 'right')],
						['label', `  ${formatBytes(disk.freeBytes)} of ${formatBytes(disk.totalBytes)} free`],
					],
					width - nameWidth - barWidth,
				)
			);
		});
}
