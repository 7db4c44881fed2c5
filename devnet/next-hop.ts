import type { Links } from './links.ts';

/** Where a message to `goal` goes first, and the round trip over that link as it is now, in ms. */
export interface NextHop {
	readonly next: string;
	readonly rttMs: number;
}

/**
 * The first step of the fastest way over links that are not cut; `undefined` when there is no way. Draws
 * no dice and sends nothing, so asking changes nothing in the network.
 */
export function nextHop({ all, faults }: Links, from: string, goal: string): NextHop | undefined {
	const isCut = (a: string, b: string) =>
		faults.groups !== undefined && !faults.groups.some((g) => g.includes(a) && g.includes(b));
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
			if (link.from !== name || settled.has(link.to) || isCut(name, link.to)) continue;
			const hopMs = link.latencyMs + slowMs(name) + slowMs(link.to);
			const known = open.get(link.to);
			if (known && known.ms <= ms + hopMs) continue;
			open.set(link.to, { ms: ms + hopMs, first: first ?? { next: link.to, rttMs: 2 * hopMs } });
		}
	}
}
