import {
	formatBytes,
	formatCount,
	formatMs,
	formatRate,
	formatRatio,
	missing,
} from '../../domain/format.ts';
import type { NetworkStats } from './network-stats.ts';
import { histogramLines } from '../result-text.ts';

type Distribution = NonNullable<NetworkStats['latency']>['overallMs'];

/** Columns as wide as their widest cell; the first is aligned left, the others right. */
function tableText(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
	const widths = head.map((title, column) =>
		Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
	);
	return [head, ...rows].map((row) =>
		row
			.map((cell, column) => {
				const width = widths[column] ?? 0;
				return column === 0 ? cell.padEnd(width) : cell.padStart(width);
			})
			.join('  ')
			.trimEnd(),
	);
}

/** One line for each node. */
export function toStatsTable(all: readonly NetworkStats[]): string {
	const rows = all.map(({ node, connections, bandwidth, latency, churn, messages }) => [
		node,
		shown(connections.peers, formatCount),
		shown(connections.inbound, formatCount),
		shown(connections.outbound, formatCount),
		shown(bandwidth.in.bytesPerSecond, formatRate),
		shown(bandwidth.out.bytesPerSecond, formatRate),
		shown(mostUsed(bandwidth), formatRatio),
		shown(latency?.overallMs.p50 ?? latency?.overallMs.avg, formatMs),
		shown(latency?.overallMs.p99, formatMs),
		shown(lostPerSecond(messages), (rate) => `${rate.toFixed(1)}/s`),
		shown(churn, ({ joined, left }) => `+${joined} -${left}`),
	]);
	const head = [
		'NODE',
		'PEERS',
		'IN',
		'OUT',
		'RECV',
		'SENT',
		'USED',
		'P50',
		'P99',
		'LOST',
		'CHURN',
	];
	return `${tableText(head, rows).join('\n')}\n`;
}

type Part = readonly [title: string, lines: readonly string[]];

/** All network figures of one node. */
export function toDetailedStats(stats: NetworkStats): string {
	const parts = [...trafficParts(stats), ...peerParts(stats), ...progressParts(stats)];
	const texts = parts
		.filter(([, lines]) => lines.length > 0)
		.map(([title, lines]) => `${title}\n${lines.join('\n')}\n`);
	const watched = `watched for ${formatMs(stats.watchedSeconds * 1000)}`;
	return `${stats.node}: network, ${watched}\n\n${texts.join('\n')}`;
}

function trafficParts({ connections, bandwidth, churn, messages }: NetworkStats): readonly Part[] {
	return [
		[
			'Connections',
			[
				...fact('Peers', connections.peers, formatCount),
				...fact('Inbound', connections.inbound, formatCount),
				...fact('Outbound', connections.outbound, formatCount),
				...fact('In its list', connections.listed, formatCount),
				...tallyLines(connections.byState),
				...fact('Joined', churn?.joined, formatCount),
				...fact('Left', churn?.left, formatCount),
				...fact('Churn', churn?.perMinute, (rate) => `${rate.toFixed(2)} a minute`),
			],
		],
		[
			'Bandwidth',
			[
				...directionLines('In', bandwidth.in),
				...directionLines('Out', bandwidth.out),
				...fact('Capacity', bandwidth.capacityBytesPerSecond, formatRate),
			],
		],
		['Messages', messageLines(messages)],
	];
}

function peerParts({ latency, peersBy }: NetworkStats): readonly Part[] {
	return [
		[
			latency?.source === 'peers' ? 'Latency (of the peers)' : 'Latency',
			[
				...fact('Overall', latency?.overallMs, distributionText),
				...histogramLines(latency?.histogram ?? [], 60, '#').map((line) => `  ${line}`),
			],
		],
		['Furthest peers', peerLines(latency?.peers)],
		['Peers by client', tallyLines(peersBy.client)],
		['Peers by version', tallyLines(peersBy.version)],
		['Peers by address family', tallyLines(peersBy.addressFamily)],
		['Peers by reach', tallyLines(peersBy.reach)],
		['Peers by network', tallyLines(peersBy.network)],
		['Protocol versions', tallyLines(peersBy.protocolVersion)],
	];
}

