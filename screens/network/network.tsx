import { Box } from 'ink';
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import { factLines } from '../../components/fact-lines.ts';
import { Panel } from '../../components/panel.tsx';
import { formatCount, formatRate } from '../../source/domain/format.ts';
import type { NodeState } from '../../source/fleet/fleet.ts';
import { networkStats } from '../../source/network-tests/statistics/network-stats.ts';
import type { NetworkStats } from '../../source/network-tests/statistics/network-stats.ts';
import { absentLines } from '../node/absent.ts';
import { latencyFacts, networkFacts } from '../node/facts.ts';
import type { ScreenProps } from '../frame.ts';
import { Movement } from '../node/movement.tsx';
import { probeFacts, processingFacts, statsFacts } from './network-facts.ts';
import { nodeNote } from '../node/node-note.ts';
import { PeersAndMessages, peersHeight } from './peer-table.tsx';
import { NetworkTopology } from './topology.tsx';

const gap = 2;

/** The selected node's network: connections, bandwidth, latency, messages, and its peers. */
export function Network(props: ScreenProps): ReactNode {
	if (props.view.networkPage === 'topology') return <NetworkTopology {...props} />;
	return <NodeNetwork {...props} />;
}

function NodeNetwork(props: ScreenProps): ReactNode {
	const { look, width, height, selected, nowMs } = props;
	const stats = useStats(props);
	const network = selected?.snapshot.network;
	if (!selected || !network) {
		return (
			<Panel
				look={look}
				title={selected ? `${selected.target.name}: network` : 'Network'}
				lines={['', ...absentLines(props, 'network', width)]}
				width={width}
				height={height}
			/>
		);
	}
	const left = Math.floor((width - gap) * 0.42);
	const right = width - gap - left;
	const latency = latencyFacts(selected.snapshot, nowMs).map(({ label, value }) => ({
		label: `Latency ${label}`,
		value,
	}));
	const facts = [
		...networkFacts(selected.snapshot, nowMs),
		...probeFacts(selected.snapshot, nowMs),
		...latency,
		...(stats ? statsFacts(stats) : []),
		...spreadFacts('Version', network.protocolVersions),
		...spreadFacts('Client', network.clients ?? stats?.peersBy.client),
		...(stats ? processingFacts(stats) : []),
	];
	const trends = networkTrends(selected);
	const wanted = Math.min(Math.max(facts.length, trends.length + 7) + 1, Math.ceil(height * 0.55));
	// What the peers do not need is not left blank below them.
	const upperHeight = Math.max(wanted, height - peersHeight(network, stats?.messages, width));
	return (
		<Box flexDirection="column">
			<Box>
				<Panel
					look={look}
					title={`${selected.target.name}: network`}
					note={nodeNote(props)}
					lines={factLines(look, facts, left, upperHeight - 1)}
					width={left}
					height={upperHeight}
				/>
				<Box width={gap} />
				<Movement
					look={look}
					node={selected}
					trends={trends}
					metrics={['peerLatencyMs', 'bytesInPerSecond', 'latencyMs']}
					width={right}
					height={upperHeight}
				/>
			</Box>
			<PeersAndMessages
				{...props}
				network={network}
				messages={stats?.messages}
				height={height - upperHeight}
			/>
		</Box>
	);
}

/** Counted anew only when the node was polled: with a thousand peers it is a few milliseconds. */
function useStats({ selected, services }: ScreenProps): NetworkStats | undefined {
	const snapshot = selected?.snapshot;
	const capacityBytesPerSecond = selected?.target.capacityBytesPerSecond;
	return useMemo(
		() =>
			snapshot &&
			networkStats(snapshot, {
				nowMs: snapshot.poll.at === undefined ? 0 : Date.parse(snapshot.poll.at),
				memory: services.networkMemory(snapshot.target.name),
				capacityBytesPerSecond,
			}),
		[snapshot, capacityBytesPerSecond, services],
	);
}

function networkTrends({ snapshot, series }: NodeState) {
	const { network } = snapshot;
	const rate = (value: number | undefined) => (value === undefined ? undefined : formatRate(value));
	return [
		{
			label: 'Peers',
			value: network?.peers === undefined ? undefined : formatCount(network.peers),
			samples: series.last('peers', 200),
			min: 0,
		},
		{
			label: 'In',
			value: rate(network?.bytesInPerSecond),
			samples: series.last('bytesInPerSecond', 200),
			min: 0,
		},
		{
			label: 'Out',
			value: rate(network?.bytesOutPerSecond),
			samples: series.last('bytesOutPerSecond', 200),
			min: 0,
		},
	].filter(({ value }) => value !== undefined);
}

function spreadFacts(label: string, spread: Readonly<Record<string, number>> | undefined) {
	return Object.entries(spread ?? {})
		.toSorted(([, a], [, b]) => b - a)
		.slice(0, 3)
		.map(([name, count]) => ({
			label: `${label} ${name}`.slice(0, 26),
			value: `${formatCount(count)} peers`,
		}));
}
