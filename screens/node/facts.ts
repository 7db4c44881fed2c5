import {
	formatAge,
	formatBytes,
	formatCount,
	formatLag,
	formatDuration,
	formatMs,
	formatRate,
	formatRatio,
} from '../../source/domain/format.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import { cellWidth } from '../../source/domain/cell-width.ts';
import { fitWithin } from '../../components/line.ts';
import type { Tone } from '../../components/look.ts';

/** One line of a panel: what it is, and what it is now. */
export interface Fact {
	readonly label: string;
	readonly value: string;
	readonly tone?: Tone;
}

type Source = (node: NodeSnapshot, nowMs: number) => Fact[];

/** Keeps the facts that the node told. */
function facts(...entries: readonly (Fact | undefined)[]): Fact[] {
	return entries.filter((entry) => entry !== undefined);
}

function fact<Value>(
	label: string,
	value: Value | undefined,
	format: (value: Value) => string,
	tone?: (value: Value) => Tone,
): Fact | undefined {
	if (value === undefined) return undefined;
	return { label, value: format(value), ...(tone && { tone: tone(value) }) };
}

const asText = (value: string | number): string => String(value);

/** A hash or an id short enough to compare by eye: `0x1f2a…93bc`. */
export function shorten(id: string, keep = 10): string {
	return id.length <= keep + 5 ? id : `${id.slice(0, keep)}…${id.slice(-4)}`;
}

/** A client with its version, in which the client's name is cut before the number. */
export function clientText(
	{
		client,
		version,
	}: { readonly client?: string | undefined; readonly version?: string | undefined },
	width: number,
): string {
	const whole = [client, version].filter((part) => part !== undefined).join(' ');
	const room = width - cellWidth(` ${version}`);
	if (client === undefined || version === undefined || cellWidth(whole) <= width || room < 6) {
		return whole;
	}
	return `${fitWithin(client, room)} ${version}`;
}

export const identityFacts: Source = ({ identity, target, poll }, nowMs) =>
	facts(
		fact('Address', target.url, asText),
		fact('Node id', identity?.nodeId, (id) => shorten(id, 16)),
		fact('Client', identity?.client, (client) =>
			clientText({ client, version: identity?.version }, Number.POSITIVE_INFINITY),
		),
		fact('Chain id', identity?.chainId, asText),
		fact('Network', identity?.networkId, asText),
		fact('Genesis', identity?.genesisHash, (hash) => shorten(hash)),
		fact('Uptime', identity?.uptimeSeconds, formatDuration),
		fact('Last poll', poll.at, (at) => `${formatAge(at, nowMs)} ago`),
		poll.status === 'failed'
			? fact(
					'Last good',
					poll.lastGoodAt,
					(at) => `${formatAge(at, nowMs)} ago`,
					() => 'warn',
				)
			: undefined,
		fact('Poll latency', poll.latencyMs, formatMs),
		poll.missedSlots === undefined
			? undefined
			: fact('Missed polls', poll.missedSlots, formatCount, () => 'warn'),
	);

function finalityLagFact(consensus: NodeSnapshot['consensus']): Fact | undefined {
	return fact('Finality lag', consensus?.finalityLag, (lag) =>
		formatLag(lag, consensus?.finalityUnit),
	);
}

export const consensusFacts: Source = ({ consensus }, nowMs) =>
	facts(
		fact('Status', consensus?.status, asText, (status) =>
			status === 'active'
				? 'good'
				: status === 'unknown'
					? 'unknown'
					: status === 'syncing'
						? 'warn'
						: 'bad',
		),
		fact('Height', consensus?.height, formatCount),
		fact('Round', consensus?.round, formatCount),
		fact('View', consensus?.view, formatCount),
		fact('Epoch', consensus?.epoch, formatCount),
		fact('Leader', consensus?.leader, (leader) =>
			consensus?.isLeader === true ? `${shorten(leader)} (this node)` : shorten(leader),
		),
		consensus?.leader === undefined
			? fact('Leads', consensus?.isLeader, (leads) => (leads ? 'this node' : 'another node'))
			: undefined,
		fact('Finalized', consensus?.finalized, formatCount),
		fact('Applied', consensus?.applied, formatCount),
		fact('Pending', consensus?.pending, formatCount),
		finalityLagFact(consensus),
		fact('Last finalized', consensus?.lastFinalizedAt, (at) => `${formatAge(at, nowMs)} ago`),
		fact('Avg finality', consensus?.averageFinalityMs, formatMs),
		fact('Validators', consensus?.validators, formatCount),
		fact('Voting power', consensus?.votingPower, (power) =>
			power <= 1 ? formatRatio(power) : String(power),
		),
		fact('Proposals', consensus?.proposals, formatCount),
		fact('Votes', consensus?.votes, formatCount),
		fact('Certificates', consensus?.quorumCertificates, formatCount),
		fact('Failed', consensus?.failed, formatCount, (n) => (Number(n) > 0 ? 'warn' : 'plain')),
		fact('Timeouts', consensus?.timeouts, formatCount),
		fact('View changes', consensus?.viewChanges, formatCount),
		fact('Safety violations', consensus?.safetyViolations, formatCount, (n) =>
			Number(n) > 0 ? 'bad' : 'plain',
		),
		fact('Equivocations', consensus?.equivocations, formatCount, (n) =>
			Number(n) > 0 ? 'bad' : 'plain',
		),
	);

