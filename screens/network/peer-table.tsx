import { Box } from 'ink';
import type { ReactNode } from 'react';
import { line } from '../../components/line.ts';
import { cellWidth } from '../../source/domain/cell-width.ts';
import type { Tone } from '../../source/domain/tone.ts';
import { Panel } from '../../components/panel.tsx';
import { SmallTable } from '../../components/small-table.tsx';
import { saying, tableLines, wantedWidth } from '../../components/table.ts';
import type { Column } from '../../components/table.ts';
import { formatBytes, formatCount, formatMs, missing } from '../../source/domain/format.ts';
import { shorten } from '../../source/domain/units.ts';
import type { Network, Peer } from '../../source/sections/network/schema.ts';
import type { NetworkStats } from '../../source/network-tests/statistics/network-stats.ts';
import { peerLatency } from '../../source/network-tests/peers/peer-latencies.ts';
import type { PeerLatency } from '../../source/network-tests/peers/peer-latencies.ts';
import { clientCell } from '../node/facts.ts';
import { fleetFrameOf } from '../frame.ts';
import type { FleetFrame, ScreenProps } from '../frame.ts';

const gap = 2;
const maxMessageTypes = 9;
/** From here on messages stand beside the peers, else below them. */
const besideFrom = 116;
const besideWidth = 58;
const wideBesideWidth = 104;
/** From here on there is room for every column of both. */
const wideFrom = 170;
/** Peers that show before messages below them take a line. */
const leastPeers = 3;

type MessageStats = NonNullable<NetworkStats['messages']>[number];

interface PeerRow extends Peer {
	/** Over the last polls. */
	readonly recent: PeerLatency | undefined;
}

/** Peers, scrolled by the arrows, and messages by type: side by side, or where it is narrow below. */
export function PeersAndMessages(
	props: ScreenProps & {
		readonly network: Network;
		readonly messages: readonly MessageStats[] | undefined;
	},
): ReactNode {
	const { width, height, messages = [], network } = props;
	const types = messages.toSorted((a, b) => trafficOf(b) - trafficOf(a)).slice(0, maxMessageTypes);
	if (types.length === 0) return <Peers {...props} />;
	if (width >= besideFrom) {
		const most = width >= wideFrom ? wideBesideWidth : besideWidth;
		const own = Math.min(most, wantedWidth(saying(messageColumns, types, undefined)) + 2 * gap);
		return (
			<Box>
				<Peers {...props} width={width - own - gap} />
				<Box marginLeft={gap}>
					<Messages {...props} types={types} width={own} />
				</Box>
			</Box>
		);
	}
	const peersNeed = Math.min(leastPeers, network.peerList?.length ?? 0) + 2;
	const messagesHeight = Math.max(0, Math.min(types.length + 2, height - peersNeed));
	const isRoomy = messagesHeight >= leastMessagesHeight;
	return (
		<Box flexDirection="column">
			<Peers {...props} height={isRoomy ? height - messagesHeight : height} />
			{isRoomy ? <Messages {...props} types={types} height={messagesHeight} /> : null}
		</Box>
	);
}

/** A heading, the columns' titles, and one type. */
const leastMessagesHeight = 3;

interface MessagesProps extends ScreenProps {
	readonly types: readonly MessageStats[];
}

function Messages({ look, width, height, types }: MessagesProps): ReactNode {
	return (
		<Box flexDirection="column" width={width} height={height} overflow="hidden">
			<Panel look={look} title="Messages by type" lines={[]} width={width} height={1} />
			<SmallTable
				look={look}
				columns={saying(messageColumns, types, undefined)}
				rows={types.slice(0, Math.max(0, height - 2))}
				frame={undefined}
				width={width}
			/>
		</Box>
	);
}

/** Rows that the peers and the messages would fill. */
export function peersHeight(
	{ peerList = [] }: Network,
	messages: readonly MessageStats[] = [],
	width: number,
): number {
	const types = messages.length === 0 ? 0 : Math.min(maxMessageTypes, messages.length) + 2;
	const peers = Math.max(3, peerList.length + 2);
	return width >= besideFrom ? Math.max(peers, types) : peers + types;
}

function trafficOf({ sent = 0, received = 0 }: MessageStats): number {
	return Number(sent) + Number(received);
}

/** A rate needs two polls; the peak is the fastest while watched. */
const messageColumns: readonly Column<MessageStats, undefined>[] = [
	{
		id: 'type',
		title: 'TYPE',
		width: 10,
		isFlex: true,
		mostWidth: 20,
		priority: 0,
		cell: ({ type }) => ({ text: type, tone: 'strong' }),
	},
	totalColumn('sent', 'SENT', 1, ({ sent }) => sent),
	totalColumn('received', 'RECEIVED', 1, ({ received }) => received),
	totalColumn('dropped', 'DROPPED', 2, ({ dropped }) => dropped, 'warn'),
	totalColumn('failed', 'FAILED', 4, ({ failed }) => failed, 'warn'),
	rateColumn('rate', 'PER S', 3, ({ sentPerSecond, receivedPerSecond }) =>
		sentPerSecond === undefined && receivedPerSecond === undefined
			? undefined
			: (sentPerSecond ?? 0) + (receivedPerSecond ?? 0),
	),
	rateColumn('peak', 'PEAK/S', 7, ({ peakPerSecond }) => peakPerSecond),
	measureColumn('size', 'SIZE', 5, ({ bytes }) => bytes?.avg, formatBytes),
	measureColumn(
		'takes',
		'TAKES',
		6,
		({ processingMs }) => processingMs?.p50 ?? processingMs?.avg,
		formatMs,
	),
	measureColumn(
		'travels',
		'TRAVELS',
		8,
		({ propagationMs }) => propagationMs?.p50 ?? propagationMs?.avg,
		formatMs,
	),
];

