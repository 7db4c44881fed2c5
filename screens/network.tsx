import { Box } from 'ink';
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import { factLines } from '../components/fact-lines.ts';
import { line } from '../components/line.ts';
import { Panel } from '../components/panel.tsx';
import { SmallTable } from '../components/small-table.tsx';
import { tableLines } from '../components/table.ts';
import type { Column } from '../components/table.ts';
import { trendLines } from '../components/trend-lines.ts';
import {
	formatCount,
	formatDuration,
	formatMs,
	formatRate,
	missing,
} from '../source/domain/format.ts';
import type { Network as NetworkSection, Peer } from '../source/domain/snapshot.ts';
import type { NodeState } from '../source/fleet/fleet.ts';
import { networkStats } from '../source/nettest/network-stats.ts';
import type { NetworkStats } from '../source/nettest/network-stats.ts';
import { absentLines } from './absent.ts';
import { latencyFacts, networkFacts, shorten } from './facts.ts';
import type { FleetFrame, ScreenProps } from './frame.ts';
import { MetricCharts } from './metric-charts.tsx';
import { statsFacts } from './network-facts.ts';
import { NetworkTopology } from './network-topology.tsx';

const gap = 2;

const maxMessageTypes = 9;

type MessageCount = NonNullable<NetworkSection['messages']>[number];

/** The selected node's network: connections, bandwidth, latency, messages, and its peers. */
export function Network(props: ScreenProps): ReactNode {
	if (props.view.networkPage === 'topology') return <NetworkTopology {...props} />;
	return <NodeNetwork {...props} />;
}