function progressParts({ queues, processingMs, propagation }: NetworkStats): readonly Part[] {
	return [
		['Waiting', tallyLines(queues)],
		[
			'Processing',
			Object.entries(processingMs ?? {}).flatMap(([name, spread]) =>
				fact(name, spread, distributionText),
			),
		],
		[
			'Propagation',
			fact(
				'Head',
				propagation,
				({ lastMs, averageMs, resolutionMs, n }) =>
					`last ${formatMs(lastMs)}, mean ${formatMs(averageMs)} of ${n}, to within ${formatMs(resolutionMs)}`,
			),
		],
	];
}

const mostTallied = 10;

function tallyLines(tally: Readonly<Record<string, number>> | undefined): string[] {
	const entries = Object.entries(tally ?? {});
	const rest = entries.slice(mostTallied).reduce((sum, [, count]) => sum + count, 0);
	return [
		...entries.slice(0, mostTallied),
		...(rest > 0 ? [['others', rest] as const] : []),
	].flatMap(([name, count]) => fact(name, count, formatCount));
}

function directionLines(label: string, direction: NetworkStats['bandwidth']['in']): string[] {
	const { bytesPerSecond, peakBytesPerSecond, utilisationRatio } = direction;
	if (bytesPerSecond === undefined) return [];
	const parts = [
		formatRate(bytesPerSecond),
		...(peakBytesPerSecond === undefined ? [] : [`peak ${formatRate(peakBytesPerSecond)}`]),
		...(utilisationRatio === undefined ? [] : [`${formatRatio(utilisationRatio)} of the capacity`]),
	];
	return fact(label, parts.join(', '), String);
}

function messageLines(messages: NetworkStats['messages'] = []): string[] {
	if (messages.length === 0) return [];
	const rate = (value: number | undefined) => shown(value, (each) => each.toFixed(1));
	const rows = messages.map((each) => [
		each.type,
		shown(each.sent, formatCount),
		shown(each.received, formatCount),
		shown(each.dropped, formatCount),
		shown(each.failed, formatCount),
		rate(each.sentPerSecond),
		rate(each.receivedPerSecond),
		rate(each.peakPerSecond),
		shown(each.bytes?.avg, formatBytes),
		shown(each.processingMs?.p50 ?? each.processingMs?.avg, formatMs),
	]);
	const head = [
		'TYPE',
		'SENT',
		'RECEIVED',
		'DROPPED',
		'FAILED',
		'SENT/S',
		'RECV/S',
		'PEAK/S',
		'SIZE',
		'TAKES',
	];
	return tableText(head, rows).map((line) => `  ${line}`);
}

function peerLines(peers: NonNullable<NetworkStats['latency']>['peers'] = []): string[] {
	if (peers.length === 0) return [];
	const rows = peers
		.slice(0, mostTallied)
		.map(({ id, last, min, avg, p50, p95, p99, max, n }) => [
			id.length > 24 ? `${id.slice(0, 20)}…` : id,
			...[last, min, avg, p50, p95, p99, max].map(formatMs),
			formatCount(n),
		]);
	const head = ['PEER', 'LAST', 'MIN', 'AVG', 'P50', 'P95', 'P99', 'MAX', 'N'];
	return tableText(head, rows).map((line) => `  ${line}`);
}

function distributionText(distribution: Distribution): string {
	const { n, ...times } = distribution;
	const texts = Object.entries(times).flatMap(([name, ms]) =>
		ms === undefined ? [] : [`${name} ${formatMs(ms)}`],
	);
	return [...texts, ...(n === undefined ? [] : [`n ${formatCount(n)}`])].join('  ');
}

function mostUsed({ in: inward, out }: NetworkStats['bandwidth']): number | undefined {
	const used = [inward.utilisationRatio, out.utilisationRatio].filter((each) => each !== undefined);
	return used.length === 0 ? undefined : Math.max(...used);
}

function lostPerSecond(messages: NetworkStats['messages'] = []): number | undefined {
	const rates = messages
		.flatMap(({ droppedPerSecond, failedPerSecond }) => [droppedPerSecond, failedPerSecond])
		.filter((rate) => rate !== undefined);
	return rates.length === 0 ? undefined : rates.reduce((sum, rate) => sum + rate, 0);
}

function shown<Value>(value: Value | undefined, format: (value: Value) => string): string {
	return value === undefined ? missing : format(value);
}

function fact<Value>(
	label: string,
	value: Value | undefined,
	format: (value: Value) => string,
): string[] {
	return value === undefined ? [] : [`  ${label.padEnd(18)} ${format(value)}`];
}
