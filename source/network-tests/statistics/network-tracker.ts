import type { Integer } from '../../domain/scalars.ts';
import type { NodeSnapshot } from '../../sections/snapshot.ts';
import { defined } from '../defined.ts';
import { createNetworkHistory } from './network-history.ts';
import type { HistorySample, NetworkHistory } from './network-history.ts';
import { createPeerLatencies } from '../peers/peer-latencies.ts';
import type { PeerLatencies } from '../peers/peer-latencies.ts';

/** Messages of one type in a second, between the last two polls. */
export interface MessageRates {
	readonly sentPerSecond?: number;
	readonly receivedPerSecond?: number;
	readonly droppedPerSecond?: number;
	readonly failedPerSecond?: number;
	/** Most sent and received together, while watched. */
	readonly peakPerSecond?: number;
}

/** What the polls of one node tell together. */
export interface NetworkMemory {
	readonly sinceMs: number;
	readonly peakBytesInPerSecond: number | undefined;
	readonly peakBytesOutPerSecond: number | undefined;
	readonly messageRates: ReadonlyMap<string, MessageRates>;
	readonly churn:
		| { readonly joined: number; readonly left: number; readonly perMinute?: number }
		| undefined;
	readonly propagation:
		| {
				readonly lastMs: number;
				readonly averageMs: number;
				readonly resolutionMs: number;
				readonly n: number;
		  }
		| undefined;
	readonly history: NetworkHistory;
	readonly peerLatencies: Pick<PeerLatencies, 'of'>;
}

/** Follows the polls of all watched nodes. */
export interface NetworkTracker {
	/** Takes a node once a poll; the same poll again changes nothing. */
	observe(node: NodeSnapshot): void;
	memoryOf(name: string): NetworkMemory | undefined;
	forget(name: string): void;
}

/** A minute is the least that tells of churn by the minute. */
const leastChurnMs = 10_000;
/** A head older than this when first seen is of a node that catches up, not of one that hears late. */
const mostPropagationMs = 60_000;

/** Messages of one type since the node started. */
interface Counts {
	readonly sent: number | undefined;
	readonly received: number | undefined;
	readonly dropped: number | undefined;
	readonly failed: number | undefined;
}

interface Tracked {
	readonly sinceMs: number;
	readonly history: NetworkHistory;
	readonly latencies: PeerLatencies;
	lastAtMs: number;
	peakIn: number | undefined;
	peakOut: number | undefined;
	counts: Map<string, Counts>;
	rates: Map<string, MessageRates>;
	peers: Set<string> | undefined;
	churn: { joined: number; left: number } | undefined;
	head: string | undefined;
	propagation: { lastMs: number; sumMs: number; resolutionMs: number; n: number } | undefined;
}

export function createNetworkTracker(): NetworkTracker {
	const tracked = new Map<string, Tracked>();
	return {
		observe(node) {
			const { at, status } = node.poll;
			if (at === undefined || status === 'failed' || status === 'pending') return;
			const atMs = Date.parse(at);
			const name = node.target.name;
			const known = tracked.get(name);
			if (known && atMs <= known.lastAtMs) return;
			const state = known ?? begin(atMs);
			tracked.set(name, state);
			const sample = follow(state, node, atMs);
			state.history.append(atMs, sample);
			state.lastAtMs = atMs;
		},
		memoryOf(name) {
			const state = tracked.get(name);
			return state && toMemory(state);
		},
		forget(name) {
			tracked.delete(name);
		},
	};
}

function begin(atMs: number): Tracked {
	return {
		sinceMs: atMs,
		history: createNetworkHistory(),
		latencies: createPeerLatencies(),
		lastAtMs: atMs,
		peakIn: undefined,
		peakOut: undefined,
		counts: new Map(),
		rates: new Map(),
		peers: undefined,
		churn: undefined,
		head: undefined,
		propagation: undefined,
	};
}

function follow(state: Tracked, node: NodeSnapshot, atMs: number): HistorySample {
	const { network } = node;
	const totals = followMessages(state, network?.messages ?? [], (atMs - state.lastAtMs) / 1000);
	const moved = followPeers(
		state,
		network?.peerList?.map(({ id }) => id),
	);
	followHead(state, node, atMs);
	if (network?.peerList) state.latencies.append(network.peerList);
	state.peakIn = larger(state.peakIn, network?.bytesInPerSecond);
	state.peakOut = larger(state.peakOut, network?.bytesOutPerSecond);
	return defined({
		bytesInPerSecond: network?.bytesInPerSecond,
		bytesOutPerSecond: network?.bytesOutPerSecond,
		latencyP50Ms: network?.latencyMs?.p50 ?? network?.latencyMs?.avg,
		latencyP99Ms: network?.latencyMs?.p99,
		peers: network?.peers,
		...totals,
		...moved,
	});
}

