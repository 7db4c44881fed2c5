import { Box } from 'ink';
import type { ReactNode } from 'react';
import { line } from '../../components/line.ts';
import { Panel } from '../../components/panel.tsx';
import { SmallTable } from '../../components/small-table.tsx';
import { tableLines } from '../../components/table.ts';
import type { Column } from '../../components/table.ts';
import { formatCount, formatDuration, formatMs, missing } from '../../source/domain/format.ts';
import { shorten } from '../../source/domain/units.ts';
import type { Network, Peer } from '../../source/sections/network/schema.ts';
import type { NetworkStats } from '../../source/network-tests/statistics/network-stats.ts';
import { peerLatency } from '../../source/network-tests/peers/peer-latencies.ts';
import type { PeerLatency } from '../../source/network-tests/peers/peer-latencies.ts';
import { clientCell } from '../node/facts.ts';
import type { FleetFrame, ScreenProps } from '../frame.ts';

const gap = 2;
const maxMessageTypes = 9;
const narrowTable = 54;
const wideTable = 76;
/** From here on messages stand beside the peers. */
const tableFrom = 116;
/** From here on the totals and the rates of messages stand side by side. */
const wideFrom = 170;

type MessageStats = NonNullable<NetworkStats['messages']>[number];

interface PeerRow extends Peer {
	/** Over the last polls. */
	readonly recent: PeerLatency | undefined;
}

/** Peers at the left, scrolled by the arrows; messages by type at the right where there is room. */
export function PeersAndMessages(
	props: ScreenProps & {
		readonly network: Network;
		readonly messages: readonly MessageStats[] | undefined;
	},
): ReactNode {
	const { look, width, height, messages = [] } = props;
	const room = Math.min(maxMessageTypes, Math.floor((height - 4) / 2));
	const types = messages
		.toSorted((a, b) => trafficOf(b) - trafficOf(a))
		.slice(0, Math.max(0, room));
	const isWide = width >= wideFrom;
	const tableWidth = isWide ? wideTable : narrowTable;
	const hasTable = types.length > 0 && width >= tableFrom && height >= 2 * types.length + 4;
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
					<SmallTable look={look} rows={types.map((message) => messageRow(message, isWide))} />
				</Box>
			) : null}
		</Box>
	);
}

/** Rows that the peers and the messages would fill. */
export function peersHeight(
	{ peerList = [] }: Network,
	messages: readonly MessageStats[] = [],
	width: number,
): number {
	const types = width >= tableFrom ? Math.min(maxMessageTypes, messages.length) : 0;
	return Math.max(peerList.length + 2, types === 0 ? 3 : 2 * types + 4);
}

function trafficOf({ sent = 0, received = 0 }: MessageStats): number {
	return Number(sent) + Number(received);
}

/** Keys are the headings. A rate needs two polls; the peak is the fastest while watched. */
function messageRow(message: MessageStats, isWide: boolean): Record<string, string> {
	const count = (value: string | number | undefined) =>
		value === undefined ? missing : formatCount(value);
	const { sentPerSecond, receivedPerSecond, peakPerSecond } = message;
	const perSecond =
		sentPerSecond === undefined && receivedPerSecond === undefined
			? undefined
			: (sentPerSecond ?? 0) + (receivedPerSecond ?? 0);
	return {
		type: message.type.slice(0, 10),
		sent: count(message.sent),
		recv: count(message.received),
		dropped: count(message.dropped),
		...(isWide && { failed: count(message.failed), 'per s': rate(perSecond) }),
		'peak/s': rate(peakPerSecond),
	};
}

function rate(perSecond: number | undefined): string {
	return perSecond === undefined ? missing : perSecond.toFixed(1);
}

const peerColumns: readonly Column<PeerRow, FleetFrame>[] = [
	{
		id: 'id',
		title: 'PEER',
		width: 14,
		isFlex: true,
		priority: 0,
		cell: ({ id }, _frame, width) => ({
			text: id.length > width ? shorten(id, width - 6) : id,
			tone: 'strong',
		}),
	},
	{
		id: 'direction',
		title: 'DIR',
		width: 4,
		priority: 2,
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
		priority: 3,
		cell: ({ address }) => ({ text: address ?? missing, tone: 'label' }),
	},
	{
		id: 'latency',
		title: 'LATENCY',
		width: 9,
		align: 'right',
		priority: 1,
		cell: ({ latencyMs }) => ({ text: latencyMs === undefined ? missing : formatMs(latencyMs) }),
	},
	{
		id: 'p95',
		title: 'P95',
		width: 8,
		align: 'right',
		priority: 4,
		cell: ({ recent }) => ({
			text: recent === undefined ? missing : formatMs(recent.p95),
			tone: 'label',
		}),
	},
	{
		id: 'sent',
		title: 'SENT',
		width: 9,
		align: 'right',
		priority: 7,
		cell: ({ messagesSent }) => ({
			text: messagesSent === undefined ? missing : formatCount(messagesSent),
		}),
	},
	{
		id: 'received',
		title: 'RECEIVED',
		width: 9,
		align: 'right',
		priority: 8,
		cell: ({ messagesReceived }) => ({
			text: messagesReceived === undefined ? missing : formatCount(messagesReceived),
		}),
	},
	{
		id: 'connected',
		title: 'FOR',
		width: 8,
		align: 'right',
		priority: 6,
		cell: ({ connectedSeconds }) => ({
			text: connectedSeconds === undefined ? missing : formatDuration(connectedSeconds),
		}),
	},
	{
		id: 'client',
		title: 'CLIENT',
		width: 16,
		priority: 5,
		cell: (peer, _frame, width) => ({ text: clientCell(peer, width) || missing, tone: 'label' }),
	},
];

function Peers({
	look,
	width,
	height,
	moment,
	view,
	network,
	selected,
}: ScreenProps & { readonly network: Network }): ReactNode {
	const peers = network.peerList ?? [];
	const rowCount = Math.max(1, height - 2);
	const first = Math.min(view.offsets.network ?? 0, Math.max(0, peers.length - rowCount));
	const latencies = selected?.network?.peerLatencies;
	const rows = peers
		.slice(first, first + rowCount)
		.map((peer): PeerRow => ({ ...peer, recent: latencies && peerLatency(latencies, peer.id) }));
	const lines =
		peers.length === 0
			? [line(look, [['dim', 'the node lists no peers']], width)]
			: tableLines(look, {
					columns: peerColumns,
					rows,
					frame: { nowMs: moment.atMs, look },
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