function totalColumn(
	id: string,
	title: string,
	priority: number,
	read: (message: MessageStats) => string | number | undefined,
	/** Of what is more than none. */
	toneOfSome: Tone = 'plain',
): Column<MessageStats, undefined> {
	return {
		id,
		title,
		width: 9,
		align: 'right',
		priority,
		cell(message) {
			const value = read(message);
			if (value === undefined) return { text: missing, tone: 'dim' };
			return { text: formatCount(value), tone: Number(value) > 0 ? toneOfSome : 'plain' };
		},
	};
}

function rateColumn(
	id: string,
	title: string,
	priority: number,
	read: (message: MessageStats) => number | undefined,
): Column<MessageStats, undefined> {
	return {
		id,
		title,
		width: 8,
		align: 'right',
		priority,
		cell(message) {
			const value = read(message);
			return value === undefined
				? { text: missing, tone: 'dim' }
				: { text: value.toFixed(1), tone: 'plain' };
		},
	};
}

/** The mean size, or the median time, of the last minute. */
function measureColumn(
	id: string,
	title: string,
	priority: number,
	read: (message: MessageStats) => number | undefined,
	format: (value: number) => string,
): Column<MessageStats, undefined> {
	return {
		id,
		title,
		width: 8,
		align: 'right',
		priority,
		cell(message) {
			const value = read(message);
			return { text: value === undefined ? missing : format(value), tone: 'dim' };
		},
	};
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
	...(['min', 'avg', 'p99', 'max'] as const).map((name, index): Column<PeerRow, FleetFrame> => ({
		id: name,
		title: name.toUpperCase(),
		width: 8,
		align: 'right',
		priority: 9 + index,
		cell: ({ recent }) => ({
			text: recent === undefined ? missing : formatMs(recent[name]),
			tone: 'dim',
		}),
	})),
	countColumn('sent', 7, ({ messagesSent }) => messagesSent),
	countColumn('received', 8, ({ messagesReceived }) => messagesReceived),
	{
		id: 'connected',
		title: 'FOR',
		width: 8,
		align: 'right',
		priority: 6,
		cell: ({ connectedSeconds }) => ({
			text: connectedSeconds === undefined ? missing : formatMs(connectedSeconds * 1000),
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

function countColumn(
	id: string,
	priority: number,
	read: (row: PeerRow) => string | number | undefined,
): Column<PeerRow, FleetFrame> {
	return {
		id,
		title: id.toUpperCase(),
		width: 9,
		align: 'right',
		priority,
		cell: (row) => {
			const count = read(row);
			return { text: count === undefined ? missing : formatCount(count) };
		},
	};
}

/** So many peers tell how wide the columns are: those in sight would change it with each row that is scrolled. */
const mostRead = 60;
const mostClientWidth = 36;

/** Without the columns that no peer fills; addresses take no more than they need, so that clients are read whole. */
function fitted(rows: readonly PeerRow[], frame: FleetFrame): Column<PeerRow, FleetFrame>[] {
	return saying(peerColumns, rows, frame).map((column) => {
		const longest = (most: number) =>
			Math.max(...rows.map((row) => cellWidth(column.cell(row, frame, most).text)));
		if (column.id === 'address') {
			return { ...column, width: Math.min(column.width, longest(column.width)) };
		}
		return column.id === 'client' ? { ...column, comfortWidth: longest(mostClientWidth) } : column;
	});
}

function Peers(props: ScreenProps & { readonly network: Network }): ReactNode {
	const { look, width, height, view, network, selected } = props;
	const peers = network.peerList ?? [];
	const rowCount = Math.max(1, height - 2);
	const first = Math.min(view.offsets.network ?? 0, Math.max(0, peers.length - rowCount));
	const latencies = selected?.network?.peerLatencies;
	const rowsOf = (some: readonly Peer[]) =>
		some.map((peer): PeerRow => ({
			...peer,
			recent: latencies && peerLatency(latencies, peer.id),
		}));
	const frame = fleetFrameOf(props);
	const lines =
		peers.length === 0
			? [line(look, [['dim', 'the node lists no peers']], width)]
			: tableLines(look, {
					columns: fitted(rowsOf(peers.slice(0, mostRead)), frame),
					rows: rowsOf(peers.slice(first, first + rowCount)),
					frame,
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