type MessageCount = NonNullable<NonNullable<NodeSnapshot['network']>['messages']>[number];

function countsOf({ sent, received, dropped, failed }: MessageCount): Counts {
	return {
		sent: toNumber(sent),
		received: toNumber(received),
		dropped: toNumber(dropped),
		failed: toNumber(failed),
	};
}

/** Past 2^53 the nearest double. */
function toNumber(value: Integer | undefined): number | undefined {
	return value === undefined ? undefined : Number(value);
}

/** A counter that went back was reset: nothing is known of the time between. */
function rate(
	now: number | undefined,
	then: number | undefined,
	seconds: number,
): number | undefined {
	return now === undefined || then === undefined || now < then ? undefined : (now - then) / seconds;
}

function followMessages(
	state: Tracked,
	messages: readonly MessageCount[],
	seconds: number,
): HistorySample {
	const before = state.counts;
	state.counts = new Map();
	const totals = { sentPerSecond: 0, receivedPerSecond: 0, lostPerSecond: 0 };
	let isKnown = false;
	for (const message of messages) {
		const counts = countsOf(message);
		state.counts.set(message.type, counts);
		const earlier = before.get(message.type);
		if (!earlier || seconds <= 0) continue;
		const sent = rate(counts.sent, earlier.sent, seconds);
		const received = rate(counts.received, earlier.received, seconds);
		const dropped = rate(counts.dropped, earlier.dropped, seconds);
		const failed = rate(counts.failed, earlier.failed, seconds);
		const peak = larger(state.rates.get(message.type)?.peakPerSecond, sum(sent, received));
		state.rates.set(
			message.type,
			defined({
				sentPerSecond: sent,
				receivedPerSecond: received,
				droppedPerSecond: dropped,
				failedPerSecond: failed,
				peakPerSecond: peak,
			}),
		);
		isKnown = true;
		totals.sentPerSecond += sent ?? 0;
		totals.receivedPerSecond += received ?? 0;
		totals.lostPerSecond += (dropped ?? 0) + (failed ?? 0);
	}
	return isKnown ? totals : {};
}

function followPeers(state: Tracked, ids: readonly string[] | undefined): HistorySample {
	if (!ids) return {};
	const peers = new Set(ids);
	const before = state.peers;
	state.peers = peers;
	state.churn ??= { joined: 0, left: 0 };
	if (!before) return {};
	const joined = [...peers].filter((id) => !before.has(id)).length;
	const left = [...before].filter((id) => !peers.has(id)).length;
	state.churn.joined += joined;
	state.churn.left += left;
	return { joined, left };
}

function followHead(state: Tracked, { chain }: NodeSnapshot, atMs: number): void {
	const head = chain?.head;
	if (head?.at === undefined) return;
	const key = `${head.number} ${head.hash ?? ''}`;
	const isFirst = state.head === undefined;
	if (key === state.head) return;
	state.head = key;
	const lateMs = atMs - Date.parse(head.at);
	// The head that was there already says nothing of when it came.
	if (isFirst || lateMs < 0 || lateMs > mostPropagationMs) return;
	const { sumMs = 0, n = 0 } = state.propagation ?? {};
	const resolutionMs = atMs - state.lastAtMs;
	state.propagation = { lastMs: lateMs, sumMs: sumMs + lateMs, resolutionMs, n: n + 1 };
}

function toMemory(state: Tracked): NetworkMemory {
	const { churn, propagation, lastAtMs, sinceMs } = state;
	const watchedMs = lastAtMs - sinceMs;
	const perMinute =
		churn && watchedMs >= leastChurnMs
			? { perMinute: ((churn.joined + churn.left) * 60_000) / watchedMs }
			: {};
	return {
		sinceMs,
		peakBytesInPerSecond: state.peakIn,
		peakBytesOutPerSecond: state.peakOut,
		messageRates: state.rates,
		churn: churn && { ...churn, ...perMinute },
		propagation: propagation && {
			lastMs: propagation.lastMs,
			averageMs: propagation.sumMs / propagation.n,
			resolutionMs: propagation.resolutionMs,
			n: propagation.n,
		},
		history: state.history,
		peerLatencies: state.latencies,
	};
}

function larger(a: number | undefined, b: number | undefined): number | undefined {
	if (a === undefined || b === undefined) return a ?? b;
	return Math.max(a, b);
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
	return a === undefined && b === undefined ? undefined : (a ?? 0) + (b ?? 0);
}
