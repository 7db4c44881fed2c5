import { formatCount, formatMs, formatRate, formatRatio } from '../../source/domain/format.ts';
import type { NetworkStats } from '../../source/network-tests/statistics/network-stats.ts';
import type { Network } from '../../source/sections/network/schema.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import { sectionFacts } from '../node/facts.ts';
import type { Fact } from '../node/facts.ts';
import { isSilent } from '../node/silent.ts';

const highUse = 0.8;

/** What matters most first: the node's own figures, the path to it, then what several polls say. */
export function networkFacts(
	node: NodeSnapshot,
	network: Network,
	stats: NetworkStats | undefined,
	nowMs: number,
): Fact[] {
	const own = sectionFacts(node, 'network', nowMs);
	const probed = sectionFacts(node, 'probes', nowMs);
	const told: Fact[] = [
		...(stats ? statsFacts(stats) : []),
		...connectionFacts(network),
		...spreadFacts('Version', network.protocolVersions),
		...spreadFacts('Client', network.clients ?? stats?.peersBy.client),
		...(stats ? processingFacts(stats) : []),
	];
	return [
		...own.filter(({ priority }) => priority < 3),
		...probed.filter(({ priority }) => priority < 3),
		...own.filter(({ priority }) => priority === 3),
		...(isSilent(node) ? told.map((each) => ({ ...each, tone: 'dim' as const })) : told),
	];
}

/** What polls over time and the list of peers tell, for the facts at the left of the screen. */
function statsFacts(stats: NetworkStats): Fact[] {
	const { bandwidth, churn, propagation, connections, peersBy, queues } = stats;
	return [
		...usage('In', bandwidth.in),
		...usage('Out', bandwidth.out),
		...fact('Churn', churn, ({ joined, left, perMinute }) =>
			perMinute === undefined
				? `+${joined} -${left}`
				: `+${joined} -${left}, ${perMinute.toFixed(1)} a minute`,
		),
		...fact('By state', connections.byState, tallyText),
		...fact('By family', peersBy.addressFamily, tallyText),
		...fact('By reach', peersBy.reach, tallyText),
		...fact('By network', peersBy.network, (tally) => tallyText(tally, 2)),
		...fact('Waiting', queues, queueText),
		...fact('Head seen', propagation, ({ averageMs, n }) => `${formatMs(averageMs)} late, of ${n}`),
	];
}

/** Why connections ended or failed, and how they began, where the node says. */
function connectionFacts(network: Network): Fact[] {
	const { connectionsBy, disconnectionsBy, connectionFailuresBy } = network;
	return [
		...countFact('Opened', connectionsBy),
		...countFact('Closed', disconnectionsBy),
		...countFact('Failed', connectionFailuresBy),
	];
}

function countFact(
	label: string,
	counts: Readonly<Record<string, string | number>> | undefined,
): Fact[] {
	const known = Object.entries(counts ?? {}).filter(([, count]) => Number(count) > 0);
	if (known.length === 0) return [];
	const text = known
		.toSorted(([, a], [, b]) => Number(b) - Number(a))
		.slice(0, 3)
		.map(([name, count]) => `${formatCount(count)} ${name}`)
		.join(', ');
	return [{ label, value: text, priority: 3 }];
}

/** What the node's own work takes, where it says so: the phases of agreement. */
function processingFacts({ processingMs = {} }: NetworkStats): Fact[] {
	return Object.entries(processingMs).flatMap(([name, { p50, p99, avg }]) => {
		const middle = p50 ?? avg;
		// Our own polls stand elsewhere.
		if (name === 'answer' || middle === undefined) return [];
		const tail = p99 === undefined ? '' : `, p99 ${formatMs(p99)}`;
		const words = name.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
		return [{ label: `Takes ${words}`, value: `${formatMs(middle)}${tail}` }];
	});
}

const queueNames: Readonly<Record<string, string>> = {
	transactionsPending: 'tx pending',
	transactionsQueued: 'tx queued',
	notFinal: 'not final',
	verticesMissing: 'missing',
};

function queueText(queues: Readonly<Record<string, number>>): string {
	return Object.entries(queues)
		.map(([name, count]) => `${formatCount(count)} ${queueNames[name] ?? name}`)
		.join(', ');
}

function usage(label: string, direction: NetworkStats['bandwidth']['in']): Fact[] {
	const { peakBytesPerSecond, utilisationRatio } = direction;
	const used =
		utilisationRatio === undefined
			? []
			: [
					{
						label: `${label}, of capacity`,
						value: formatRatio(utilisationRatio),
						tone: utilisationRatio >= highUse ? ('warn' as const) : ('plain' as const),
					},
				];
	return [...fact(`Peak ${label.toLowerCase()}`, peakBytesPerSecond, formatRate), ...used];
}

function tallyText(tally: Readonly<Record<string, number>>, most = 3): string {
	return Object.entries(tally)
		.slice(0, most)
		.map(([name, count]) => `${formatCount(count)} ${name}`)
		.join(', ');
}

function fact<Value>(
	label: string,
	value: Value | undefined,
	format: (value: Value) => string,
): Fact[] {
	return value === undefined ? [] : [{ label, value: format(value) }];
}

function spreadFacts(label: string, spread: Readonly<Record<string, number>> | undefined) {
	return Object.entries(spread ?? {})
		.toSorted(([, a], [, b]) => b - a)
		.slice(0, 3)
		.map(([name, count]) => ({
			label: `${label} ${name}`.slice(0, 26),
			value: count === 1 ? '1 peer' : `${formatCount(count)} peers`,
		}));
}
