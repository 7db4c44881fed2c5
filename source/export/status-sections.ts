import {
	formatAge,
	formatBytes,
	formatCount,
	formatLag,
	formatDuration,
	formatMs,
	formatRate,
	formatRatio,
} from '../domain/format.ts';
import type { Integer } from '../domain/scalars.ts';
import type { NodeSnapshot } from '../sections/snapshot.ts';
import type { Paper } from './paper.ts';

/** One `Label: value` of a section. */
export interface Row {
	readonly label: string;
	readonly value: string;
	/** What counts as the value when asking whether it changed: an age grows without a change. */
	readonly basis: string;
}

export interface Section {
	readonly title: string;
	readonly rows: readonly Row[];
}

type Read = (node: NodeSnapshot, paper: Paper) => readonly (Row | undefined)[];

/** Sections in the order that QuDAG's operators know; `Chain State` is for what keeps a chain. */
const sections: readonly (readonly [title: string | ((node: NodeSnapshot) => string), Read])[] = [
	['Node Information', nodeInformation],
	['Consensus State', consensusState],
	['Chain State', chainState],
	['DAG Statistics', dagStatistics],
	['Network', network],
	[
		({ resources }) => (resources?.source === 'host' ? 'Resources (of the host)' : 'Resources'),
		resources,
	],
];

/** The sections of which the node said something, without what it did not say. */
export function sectionsOf(node: NodeSnapshot, paper: Paper): Section[] {
	return sections
		.map(([title, read]) => ({
			title: typeof title === 'string' ? title : title(node),
			rows: read(node, paper).filter((row) => row !== undefined),
		}))
		.filter(({ rows }) => rows.length > 0);
}

function row(label: string, value: string | undefined, basis = value): Row | undefined {
	return value === undefined ? undefined : { label, value, basis: basis ?? '' };
}

function said<Value>(
	label: string,
	value: Value | undefined,
	format: (value: Value) => string,
): Row | undefined {
	return value === undefined ? undefined : row(label, format(value));
}

/** An age, which changes only when the time that it is counted from does. */
function age(label: string, at: string | undefined, { nowMs }: Paper): Row | undefined {
	return at === undefined ? undefined : row(label, `${formatAge(at, nowMs)} ago`, at);
}

/** Parts that are there, joined; `undefined` when none is. */
function join(separator: string, parts: readonly (string | undefined)[]): string | undefined {
	const kept = parts.filter((part) => part !== undefined);
	return kept.length === 0 ? undefined : kept.join(separator);
}

function withUnit(value: Integer | undefined, unit: string): string | undefined {
	return value === undefined ? undefined : `${formatCount(value)}${unit}`;
}

export function capitalise(word: string): string {
	return word.charAt(0).toUpperCase() + word.slice(1);
}

function nodeInformation({ identity, target, poll, notes }: NodeSnapshot, paper: Paper) {
	const startedAt = identity?.startedAt;
	return [
		row('Address', target.url),
		row('ID', identity?.nodeId),
		row('Client', identity?.client),
		row('Version', identity?.version),
		said('Network ID', identity?.networkId, String),
		said('Chain ID', identity?.chainId, String),
		row('Group', target.group),
		// Uptime grows by itself; a restart shows in the time of the start.
		identity?.uptimeSeconds === undefined
			? undefined
			: row('Uptime', formatDuration(identity.uptimeSeconds), startedAt ?? ''),
		said('Started', startedAt, (at) => `${at.slice(0, 19).replace('T', ' ')} UTC`),
		poll.at === undefined
			? undefined
			: row(
					'Last Poll',
					join(', ', [
						`${poll.status} ${formatAge(poll.at, paper.nowMs)} ago`,
						poll.latencyMs === undefined ? undefined : formatMs(poll.latencyMs),
					]),
					poll.status,
				),
		row('Note', join('; ', notes ?? [])),
	];
}

function consensusState({ consensus, chain, dag }: NodeSnapshot, paper: Paper) {
	if (!consensus) return [];
	const unit = dag ? ' vertices' : chain ? ' blocks' : '';
	return [
		said('Status', consensus.status, capitalise),
		said('Height', consensus.height, formatCount),
		said('Round', consensus.round, formatCount),
		said('View', consensus.view, formatCount),
		said('Epoch', consensus.epoch, formatCount),
		row('Leader', consensus.leader),
		row('Finalized', withUnit(consensus.finalized, unit)),
		row('Pending', withUnit(consensus.pending, unit)),
		said('Finality Lag', consensus.finalityLag, (lag) => formatLag(lag, consensus.finalityUnit)),
		age('Last Final', consensus.lastFinalizedAt, paper),
		said('Voting Power', consensus.votingPower, String),
		said('Avg Finality', consensus.averageFinalityMs, formatMs),
		said('Proposals', consensus.proposals, formatCount),
		said('Votes', consensus.votes, formatCount),
		said('Certificates', consensus.quorumCertificates, formatCount),
		said('Timeouts', consensus.timeouts, formatCount),
		said('View Changes', consensus.viewChanges, formatCount),
		said('Violations', consensus.safetyViolations, formatCount),
		said('Equivocation', consensus.equivocations, formatCount),
	];
}

