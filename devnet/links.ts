import { createRandom } from './random.ts';
import type { Random } from './random.ts';
import type { Topology } from './topology.ts';
import type { VirtualClock } from './virtual-clock.ts';

export interface LinkSettings {
	/** Bounds of a link's one-way latency, which is drawn from the seed. */
	readonly latencyMs: readonly [least: number, most: number];
	/** The longest delay beyond the latency, as a share of it. */
	readonly jitterRatio: number;
	/** Probability that a message is lost, 0 to 1. */
	readonly lossRatio: number;
}

export interface Link {
	readonly from: string;
	readonly to: string;
	/** One-way, the same in both directions. */
	readonly latencyMs: number;
}

export interface LinkFaults {
	/** The sides of a partition; `undefined` when all nodes reach one another. */
	groups: readonly (readonly string[])[] | undefined;
	/** Node → delay that is added to every message from and to it. */
	readonly slowMs: Map<string, number>;
	/** Node → probability that a message from or to it is lost, when above the network's own. */
	readonly lossRatio: Map<string, number>;
}

/** The only connection between nodes. */
export interface Links {
	readonly all: readonly Link[];
	/** Sends in order; the message arrives after latency and jitter, or is lost. */
	send(from: string, to: string, text: string): 'sent' | 'dropped';
	/** Closes a node's connections; its peers notice after the latency, as with a TCP reset. */
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
	readonly topology: Topology;
	readonly clock: VirtualClock;
	readonly deliver: (from: string, to: string, text: string) => void;
	readonly onClosed: (from: string, to: string) => void;
}

export function createLinks(options: LinksOptions): Links {
	const { settings, clock, deliver, onClosed } = options;
	const links = new Map(statesOf(options).map((link) => [`${link.from} ${link.to}`, link]));
	const faults: LinkFaults = { groups: undefined, slowMs: new Map(), lossRatio: new Map() };

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
			if (isLost || isCut(faults, from, to)) return 'dropped';
			transit(link, () => {
				if (!isCut(faults, from, to)) deliver(from, to, text);
			});
			return 'sent';
		},
		close(from) {
			for (const link of links.values()) {
				if (link.from !== from || isCut(faults, from, link.to)) continue;
				transit(link, () => {
					onClosed(from, link.to);
				});
			}
		},
		faults,
	};
}

/** Whether a partition separates two nodes. */
export function isCut({ groups }: LinkFaults, a: string, b: string): boolean {
	return groups !== undefined && !groups.some((group) => group.includes(a) && group.includes(b));
}

function statesOf({ seed, settings, topology }: LinksOptions): LinkState[] {
	return topology.flatMap(([a, b]) => {
		const latencyMs = createRandom(`${seed}/latency/${a}/${b}`).between(...settings.latencyMs);
		return [[a, b] as const, [b, a] as const].map(([from, to]) => ({
			from,
			to,
			latencyMs,
			random: createRandom(`${seed}/link/${from}/${to}`),
			lastArrivalMs: 0,
		}));
	});
}
