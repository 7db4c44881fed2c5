import { createRandom } from './random.ts';

/** Which nodes are linked; the first of a pair dials. */
export type Topology = readonly (readonly [dialler: string, listener: string])[];

/** A node at the other end of a link. */
export interface Neighbour {
	readonly name: string;
	/** `outbound` when this node dials. */
	readonly direction: 'inbound' | 'outbound';
}

/**
 * A small network is linked completely. A larger one is a ring, so that it is connected, with random
 * chords up to the wanted number of peers.
 */
export function planTopology(
	names: readonly string[],
	peersWanted: number,
	seed: string,
): Topology {
	return names.length <= peersWanted + 1
		? fullMesh(names)
		: ringWithChords(names, peersWanted, seed);
}

export function neighboursOf(name: string, topology: Topology): Neighbour[] {
	return topology.flatMap(([dialler, listener]): Neighbour[] => {
		if (dialler === name) return [{ name: listener, direction: 'outbound' }];
		return listener === name ? [{ name: dialler, direction: 'inbound' }] : [];
	});
}

function fullMesh(names: readonly string[]): Topology {
	return names.flatMap((name, index) =>
		// The dialling side alternates, so that every node has peers of both directions.
		names
			.slice(index + 1)
			.map((other, offset): Topology[number] => (offset % 2 === 0 ? [name, other] : [other, name])),
	);
}

function ringWithChords(names: readonly string[], peersWanted: number, seed: string): Topology {
	const pairs: [string, string][] = [];
	const random = createRandom(`${seed}/layout`);
	const peersOf = new Map(names.map((name) => [name, new Set<string>()]));
	const connect = (a: string, b: string) => {
		if (a === b || peersOf.get(a)?.has(b) === true) return;
		peersOf.get(a)?.add(b);
		peersOf.get(b)?.add(a);
		pairs.push([a, b]);
	};
	for (const [index, name] of names.entries()) {
		connect(name, names[(index + 1) % names.length] ?? name);
	}
	for (const name of names) {
		for (const other of random.sample(names, names.length)) {
			if ((peersOf.get(name)?.size ?? 0) >= peersWanted) break;
			if ((peersOf.get(other)?.size ?? 0) < peersWanted) connect(name, other);
		}
	}
	return pairs;
}
