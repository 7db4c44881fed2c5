import { formatCount, formatRatio } from '../../domain/format.ts';
import { mergeBuckets } from '../codec/buckets.ts';
import { quantileOf } from '../codec/sketch.ts';
import { forecastsOf } from '../analysis/forecasts.ts';
import type { HistoryReader } from '../reader.ts';
import { dayMs, hourMs } from '../spans.ts';
import type { Span } from '../tables.ts';

/** What the trend advises a node's owner to do. */
export interface Advice {
	/** A node, or this machine. */
	readonly node: string;
	readonly text: string;
	/** The figures that it rests on. */
	readonly because: string;
}

/** A disk that is full later needs no plan yet. */
const planDays = 90;
/** Pruning takes time and room of its own: a day in twenty, at least one. */
const pruneShare = 20;
const fewPeers = 0.7;
const busyCpu = 0.85;
const fullMemory = 0.9;

/**
 * Advice from what was recorded of nodes in a span, of each node the most urgent first. Nodes that do not give figures
 * of their own are shown with those of this machine, which gets one advice, not one for each of them.
 */
export function adviceOf(
	reader: HistoryReader,
	nodes: readonly string[],
	span: Span,
	hasFiguresOfHost: (node: string) => boolean,
): Advice[] {
	const ofHost = nodes.find(hasFiguresOfHost);
	const usageOf = (node: string) => [
		memoryAdvice(reader, node, span),
		cpuAdvice(reader, node, span),
	];
	return [
		...nodes.flatMap((node) => [
			diskAdvice(reader, node, span),
			peersAdvice(reader, node, span),
			...(hasFiguresOfHost(node) ? [] : usageOf(node)),
		]),
		...(ofHost === undefined ? [] : usageOf(ofHost)).map(
			(advice) => advice && { ...advice, node: 'this machine' },
		),
	].filter((advice) => advice !== undefined);
}

function diskAdvice(reader: HistoryReader, node: string, { untilMs }: Span): Advice | undefined {
	const { daysUntilDiskFull: full } = forecastsOf(reader, node, untilMs);
	if (!full || full.expected > planDays) return undefined;
	const soonest = full.low ?? full.expected;
	const lastMs = untilMs + Math.max(0, soonest - Math.max(1, soonest / pruneShare)) * dayMs;
	const day = new Date(lastMs).toISOString().slice(0, 10);
	return {
		node,
		text: `prune or add a larger disk; the last useful day is ${day}`,
		because: `its disk is full in ${full.expected} days, at the earliest in ${soonest}`,
	};
}

function peersAdvice(reader: HistoryReader, node: string, span: Span): Advice | undefined {
	const quarterMs = (span.untilMs - span.fromMs) / 4;
	const first = shareOf(
		reader,
		node,
		'network.peers',
		{ ...span, untilMs: span.fromMs + quarterMs },
		0.5,
	);
	const last = shareOf(
		reader,
		node,
		'network.peers',
		{ ...span, fromMs: span.untilMs - quarterMs },
		0.5,
	);
	if (first === undefined || last === undefined || last >= first * fewPeers) return undefined;
	return {
		node,
		text: 'let it have more peers: see whether its port can be reached, and its limit of peers',
		because: `it had ${formatCount(Math.round(first))} peers at the begin and ${formatCount(Math.round(last))} at the end`,
	};
}

function memoryAdvice(reader: HistoryReader, node: string, span: Span): Advice | undefined {
	const used = shareOf(reader, node, 'resources.memoryResidentBytes', span, 0.95);
	const total = shareOf(reader, node, 'resources.memoryTotalBytes', span, 0.5);
	if (used === undefined || total === undefined || used < total * fullMemory) return undefined;
	return {
		node,
		text: 'give it more memory, or a smaller cache',
		because: `it used ${formatRatio(used / total)} of the memory or more in one sample of twenty`,
	};
}

function cpuAdvice(reader: HistoryReader, node: string, span: Span): Advice | undefined {
	const busy = shareOf(reader, node, 'resources.cpuRatio', span, 0.95);
	if (busy === undefined || busy < busyCpu) return undefined;
	return {
		node,
		text: 'give it more processor time, or a larger cache',
		because: `its processors were busy for ${formatRatio(busy)} or more in one sample of twenty`,
	};
}

/** A quantile of all samples of a number in the span. */
function shareOf(
	reader: HistoryReader,
	node: string,
	metric: string,
	span: Span,
	share: number,
): number | undefined {
	const buckets = reader.buckets(node, metric, span, hourMs);
	const [all] = mergeBuckets(buckets, Number.MAX_SAFE_INTEGER);
	return all && quantileOf(all.sketch, share);
}
