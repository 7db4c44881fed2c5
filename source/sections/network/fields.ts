import { formatCount, formatMs, formatRate } from '../../domain/format.ts';
import { traits } from '../../domain/metric-mapping.ts';
import { distributionFields, distributionLine } from '../distribution-fields.ts';
import type { FieldPath, Fields, JoinedLine } from '../field.ts';
import { joinParts } from '../parts.ts';
import type { Network } from './schema.ts';

const size = { path: 'messageBytes', label: 'Message size', unit: 'bytes' } as const;
const processing = { path: 'processingMs', label: 'Processing', unit: 'ms' } as const;
const propagation = { path: 'propagationMs', label: 'Propagation', unit: 'ms' } as const;
const duration = { path: 'connectionSeconds', label: 'Connected', unit: 'seconds' } as const;

export const fields = {
	peers: {
		label: 'Peers',
		unit: 'count',
		priority: 1,
		steady: true,
		series: true,
		trend: { rank: 60, fromZero: true },
		csv: ['peers', 26],
		mapped: traits.members,
		metric: 'nodetop_network_peers',
		tone: (peers) => (peers === 0 ? 'warn' : 'strong'),
	},
	inbound: {
		label: 'Inbound',
		unit: 'count',
		priority: 2,
		csv: ['inbound', 27],
		mapped: traits.members,
		metric: 'nodetop_network_inbound_peers',
	},
	outbound: {
		label: 'Outbound',
		unit: 'count',
		priority: 2,
		csv: ['outbound', 28],
		mapped: traits.members,
		metric: 'nodetop_network_outbound_peers',
	},
	bytesInPerSecond: {
		label: 'Bandwidth in',
		unit: 'bytesPerSecond',
		priority: 2,
		series: true,
		trend: { rank: 50, fromZero: true, isFilled: true },
		csv: ['bytesInPerSecond', 29],
		mapped: traits.speed,
		metric: 'nodetop_network_in_bytes_per_second',
	},
	bytesOutPerSecond: {
		label: 'Bandwidth out',
		unit: 'bytesPerSecond',
		priority: 2,
		series: true,
		trend: { rank: 55, fromZero: true, isFilled: true },
		csv: ['bytesOutPerSecond', 30],
		mapped: traits.speed,
		metric: 'nodetop_network_out_bytes_per_second',
	},
	'latencyMs.avg': {
		label: 'Latency average',
		statusLabel: 'Avg Latency',
		unit: 'ms',
		priority: 3,
		metric: 'nodetop_network_latency_average_seconds',
	},
	'latencyMs.p50': {
		label: 'Latency p50',
		unit: 'ms',
		priority: 3,
		csv: ['peerLatencyMs', 31],
		metric: 'nodetop_network_latency_p50_seconds',
	},
	'latencyMs.p95': {
		label: 'Latency p95',
		unit: 'ms',
		priority: 3,
		metric: 'nodetop_network_latency_p95_seconds',
	},
	'latencyMs.p99': {
		label: 'Latency p99',
		unit: 'ms',
		priority: 3,
		metric: 'nodetop_network_latency_p99_seconds',
	},
	'latencyMs.min': {
		label: 'Latency fastest',
		unit: 'ms',
		priority: 3,
		metric: 'nodetop_network_latency_min_seconds',
	},
	'latencyMs.max': {
		label: 'Latency slowest',
		unit: 'ms',
		priority: 3,
		metric: 'nodetop_network_latency_max_seconds',
	},
	'latencyMs.n': {
		label: 'Latency samples',
		unit: 'count',
		priority: 3,
		metric: 'nodetop_network_latency_samples',
	},
	messagesPerSecond: {
		label: 'Messages',
		unit: 'perSecond',
		priority: 2,
		series: 'Messages per second',
		trend: { rank: 58, fromZero: true },
		mapped: traits.speed,
		metric: 'nodetop_network_messages_per_second',
	},
	deliveryRatio: {
		label: 'Delivered',
		unit: 'ratio',
		priority: 2,
		mapped: { holds: 'amount', aggregate: 'max' },
		metric: 'nodetop_network_delivery_ratio',
		tone: (share) => (share < 0.9 ? 'warn' : 'plain'),
	},
	queuedMessages: {
		label: 'Queued',
		unit: 'count',
		priority: 2,
		mapped: traits.total,
		metric: 'nodetop_network_queued_messages',
	},
	...distributionFields({ ...size, metric: 'nodetop_network_message_size' }),
	...distributionFields({ ...processing, metric: 'nodetop_network_processing' }),
	...distributionFields({ ...propagation, metric: 'nodetop_network_propagation' }),
	...distributionFields({ ...duration, metric: 'nodetop_network_connection_duration' }),
	connectionsOpened: {
		label: 'Opened',
		unit: 'count',
		priority: 3,
		mapped: traits.total,
		metric: 'nodetop_network_connections_opened_total',
	},
	connectionsClosed: {
		label: 'Closed',
		unit: 'count',
		priority: 3,
		mapped: traits.total,
		metric: 'nodetop_network_connections_closed_total',
	},
	connectionsFailed: {
		label: 'Failed',
		unit: 'count',
		priority: 3,
		mapped: traits.total,
		metric: 'nodetop_network_connections_failed_total',
	},
	quicStatus: { label: 'QUIC', unit: 'text', priority: 2 },
	lastContactAt: {
		label: 'Last contact',
		unit: 'age',
		priority: 1,
		metric: 'nodetop_network_last_contact_timestamp_seconds',
	},
} as const satisfies Fields<Network>;