function chainState({ chain }: NodeSnapshot, paper: Paper) {
	if (!chain) return [];
	const { head, txPool } = chain;
	return [
		row('Head', withUnit(head?.number, '')),
		row('Head Hash', head?.hash),
		age('Head Age', head?.at, paper),
		row('Safe', withUnit(chain.safe?.number, '')),
		row('Finalized', withUnit(chain.finalized?.number, '')),
		said('Interval', chain.blockIntervalMs, formatMs),
		said('Syncing', chain.syncing, (syncing) => (syncing ? 'yes' : 'no')),
		said('Highest', chain.highestKnown, formatCount),
		row(
			'Tx Pool',
			join(', ', [withUnit(txPool?.pending, ' pending'), withUnit(txPool?.queued, ' queued')]),
		),
	];
}

function dagStatistics({ dag }: NodeSnapshot) {
	if (!dag) return [];
	return [
		said('Vertices', dag.vertices, formatCount),
		said('Edges', dag.edges, formatCount),
		said('Tips', dag.tips, formatCount),
		said('Depth', dag.depth, formatCount),
		said('Branching', dag.branchingFactor, (factor) => factor.toFixed(2)),
		said('Growth Rate', dag.growthPerSecond, (growth) => `${growth.toFixed(1)} vertices/sec`),
		said('Pending', dag.pending, formatCount),
		said('Orphaned', dag.orphaned, formatCount),
		said('Storage', dag.storageBytes, formatBytes),
	];
}

function network({ network: net }: NodeSnapshot, { marks }: Paper) {
	if (!net) return [];
	const { bytesInPerSecond, bytesOutPerSecond, latencyMs } = net;
	const directions = join(', ', [withUnit(net.inbound, ' in'), withUnit(net.outbound, ' out')]);
	const peers = join(' ', [
		withUnit(net.peers, ''),
		directions === undefined ? undefined : `(${directions})`,
	]);
	const percentiles = (['p50', 'p95', 'p99'] as const).map((name) => {
		const value = latencyMs?.[name];
		return value === undefined ? undefined : `${name} ${formatMs(value)}`;
	});
	return [
		row('Peers', peers),
		row(
			'Bandwidth',
			join('  ', [
				bytesInPerSecond === undefined
					? undefined
					: `${marks.down} ${formatRate(bytesInPerSecond)}`,
				bytesOutPerSecond === undefined
					? undefined
					: `${marks.up} ${formatRate(bytesOutPerSecond)}`,
			]),
		),
		said('Avg Latency', latencyMs?.avg, formatMs),
		row('Latency', join(', ', percentiles)),
	];
}

function resources({ resources: used }: NodeSnapshot) {
	if (!used) return [];
	const { diskTotalBytes, diskAvailableBytes } = used;
	return [
		said('CPU', used.cpuRatio, formatRatio),
		row('Memory', ofWhole(used.memoryResidentBytes, used.memoryTotalBytes)),
		said('Available', used.memoryAvailableBytes, formatBytes),
		said('Virtual', used.memoryVirtualBytes, formatBytes),
		row('Heap', ofWhole(used.heapUsedBytes, used.heapTotalBytes)),
		row('Disk', diskUse(diskAvailableBytes, diskTotalBytes)),
		row(
			'Disk I/O',
			join(', ', [
				used.diskReadsPerSecond === undefined
					? undefined
					: `${used.diskReadsPerSecond.toFixed(1)} reads/s`,
				used.diskWritesPerSecond === undefined
					? undefined
					: `${used.diskWritesPerSecond.toFixed(1)} writes/s`,
			]),
		),
		said('Database', used.databaseBytes, formatBytes),
		said('Logs', used.logBytes, formatBytes),
		said('Threads', used.threads, formatCount),
		row('FDs', join(' / ', [withUnit(used.openFiles, ''), withUnit(used.openFilesLimit, '')])),
	];
}

/** `256 MB / 8 GB (3.2%)`, or what is known of it. */
function ofWhole(part: Integer | undefined, whole: Integer | undefined): string | undefined {
	if (part === undefined) return whole === undefined ? undefined : `of ${formatBytes(whole)}`;
	if (whole === undefined) return formatBytes(part);
	const share = Number(whole) > 0 ? ` (${formatRatio(Number(part) / Number(whole))})` : '';
	return `${formatBytes(part)} / ${formatBytes(whole)}${share}`;
}

function diskUse(available: Integer | undefined, total: Integer | undefined): string | undefined {
	if (available === undefined) return total === undefined ? undefined : `of ${formatBytes(total)}`;
	if (total === undefined) return `${formatBytes(available)} available`;
	return ofWhole(Math.max(0, Number(total) - Number(available)), total);
}