export const chainFacts: Source = ({ chain }, nowMs) =>
	facts(
		fact(
			'Head',
			chain?.head,
			({ number }) => `#${formatCount(number)}`,
			() => 'strong',
		),
		fact('Head hash', chain?.head?.hash, (hash) => shorten(hash)),
		fact('Head time', chain?.head?.at, (at) => `${formatAge(at, nowMs)} ago`),
		fact('Safe', chain?.safe, ({ number }) => `#${formatCount(number)}`),
		fact('Finalized', chain?.finalized, ({ number }) => `#${formatCount(number)}`),
		fact('Reorgs', chain?.reorgs, ({ count, lastDepth, lastAt }) =>
			lastDepth === undefined || lastAt === undefined
				? formatCount(count)
				: `${formatCount(count)}, last ${formatCount(lastDepth)} deep, ${formatAge(lastAt, nowMs)} ago`,
		),
		fact('Block interval', chain?.blockIntervalMs, formatMs),
		fact(
			'Syncing',
			chain?.syncing,
			(syncing) => (syncing ? 'yes' : 'no'),
			(syncing) => (syncing ? 'warn' : 'plain'),
		),
		fact('Highest known', chain?.highestKnown, (number) => `#${formatCount(number)}`),
		fact('Pool pending', chain?.txPool?.pending, formatCount),
		fact('Pool queued', chain?.txPool?.queued, formatCount),
	);

export const dagFacts: Source = ({ dag, consensus }) =>
	facts(
		fact('Vertices', dag?.vertices, formatCount, () => 'strong'),
		fact('Edges', dag?.edges, formatCount),
		fact('Tips', dag?.tips, formatCount),
		fact('Depth', dag?.depth, formatCount),
		fact('Branching', dag?.branchingFactor, (factor) => factor.toFixed(2)),
		fact('Growth', dag?.growthPerSecond, (growth) => `${growth.toFixed(2)}/s`),
		fact('Pending', dag?.pending, formatCount),
		fact('Orphaned', dag?.orphaned, formatCount, (n) => (Number(n) > 0 ? 'warn' : 'plain')),
		fact('Missing', dag?.missing, formatCount, (n) => (Number(n) > 0 ? 'warn' : 'plain')),
		finalityLagFact(consensus),
		fact('Storage', dag?.storageBytes, formatBytes),
	);

export const networkFacts: Source = ({ network }) =>
	facts(
		fact('Peers', network?.peers, formatCount, (peers) => (peers === 0 ? 'warn' : 'strong')),
		fact('Inbound', network?.inbound, formatCount),
		fact('Outbound', network?.outbound, formatCount),
		fact('Bandwidth in', network?.bytesInPerSecond, formatRate),
		fact('Bandwidth out', network?.bytesOutPerSecond, formatRate),
	);

export const latencyFacts: Source = ({ network }) => {
	const latency = network?.latencyMs;
	return facts(
		fact('p50', latency?.p50, formatMs),
		fact('p95', latency?.p95, formatMs),
		fact('p99', latency?.p99, formatMs),
		fact('average', latency?.avg, formatMs),
		fact('fastest', latency?.min, formatMs),
		fact('slowest', latency?.max, formatMs),
		fact('samples', latency?.n, formatCount),
	);
};

/** Whether the figures are the whole machine's, which stand in for a node's own. */
export const areOfMachine = ({ resources, target }: NodeSnapshot): boolean =>
	resources?.source === 'host' && target.kind !== 'host';

export const resourceFacts: Source = (node) => {
	const { resources } = node;
	const isOfMachine = areOfMachine(node);
	return facts(
		fact(isOfMachine ? 'Machine CPU' : 'CPU', resources?.cpuRatio, formatRatio),
		fact(isOfMachine ? 'Machine memory' : 'Resident', resources?.memoryResidentBytes, formatBytes),
		fact('Virtual', resources?.memoryVirtualBytes, formatBytes),
		fact('Heap used', resources?.heapUsedBytes, formatBytes),
		fact('Heap total', resources?.heapTotalBytes, formatBytes),
		fact('Available', resources?.memoryAvailableBytes, formatBytes),
		fact('Database', resources?.databaseBytes, formatBytes),
		fact('Logs', resources?.logBytes, formatBytes),
		fact('Disk free', resources?.diskAvailableBytes, formatBytes),
		fact('Reads', resources?.diskReadsPerSecond, (n) => `${n.toFixed(1)}/s`),
		fact('Writes', resources?.diskWritesPerSecond, (n) => `${n.toFixed(1)}/s`),
		fact('Threads', resources?.threads, formatCount),
		fact('Open files', resources?.openFiles, (open) =>
			resources?.openFilesLimit === undefined
				? formatCount(open)
				: `${formatCount(open)} of ${formatCount(resources.openFilesLimit)}`,
		),
	);
};