const connections: JoinedLine<Network, FieldPath<Network>> = {
	form: 'both',
	label: 'Connections',
	fields: ['connectionsOpened', 'connectionsClosed', 'connectionsFailed'],
	text: ({ connectionsOpened, connectionsClosed, connectionsFailed }) =>
		joinParts(', ', [
			[connectionsOpened, (count) => `${formatCount(count)} opened`],
			[connectionsClosed, (count) => `${formatCount(count)} closed`],
			[connectionsFailed, (count) => `${formatCount(count)} failed`],
		]),
};

const ofDistributions = [
	distributionLine(size, ({ messageBytes }: Network) => messageBytes),
	distributionLine(processing, ({ processingMs }: Network) => processingMs),
	distributionLine(propagation, ({ propagationMs }: Network) => propagationMs),
	distributionLine(duration, ({ connectionSeconds }: Network) => connectionSeconds),
] as const;

export const joined = [
	...ofDistributions,
	connections,
	{
		form: 'full',
		label: 'Peers',
		fields: ['peers', 'inbound', 'outbound'],
		text: ({ peers, inbound, outbound }) => {
			const directions = joinParts(', ', [
				[inbound, (count) => `${formatCount(count)} in`],
				[outbound, (count) => `${formatCount(count)} out`],
			]);
			return joinParts<string>(' ', [
				[peers === undefined ? undefined : formatCount(peers), String],
				[directions, (text) => `(${text})`],
			]);
		},
	},
	{
		form: 'full',
		label: 'Bandwidth',
		fields: ['bytesInPerSecond', 'bytesOutPerSecond'],
		text: ({ bytesInPerSecond, bytesOutPerSecond }, { arrows }) =>
			joinParts('  ', [
				[bytesInPerSecond, (rate) => `${arrows.down} ${formatRate(rate)}`],
				[bytesOutPerSecond, (rate) => `${arrows.up} ${formatRate(rate)}`],
			]),
	},
	{
		form: 'full',
		label: 'Latency',
		fields: [
			'latencyMs.p50',
			'latencyMs.p95',
			'latencyMs.p99',
			'latencyMs.min',
			'latencyMs.max',
			'latencyMs.n',
		],
		text: ({ latencyMs = {} }) =>
			joinParts(', ', [
				[latencyMs.p50, (ms) => `p50 ${formatMs(ms)}`],
				[latencyMs.p95, (ms) => `p95 ${formatMs(ms)}`],
				[latencyMs.p99, (ms) => `p99 ${formatMs(ms)}`],
				[latencyMs.min, (ms) => `min ${formatMs(ms)}`],
				[latencyMs.max, (ms) => `max ${formatMs(ms)}`],
				[latencyMs.n, (count) => `${formatCount(count)} samples`],
			]),
	},
] as const satisfies readonly JoinedLine<Network, FieldPath<Network>>[];
