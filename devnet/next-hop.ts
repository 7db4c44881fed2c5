import { isCut } from './links.ts';
import type { Links } from './links.ts';

/** The first hop of a path. */
export interface NextHop {
	readonly next: string;
	/** The present round trip over that link. */
	readonly rttMs: number;
}

/**
 * The first hop of the fastest path over links that are not cut (Dijkstra); `undefined` when there is
 * none. Draws no random number and sends nothing, so a query changes nothing in the network.
 */
export function nextHop({ all, faults }: Links, from: string, goal: string): NextHop | undefined {
	const slowMs = (name: string) => faults.slowMs.get(name) ?? 0;
	const open = new Map<string, { readonly ms: number; readonly first: NextHop | undefined }>([
		[from, { ms: 0, first: undefined }],
	]);
	const settled = new Set<string>();
	for (;;) {
		const [nearest] = [...open].toSorted(([, a], [, b]) => a.ms - b.ms);
		if (!nearest) return undefined;
		const [name, { ms, first }] = nearest;
		if (name === goal) return first;
		open.delete(name);
		settled.add(name);
		for (const link of all) {
			if (link.from !== name || settled.has(link.to) || isCut(faults, name, link.to)) continue;
			const hopMs = link.latencyMs + slowMs(name) + slowMs(link.to);
			const known = open.get(link.to);
			if (known && known.ms <= ms + hopMs) continue;
			open.set(link.to, { ms: ms + hopMs, first: first ?? { next: link.to, rttMs: 2 * hopMs } });
		}
	}
}
