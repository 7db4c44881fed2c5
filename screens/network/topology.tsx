import { Box } from 'ink';
import type { ReactNode } from 'react';
import { fit, wrap } from '../../components/line.ts';
import { Panel } from '../../components/panel.tsx';
import { joinTopology } from '../../source/network-tests/peers/topology.ts';
import { splitText } from '../../source/network-tests/peers/topology-text.ts';
import type { NodeMoment } from '../../source/sections/moment.ts';
import { levelOf } from '../../source/sections/health/severity.ts';
import type { SectionName } from '../../source/sections/registry.ts';
import type { ScreenProps } from '../frame.ts';
import { ReportingNodes, reportingRows } from '../node/reporting-nodes.tsx';
import { leastTrendRows, Trends } from '../node/trends.tsx';
import { Start, startLines } from '../overview/start.tsx';
import { slowestLines, topologyBody } from './topology-lines.ts';

/** What charts show where the links leave room, of a node with a network and of another. */
const charted: readonly SectionName[] = ['network', 'poll'];
const otherwise: readonly SectionName[] = ['consensus', 'dag', 'resources', 'poll'];

/** Who is connected to whom, network by network; where there is room, how quick, each node's network, and charts. */
export function NetworkTopology(props: ScreenProps): ReactNode {
	const { look, width, height, hint } = props;
	const { topology, lines, note, isWhole } = linksOf(props);
	const linkRows = isWhole ? Math.min(height, lines.length + 1) : height;
	const startRows =
		hint === undefined ? 0 : Math.min(startLines(props).length + 1, height - linkRows);
	const slow = slowestLines(look, topology, { width, height: height - linkRows - startRows - 1 });
	const slowRows = slow.length === 0 ? 0 : slow.length + 1;
	const room = height - linkRows - startRows - slowRows;
	const tableRows = Math.min(room, reportingRows(props, 'network'));
	const rest = room - tableRows;
	const shown = chartedNode(props);
	const hasCharts = shown !== undefined && rest >= leastTrendRows;
	const ownRows = hasCharts || tableRows > 0 || startRows > 0 || slowRows > 0 ? linkRows : height;
	return (
		<Box flexDirection="column">
			<Panel
				look={look}
				title="Topology of all watched nodes"
				note={note}
				lines={lines}
				width={width}
				height={ownRows}
			/>
			<Start {...props} height={startRows} />
			<Panel
				look={look}
				title="Slowest links"
				note="round trip, as one of the two measured it"
				lines={slow}
				width={width}
				height={slowRows}
			/>
			<ReportingNodes
				{...props}
				section="network"
				title="Network of each node"
				height={hasCharts ? tableRows : room}
			/>
			{hasCharts ? (
				<Trends
					{...props}
					node={shown}
					sections={shown.snapshot.network ? charted : otherwise}
					subject={shown.snapshot.target.name}
					height={rest}
				/>
			) : null}
		</Box>
	);
}

/** The selected node where it has a network, else the first that has one. */
function chartedNode({ listed, selected }: ScreenProps): NodeMoment | undefined {
	const first = listed.find(({ snapshot }) => snapshot.network !== undefined);
	return selected?.snapshot.network || !first ? selected : first;
}

const legendText =
	'→ dialled  ← was dialled by  – direction unknown  ! only one of the two lists it';

/** The lines of the links with their legend, and whether all of them are seen at once. */
function linksOf({ look, width, height, moment, view, selected }: ScreenProps) {
	const topology = joinTopology(moment.nodes.map(({ snapshot }) => snapshot));
	const split = splitText(topology);
	const warning = split === undefined ? [] : [look.paint('warn', fit(split, width))];
	const legend =
		topology.links.length === 0
			? []
			: ['', ...wrap(legendText, width).map((text) => look.paint('dim', fit(text, width)))];
	const room = Math.max(1, height - 1 - warning.length - legend.length);
	const levels = new Map(
		moment.nodes.map(({ snapshot }) => [snapshot.target.name, levelOf(snapshot.health)]),
	);
	const chosen = selected?.snapshot.target.name;
	const body = topologyBody({ look, width, room, chosen, levels }, topology, moment.groups);
	const first = Math.min(view.offsets.network ?? 0, Math.max(0, body.length - room));
	const note = 'Tab: peers of one node';
	const range = `${first + 1}–${Math.min(first + room, body.length)} of ${body.length}`;
	const isWhole = body.length <= room;
	return {
		topology,
		lines: [...warning, ...body.slice(first, first + room), ...legend],
		note: isWhole ? note : `${range}  ${note}`,
		isWhole,
	};
}