function NodeNetwork(props: ScreenProps): ReactNode {
	const { look, width, height, selected, nowMs, whyAbsent } = props;
	const stats = useStats(props);
	const network = selected?.snapshot.network;
	if (!selected || !network) {
		return (
			<Panel
				look={look}
				title={selected ? `${selected.target.name}: network` : 'Network'}
				lines={['', ...absentLines(look, selected, 'network', width, whyAbsent)]}
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
		...latency.slice(0, 3),
		...(stats ? statsFacts(stats) : []),
		...latency.slice(3),
		...spreadFacts('Version', network.protocolVersions),
		...spreadFacts('Client', network.clients),
	];
	const trends = networkTrends(selected);
	const upperHeight = Math.min(
		Math.max(facts.length, trends.length + 7) + 1,
		Math.ceil(height * 0.55),
	);
	return (
		<Box flexDirection="column">
			<Box>
				<Panel
					look={look}
					title={`${selected.target.name}: network`}
					note="Tab: topology"
					lines={factLines(look, facts, left, upperHeight - 1)}
					width={left}
					height={upperHeight}
				/>
				<Box width={gap} />
				<Box flexDirection="column">
					<Panel
						look={look}
						title="Movement"
						note="newest at the right"
						lines={trendLines(look, trends, right)}
						width={right}
						height={Math.min(upperHeight, trends.length + 1)}
					/>
					<MetricCharts
						look={look}
						node={selected}
						metrics={['peerLatencyMs', 'bytesInPerSecond', 'latencyMs']}
						width={right}
						height={upperHeight - trends.length - 1}
					/>
				</Box>
			</Box>
			<Lower {...props} network={network} height={height - upperHeight} />
		</Box>
	);
}

/** Counted anew only when the node was polled: with a thousand peers it is a few milliseconds. */
function useStats({ selected, networkMemory }: ScreenProps): NetworkStats | undefined {
	const snapshot = selected?.snapshot;
	const capacityBytesPerSecond = selected?.target.capacityBytesPerSecond;
	return useMemo(
		() =>
			snapshot &&
			networkStats(snapshot, {
				nowMs: snapshot.poll.at === undefined ? 0 : Date.parse(snapshot.poll.at),
				memory: networkMemory(snapshot.target.name),
				capacityBytesPerSecond,
			}),
		[snapshot, capacityBytesPerSecond, networkMemory],
	);
}

/** Peers at the left, scrolled by the arrows; messages by type at the right where there is room. */
function Lower(props: ScreenProps & { readonly network: NetworkSection }): ReactNode {
	const { look, width, height, network } = props;
	const room = Math.min(maxMessageTypes, Math.floor((height - 4) / 2));
	const types = (network.messages ?? [])
		.toSorted((a, b) => trafficOf(b) - trafficOf(a))
		.slice(0, Math.max(0, room));
	const tableWidth = 48;
	const hasTable = types.length > 0 && width >= 116 && height >= 2 * types.length + 4;
	const peersWidth = hasTable ? width - tableWidth - gap : width;
	return (
		<Box>
			<Peers {...props} width={peersWidth} />
			{hasTable ? (
				<Box
					marginLeft={gap}
					flexDirection="column"
					width={tableWidth}
					height={height}
					overflow="hidden"
				>
					<Panel look={look} title="Messages by type" lines={[]} width={tableWidth} height={1} />
					<SmallTable look={look} rows={types.map(messageRow)} />
				</Box>
			) : null}
		</Box>
	);
}

function trafficOf({ sent = 0, received = 0 }: MessageCount): number {
	return Number(sent) + Number(received);
}

function messageRow(message: MessageCount): Record<string, string> {
	const count = (value: string | number | undefined) =>
		value === undefined ? missing : formatCount(value);
	return {
		type: message.type.slice(0, 10),
		sent: count(message.sent),
		received: count(message.received),
		dropped: count(message.dropped),
	};
}

const peerColumns: readonly Column<Peer, FleetFrame>[] = [
	{
		id: 'id',
		title: 'PEER',
		width: 14,
		isFlex: true,
		givesWay: 0,
		cell: ({ id }, _frame, width) => ({
			text: id.length > width ? shorten(id, width - 6) : id,
			tone: 'strong',
		}),
	},
	{
		id: 'direction',
		title: 'DIR',
		width: 4,
		givesWay: 2,
		cell: ({ direction }, { look }) => ({
			text:
				direction === undefined
					? missing
					: direction === 'inbound'
						? look.glyphs.down
						: look.glyphs.up,
			tone: 'label',
		}),
	},
	{
		id: 'address',
		title: 'ADDRESS',
		width: 21,
		givesWay: 4,
		cell: ({ address }) => ({ text: address ?? missing, tone: 'label' }),
	},
	{
		id: 'latency',
		title: 'LATENCY',
		width: 9,
		align: 'right',
		givesWay: 1,
		cell: ({ latencyMs }) => ({ text: latencyMs === undefined ? missing : formatMs(latencyMs) }),
	},
	{
		id: 'sent',
		title: 'SENT',
		width: 9,
		align: 'right',
		givesWay: 6,
		cell: ({ messagesSent }) => ({
			text: messagesSent === undefined ? missing : formatCount(messagesSent),
		}),
	},
	{
		id: 'received',
		title: 'RECEIVED',
		width: 9,
		align: 'right',
		givesWay: 7,
		cell: ({ messagesReceived }) => ({
			text: messagesReceived === undefined ? missing : formatCount(messagesReceived),
		}),
	},
	{
		id: 'connected',
		title: 'FOR',
		width: 8,
		align: 'right',
		givesWay: 5,
		cell: ({ connectedSeconds }) => ({
			text: connectedSeconds === undefined ? missing : formatDuration(connectedSeconds),
		}),
	},
	{
		id: 'client',
		title: 'CLIENT',
		width: 16,
		givesWay: 3,
		cell: ({ client, version }) => ({
			text: [client, version].filter((part) => part !== undefined).join(' ') || missing,
			tone: 'label',
		}),
	},
];

function Peers({
	look,
	width,
	height,
	nowMs,
	view,
	network,
}: ScreenProps & { readonly network: NetworkSection }): ReactNode {
	const peers = network.peerList ?? [];
	const rowCount = Math.max(1, height - 2);
	const first = Math.min(view.offsets.network ?? 0, Math.max(0, peers.length - rowCount));
	const lines =
		peers.length === 0
			? [line(look, [['dim', 'the node lists no peers']], width)]
			: tableLines(look, {
					columns: peerColumns,
					rows: peers.slice(first, first + rowCount),
					frame: { nowMs, look },
					width,
					selected: -1,
				});
	const last = Math.min(first + rowCount, peers.length);
	return (
		<Panel
			look={look}
			title="Peers"
			note={peers.length > rowCount ? `${first + 1}–${last} of ${peers.length}` : `${peers.length}`}
			lines={lines}
			width={width}
			height={height}
		/>
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
