import {
	formatAge,
	formatCount,
	formatMs,
	formatRate,
	formatRatio,
	missing,
} from '../../source/domain/format.ts';
import type { Probes } from '../../source/sections/probes/schema.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import type { NetworkStats } from '../../source/network-tests/statistics/network-stats.ts';
import type { Fact } from '../node/facts.ts';

const highUse = 0.8;

/** What polls over time and the list of peers tell, for the facts at the left of the screen. */
export function statsFacts(stats: NetworkStats): Fact[] {
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

const highLoss = 0.05;

/** What nodetop's own probes say of the path to the node. */
export function probeFacts({ probes }: NodeSnapshot, nowMs: number): Fact[] {
	if (!probes) return [];
	const { connectMs, error, lossRatio, routeChanges, route } = probes;
	const changedAt = route?.changedAt;
	return [
		connectMs === undefined
			? { label: 'Path', value: error ?? missing, tone: 'bad' }
			: {
					label: 'Path',
					value: `${formatMs(connectMs)}${levelText(probes)}`,
					...levelTone(probes),
				},
		...fact('Path loss', lossRatio, formatRatio).map((each) =>
			(lossRatio ?? 0) > highLoss ? { ...each, tone: 'warn' as const } : each,
		),
		...fact('Route', routeChanges, (changes) => {
			const moved = changedAt === undefined ? '' : `, moved ${formatAge(changedAt, nowMs)} ago`;
			return `${formatCount(route?.hops.length ?? 0)} hops${changes === 0 ? '' : moved}`;
		}),
	];
}

function levelText({ usualMs, shiftMs, levelMs }: Probes): string {
	if (usualMs === undefined) return levelMs === undefined ? '' : ', level being learnt';
	if (shiftMs === 0) return `, usual ${formatMs(usualMs)}`;
	return `, moved ${formatMs(usualMs)} → ${formatMs(levelMs ?? Number.NaN)}`;
}

function levelTone({ shiftMs = 0 }: Probes): Pick<Fact, 'tone'> {
	return shiftMs > 0 ? { tone: 'warn' } : {};
}

/** What the node's own work takes, where it says so: the phases of agreement. */
export function processingFacts({ processingMs = {} }: NetworkStats): Fact[] {
	return Object.entries(processingMs).flatMap(([name, { p50, p99, avg }]) => {
		const middle = p50 ?? avg;
		// Our own polls stand elsewhere.
		if (name === 'answer' || middle === undefined) return [];
		const tail = p99 === undefined ? '' : `, p99 ${formatMs(p99)}`;
		return [{ label: `Takes ${name}`, value: `${formatMs(middle)}${tail}` }];
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
