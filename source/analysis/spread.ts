import { clockLimitMs } from '../sections/clock/findings.ts';
import type { Group } from '../sections/group/schema.ts';
import type { NodeSnapshot } from '../sections/snapshot.ts';
import { byText } from './member.ts';

/** What runs in a group, how far its clocks are apart, and whom its nodes know. */
export type Spread = Pick<Group, 'clock' | 'versions' | 'clients' | 'peers'>;

export function measureSpread(nodes: readonly NodeSnapshot[]): Spread {
	const versions = tally(nodes.map(({ identity }) => identity?.version));
	const clients = tally(nodes.map(({ identity }) => identity?.client));
	const clock = compareClocks(nodes);
	const peers = measurePeers(nodes);
	return {
		...(clock && { clock }),
		...(versions && { versions }),
		...(clients && { clients }),
		...(peers && { peers }),
	};
}

/** Counts by value, the commonest first; `undefined` when none is known. */
function tally(values: readonly (string | undefined)[]): Record<string, number> | undefined {
	const counts = new Map<string, number>();
	for (const value of values) {
		if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
	}
	const sorted = [...counts].sort(([a, m], [b, n]) => n - m || byText(a, b));
	return sorted.length === 0 ? undefined : Object.fromEntries(sorted);
}

/** Against the median, in which our own clock has one vote: it may be the one that is wrong. */
function compareClocks(nodes: readonly NodeSnapshot[]): Group['clock'] {
	const clocks = nodes.flatMap(({ target, clock, poll }) =>
		clock && poll.status !== 'failed' ? [{ name: target.name, ...clock }] : [],
	);
	if (clocks.length < 2) return undefined;
	const ours = 0;
	const offsets = [ours, ...clocks.map(({ offsetMs }) => offsetMs)].sort((a, b) => a - b);
	const [low = 0, high = 0] = [
		offsets[Math.floor((offsets.length - 1) / 2)],
		offsets[Math.floor(offsets.length / 2)],
	];
	const medianMs = (low + high) / 2;
	const skews = clocks.map((clock) => ({ ...clock, skewMs: Math.abs(clock.offsetMs - medianMs) }));
	return {
		maxSkewMs: Math.max(...skews.map(({ skewMs }) => skewMs)),
		outliers: skews
			.filter(({ skewMs, uncertaintyMs }) => skewMs - uncertaintyMs > clockLimitMs)
			.map(({ name }) => name),
	};
}

function measurePeers(nodes: readonly NodeSnapshot[]): Group['peers'] {
	const listedBy = new Map<string, number>();
	const clients = new Map<string, number>();
	let knownClients = 0;
	let lists = 0;
	for (const { network } of nodes) {
		if (!network?.peerList) continue;
		lists++;
		for (const { id } of network.peerList) listedBy.set(id, (listedBy.get(id) ?? 0) + 1);
		for (const [client, peers] of Object.entries(network.clients ?? {})) {
			clients.set(client, (clients.get(client) ?? 0) + peers);
			knownClients += peers;
		}
	}
	if (lists === 0) return undefined;
	let inCommon = 0;
	for (const times of listedBy.values()) if (times > 1) inCommon++;
	const [commonest] = [...clients].sort(([a, m], [b, n]) => n - m || byText(a, b));
	return {
		distinct: listedBy.size,
		inCommon,
		...(commonest && {
			commonestClient: { client: commonest[0], ratio: commonest[1] / knownClients },
		}),
	};
}
