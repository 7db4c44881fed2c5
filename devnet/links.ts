import { createRandom } from './random.ts';
import type { Random } from './random.ts';
import type { VirtualClock } from './virtual-clock.ts';

export interface LinkSettings {
	/** Bounds of the one-way latency that a link gets from the seed. */
	readonly latencyMs: readonly [least: number, most: number];
	/** The most that a message is late beyond the latency, as a share of it. */
	readonly jitterRatio: number;
	/** Chance of a message to be lost, 0 to 1. */
	readonly lossRatio: number;
}

export interface Link {
	readonly from: string;
	readonly to: string;
	/** One-way; the way back has the same. */
	readonly latencyMs: number;
}

export interface LinkFaults {
	/** Nodes that reach one another; `undefined` when all do. */
	groups: readonly (readonly string[])[] | undefined;
	/** Added to every message to and from a node. */
	readonly slowMs: Map<string, number>;
	/** Chance of loss instead of the network's own, for messages to and from a node. */
	readonly lossRatio: Map<string, number>;
}

/** The only way from one node to another. */
export interface Links {
	readonly all: readonly Link[];
	/** Sends in order; the message arrives after latency and jitter, or is lost. */
	send(from: string, to: string, text: string): 'sent' | 'dropped';
	/** Tells the other ends that a node's connections were closed, as a TCP reset does. */
	close(from: string): void;
	readonly faults: LinkFaults;
}

interface LinkState extends Link {
	readonly random: Random;
	lastArrivalMs: number;
}

interface LinksOptions {
	readonly seed: string;
	readonly settings: LinkSettings;
	readonly pairs: readonly (readonly [string, string])[];
	readonly clock: VirtualClock;
	readonly deliver: (from: string, to: string, text: string) => void;
	readonly onClosed: (from: string, to: string) => void;
}

export function createLinks(options: LinksOptions): Links {
	const { seed, settings, clock, deliver, onClosed } = options;
	const links = new Map<string, LinkState>();
	for (const [a, b] of options.pairs) {
		const latencyMs = createRandom(`${seed}/latency/${a}/${b}`).between(...settings.latencyMs);
		for (const [from, to] of [[a, b] as const, [b, a] as const]) {
			const random = createRandom(`${seed}/link/${from}/${to}`);
			links.set(`${from} ${to}`, { from, to, latencyMs, random, lastArrivalMs: 0 });
		}
	}
	const faults: LinkFaults = { groups: undefined, slowMs: new Map(), lossRatio: new Map() };

	const isCut = (from: string, to: string) =>
		faults.groups !== undefined && !faults.groups.some((g) => g.includes(from) && g.includes(to));

	const transit = (link: LinkState, arrive: () => void): void => {
		const { from, to, latencyMs, random } = link;
		const slowMs = (faults.slowMs.get(from) ?? 0) + (faults.slowMs.get(to) ?? 0);
		const jitterMs = random.next() * settings.jitterRatio * latencyMs;
		const atMs = Math.max(link.lastArrivalMs, clock.nowMs() + latencyMs + jitterMs + slowMs);
		link.lastArrivalMs = atMs;
		clock.after(atMs - clock.nowMs(), arrive);
	};

	return {
		all: [...links.values()],
		send(from, to, text) {
			const link = links.get(`${from} ${to}`);
			if (!link) throw new Error(`there is no link from ${from} to ${to}`);
			const lossRatio = Math.max(
				settings.lossRatio,
				faults.lossRatio.get(from) ?? 0,
				faults.lossRatio.get(to) ?? 0,
			);
			// Drawn even when the link is cut, so that a fault shifts no later draw of this link.
			const isLost = link.random.next() < lossRatio;
			if (isLost || isCut(from, to)) return 'dropped';
			transit(link, () => {
				if (!isCut(from, to)) deliver(from, to, text);
			});
			return 'sent';
		},
		close(from) {
			for (const link of links.values()) {
				if (link.from !== from || isCut(from, link.to)) continue;
				transit(link, () => {
					onClosed(from, link.to);
				});
			}
		},
		faults,
	};
}

/**
 * Who is connected to whom; the first of a pair dials. All with all in a small network; in a larger
 * one a ring, so that it is connected, and random chords up to the wished number of peers.
 */
export function layOut(
	names: readonly string[],
	peersWanted: number,
	seed: string,
): [string, string][] {
	const pairs: [string, string][] = [];
	if (names.length <= peersWanted + 1) {
		for (const [index, name] of names.entries()) {
			// The dialling side alternates, so that every node has peers of both directions.
			for (const [offset, other] of names.slice(index + 1).entries()) {
				pairs.push(offset % 2 === 0 ? [name, other] : [other, name]);
			}
		}
		return pairs;
	}
	const random = createRandom(`${seed}/layout`);
	const peersOf = new Map(names.map((name) => [name, new Set<string>()]));
	const connect = (a: string, b: string) => {
		if (a === b || peersOf.get(a)?.has(b) === true) return;
		peersOf.get(a)?.add(b);
		peersOf.get(b)?.add(a);
		pairs.push([a, b]);
	};
	for (const [index, name] of names.entries())
		connect(name, names[(index + 1) % names.length] ?? name);
	for (const name of names) {
		for (const other of random.sample(names, names.length)) {
			if ((peersOf.get(name)?.size ?? 0) >= peersWanted) break;
			if ((peersOf.get(other)?.size ?? 0) < peersWanted) connect(name, other);
		}
	}
	return pairs;
}
