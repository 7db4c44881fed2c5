import { Box } from 'ink';
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import { factLines } from '../../components/fact-lines.ts';
import { Region } from '../../components/region.tsx';
import type { NodeMoment } from '../../source/sections/moment.ts';
import { networkStats } from '../../source/network-tests/statistics/network-stats.ts';
import type { NetworkStats } from '../../source/network-tests/statistics/network-stats.ts';
import { AbsentPanel } from '../node/absent-panel.tsx';
import type { SectionName } from '../../source/sections/registry.ts';
import type { ScreenProps, ScreenRegion } from '../frame.ts';
import { chartsInColumn, NodeColumn } from '../node/node-column.tsx';
import { lookOf } from '../node/silent.ts';
import { partOf, sectionsToChart, Trends } from '../node/trends.tsx';
import { networkFacts } from './network-facts.ts';
import { sideWidth } from '../side-width.ts';
import { nodeNote } from '../node/node-note.ts';
import { PeersAndMessages, peersHeight } from './peer-table.tsx';
import { NetworkTopology } from './topology.tsx';

const gap = 2;
/** Rows of a chart and a few lines. */
const leastTrends = 11;

/** The selected node's network: connections, bandwidth, latency, messages, and its peers. */
export function Network(props: ScreenProps): ReactNode {
	if (props.view.networkPage === 'topology') return <NetworkTopology {...props} />;
	return <NodeNetwork {...props} />;
}

const hasNetwork: ScreenRegion['isShown'] = ({ selected, view }) =>
	view.networkPage === 'peers' && selected?.snapshot.network !== undefined;

/** What Tab goes through while one of them fills the screen. */
export const networkRegions: readonly ScreenRegion[] = [
	{ id: 'facts', draw: Facts, isShown: hasNetwork },
	{ id: 'charts', draw: Moves, isShown: hasNetwork, hasCharts: true },
	{ id: 'peers', draw: Lower, isShown: hasNetwork },
];

function NodeNetwork(props: ScreenProps): ReactNode {
	const { width, height, selected, moment, view } = props;
	const stats = useStats(selected);
	const network = selected?.snapshot.network;
	if (!selected || !network) {
		return <AbsentPanel {...props} section="network" name="network" title="Network" />;
	}
	const left = sideWidth(width - gap, 0.42);
	const facts = networkFacts(selected.snapshot, network, stats, moment.atMs);
	const wanted = Math.min(Math.max(facts.length, leastTrends) + 1, Math.ceil(height * 0.55));
	// What the peers do not need is not left blank below them.
	const upperHeight = Math.max(wanted, height - peersHeight(network, stats?.messages, width));
	const column = { ...props, width: left, height: upperHeight };
	const shown = Math.min(facts.length, upperHeight - 1);
	const charted = chartedOf(props);
	const beside = chartsInColumn(column, shown, charted);
	return (
		<Box flexDirection="column">
			<Box>
				<Region isFocused={view.focus === 'facts'}>
					<Facts {...column} charted={charted} />
				</Region>
				<Box width={gap} />
				<Region isFocused={view.focus === 'charts'}>
					<Moves
						{...props}
						width={width - gap - left}
						height={upperHeight}
						beside={beside}
						charted={charted}
					/>
				</Region>
			</Box>
			<Region isFocused={view.focus === 'peers'}>
				<Lower {...props} height={height - upperHeight} />
			</Region>
		</Box>
	);
}

interface Charted {
	readonly charted?: readonly SectionName[];
}

/** Peers may stand still for hours: then what else of the node moves. */
function chartedOf(props: ScreenProps) {
	return sectionsToChart(props, ['network', 'poll'], ['consensus', 'chain', 'resources']);
}

function Facts(props: ScreenProps & Charted): ReactNode {
	const { selected, charted = [] } = props;
	const lines = useFacts(props);
	if (!selected) return null;
	return (
		<NodeColumn
			{...props}
			title={`${selected.snapshot.target.name}: network`}
			note={nodeNote(props)}
			lines={lines}
			charted={charted}
		/>
	);
}

function useFacts({ look, width, height, selected, moment }: ScreenProps): string[] {
	const stats = useStats(selected);
	const network = selected?.snapshot.network;
	if (!network) return [];
	const facts = networkFacts(selected.snapshot, network, stats, moment.atMs);
	return factLines(look, facts, width, height - 1);
}

function Moves(props: ScreenProps & Charted & { readonly beside?: number }): ReactNode {
	if (!props.selected) return null;
	const { charted = chartedOf(props) } = props;
	const part = partOf(props.beside ?? 0, false);
	return <Trends {...props} node={props.selected} sections={charted} part={part} />;
}

/** Peers and messages. */
function Lower(props: ScreenProps): ReactNode {
	const stats = useStats(props.selected);
	const { look, selected } = props;
	const network = selected?.snapshot.network;
	if (!network) return null;
	return (
		<PeersAndMessages
			{...props}
			look={lookOf(look, selected.snapshot)}
			network={network}
			messages={stats?.messages}
		/>
	);
}

/** Counted again only when the node was polled: with a thousand peers it takes a few milliseconds. */
function useStats(node: NodeMoment | undefined): NetworkStats | undefined {
	return useMemo(() => {
		if (!node) return undefined;
		const { snapshot, network: memory, capacityBytesPerSecond } = node;
		const nowMs = snapshot.poll.at === undefined ? 0 : Date.parse(snapshot.poll.at);
		return networkStats(snapshot, { nowMs, memory, capacityBytesPerSecond });
	}, [node]);
}
