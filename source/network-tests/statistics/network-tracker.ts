import type { Integer } from '../../domain/scalars.ts';
import type { MessageRates, NetworkMemory, PeerChurn } from '../../sections/network/memory.ts';
import type { NodeSnapshot } from '../../sections/snapshot.ts';
import { defined } from '../../domain/defined.ts';
import { nextPeerLatencies } from '../peers/peer-latencies.ts';

/** Follows the polls of all watched nodes. */
export interface NetworkTracker {
	/** Takes a node once a poll; the same poll again changes nothing. */
	observe(node: NodeSnapshot): void;
	/** What the polls so far say together; the next poll makes another one. */
	memoryOf(name: string): NetworkMemory | undefined;
	forget(name: string): void;
}

/** Over less time, churn by the minute says nothing. */
const leastChurnMs = 10_000;
/** A head older than this when first seen belongs to a node that catches up, not to one that hears late. */
const mostPropagationMs = 60_000;

/** Messages of one type since the node started. */
interface Counts {
	readonly sent: number | undefined;
	readonly received: number | undefined;
	readonly dropped: number | undefined;
	readonly failed: number | undefined;
}

/** The memory of a node, and what the next poll is compared with. Replaced at each poll. */
interface Tracked {
	readonly memory: NetworkMemory;
	readonly lastAtMs: number;
	readonly counts: ReadonlyMap<string, Counts>;
	readonly peers: ReadonlySet<string> | undefined;
	readonly head: string | undefined;
	/** Of all heads that `memory.propagation` counts. */
	readonly propagationSumMs: number;
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
			tracked.set(name, follow(known ?? begin(atMs), node, atMs));
		},
		memoryOf: (name) => tracked.get(name)?.memory,
		forget(name) {
			tracked.delete(name);
		},
	};
}

function begin(atMs: number): Tracked {
	return {
		memory: { sinceMs: atMs, messageRates: new Map(), peerLatencies: new Map() },
		lastAtMs: atMs,
		counts: new Map(),
		peers: undefined,
		head: undefined,
		propagationSumMs: 0,
	};
}

function follow(before: Tracked, node: NodeSnapshot, atMs: number): Tracked {
	const { memory } = before;
	const { network, chain } = node;
	const messages = network?.messages ?? [];
	const counts = new Map(messages.map((message) => [message.type, countsOf(message)]));
	const peerList = network?.peerList;
	const peers = peerList ? new Set(peerList.map(({ id }) => id)) : before.peers;
	const head = chain?.head?.at === undefined ? before.head : keyOf(chain.head);
	const lateMs = lateOf(before, chain?.head, atMs);
	const propagationSumMs = before.propagationSumMs + (lateMs ?? 0);
	const n = (memory.propagation?.n ?? 0) + 1;
	const propagation =
		lateMs === undefined
			? memory.propagation
			: {
					lastMs: lateMs,
					averageMs: propagationSumMs / n,
					resolutionMs: atMs - before.lastAtMs,
					n,
				};
	return {
		lastAtMs: atMs,
		counts,
		peers,
		head,
		propagationSumMs,
		memory: {
			sinceMs: memory.sinceMs,
			messageRates: ratesAfter(before, counts, (atMs - before.lastAtMs) / 1000),
			peerLatencies: peerList
				? nextPeerLatencies(memory.peerLatencies, peerList)
				: memory.peerLatencies,
			...defined({
				peakBytesInPerSecond: larger(memory.peakBytesInPerSecond, network?.bytesInPerSecond),
				peakBytesOutPerSecond: larger(memory.peakBytesOutPerSecond, network?.bytesOutPerSecond),
				churn: peers && churnAfter(before, peers, atMs),
				propagation,
			}),
		},
	};
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

function ratesAfter(
	{ counts: before, memory }: Tracked,
	counts: ReadonlyMap<string, Counts>,
	seconds: number,
): NetworkMemory['messageRates'] {
	if (seconds <= 0) return memory.messageRates;
	const rates = new Map(memory.messageRates);
	for (const [type, now] of counts) {
		const then = before.get(type);
		if (!then) continue;
		const sent = rate(now.sent, then.sent, seconds);
		const received = rate(now.received, then.received, seconds);
		const both = sent === undefined && received === undefined ? undefined : sum(sent, received);
		const next: MessageRates = defined({
			sentPerSecond: sent,
			receivedPerSecond: received,
			droppedPerSecond: rate(now.dropped, then.dropped, seconds),
			failedPerSecond: rate(now.failed, then.failed, seconds),
			peakPerSecond: larger(rates.get(type)?.peakPerSecond, both),
		});
		rates.set(type, next);
	}
	return rates;
}

function churnAfter(
	{ memory, peers: before }: Tracked,
	peers: ReadonlySet<string>,
	atMs: number,
): PeerChurn {
	const isNew = before !== undefined && before !== peers;
	const joined = (memory.churn?.joined ?? 0) + (isNew ? countMissing(peers, before) : 0);
	const left = (memory.churn?.left ?? 0) + (isNew ? countMissing(before, peers) : 0);
	const watchedMs = atMs - memory.sinceMs;
	if (watchedMs < leastChurnMs) return { joined, left };
	return { joined, left, perMinute: ((joined + left) * 60_000) / watchedMs };
}

/** How many of `ids` are not in `others`. */
function countMissing(ids: ReadonlySet<string>, others: ReadonlySet<string>): number {
	return [...ids].filter((id) => !others.has(id)).length;
}

type Head = NonNullable<NonNullable<NodeSnapshot['chain']>['head']>;

function keyOf({ number, hash = '' }: Head): string {
	return `${number} ${hash}`;
}

/** How late the head is that this poll saw first; `undefined` when it saw no new one. */
function lateOf(
	{ head: before }: Tracked,
	head: Head | undefined,
	atMs: number,
): number | undefined {
	// The head that was there at the first poll does not say when it came.
	if (head?.at === undefined || before === undefined || keyOf(head) === before) return undefined;
	const lateMs = atMs - Date.parse(head.at);
	return lateMs < 0 || lateMs > mostPropagationMs ? undefined : lateMs;
}

function larger(a: number | undefined, b: number | undefined): number | undefined {
	if (a === undefined || b === undefined) return a ?? b;
	return Math.max(a, b);
}

function sum(a = 0, b = 0): number {
	return a + b;
}
