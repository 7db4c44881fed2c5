import { networkKey } from '../../sections/derived.ts';
import type { NodeSnapshot } from '../../sections/snapshot.ts';
import type { Peer } from '../../sections/network/schema.ts';

/** The connections between the watched nodes, by their own peer lists. */
export interface Topology {
	readonly nodes: readonly TopologyNode[];
	/** Links between watched nodes; each as the node at its `from` reports it. */
	readonly links: readonly TopologyLink[];
}

export interface TopologyNode {
	readonly name: string;
	readonly nodeId: string | undefined;
	/** The network that it reports: only nodes of one network could be peers. */
	readonly network: string;
	/** `host:port` of its address. */
	readonly address: string | undefined;
	/** Peers that it lists; absent when it lists none. */
	readonly listed: number | undefined;
	/** Listed peers that are not watched. */
	readonly outside: number;
}

export interface TopologyLink {
	readonly from: string;
	readonly to: string;
	readonly direction: Peer['direction'];
	/** Round trip, measured by `from`. */
	readonly rttMs: number | undefined;
}

/**
 * Joins the peer lists of all watched nodes: a peer is a watched node when it has its id, its name or its
 * address. A node that lists no peers has links only where others list it.
 */
export function joinTopology(nodes: readonly NodeSnapshot[]): Topology {
	const known = new Map<string, string>();
	for (const { target, identity } of nodes) {
		const address = hostPort(target.url);
		if (address !== undefined) known.set(address, target.name);
		if (identity?.nodeId !== undefined) known.set(idKey(identity.nodeId), target.name);
		known.set(idKey(target.name), target.name);
	}
	const nameOf = ({ id, address }: Peer) =>
		known.get(idKey(id)) ?? (address === undefined ? undefined : known.get(address));
	const links: TopologyLink[] = [];
	const topologyNodes = nodes.map(({ target, identity, network }): TopologyNode => {
		const peers = network?.peerList;
		let outside = 0;
		for (const peer of peers ?? []) {
			const to = nameOf(peer);
			if (to === undefined || to === target.name) outside += 1;
			else {
				const { direction, latencyMs } = peer;
				links.push({ from: target.name, to, direction, rttMs: latencyMs });
			}
		}
		return {
			name: target.name,
			nodeId: identity?.nodeId,
			network: networkKey({ target, identity }),
			address: hostPort(target.url),
			listed: peers?.length,
			outside,
		};
	});
	return { nodes: topologyNodes, links };
}

/**
 * For each network whose nodes are not all joined by links: the groups of nodes that are. Nodes that list
 * no peers are left out.
 */
export function splits(topology: Topology): readonly (readonly (readonly string[])[])[] {
	const networks = new Map<string, TopologyNode[]>();
	for (const node of topology.nodes) {
		if (node.listed === undefined) continue;
		const known = networks.get(node.network);
		if (known) known.push(node);
		else networks.set(node.network, [node]);
	}
	return [...networks.values()]
		.map((nodes) => islands(nodes, topology.links))
		.filter((groups) => groups.length > 1);
}

function islands(
	nodes: readonly TopologyNode[],
	links: readonly TopologyLink[],
): readonly (readonly string[])[] {
	const neighbours = new Map<string, string[]>(nodes.map(({ name }) => [name, []]));
	for (const { from, to } of links) {
		neighbours.get(from)?.push(to);
		neighbours.get(to)?.push(from);
	}
	const seen = new Set<string>();
	const groups: string[][] = [];
	for (const { name } of nodes) {
		if (seen.has(name)) continue;
		const group: string[] = [];
		const waiting = [name];
		seen.add(name);
		for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
			group.push(next);
			for (const other of neighbours.get(next) ?? []) {
				if (seen.has(other)) continue;
				seen.add(other);
				waiting.push(other);
			}
		}
		groups.push(group);
	}
	return groups;
}

/** The cost of a link without a measured round trip: more than a good link, less than a detour. */
const unknownRttMs = 100;

/** The fastest route over links between watched nodes; `undefined` when there is none. */
export function fastestRoute(
	{ links }: Pick<Topology, 'links'>,
	from: string,
	to: string,
): readonly TopologyLink[] | undefined {
	const bothWays = new Map<string, TopologyLink>();
	for (const link of links) {
		const { from: a, to: b, rttMs } = link;
		const back = { from: b, to: a, direction: undefined, rttMs };
		bothWays.set(`${a}\n${b}`, link);
		if (!bothWays.has(`${b}\n${a}`)) bothWays.set(`${b}\n${a}`, back);
	}
	const best = new Map<string, { readonly costMs: number; readonly route: TopologyLink[] }>();
	best.set(from, { costMs: 0, route: [] });
	const settled = new Set<string>();
	for (;;) {
		const open = [...best].filter(([name]) => !settled.has(name));
		const next = open.toSorted(([, a], [, b]) => a.costMs - b.costMs)[0];
		if (!next) return undefined;
		const [name, { costMs, route }] = next;
		if (name === to) return route;
		settled.add(name);
		for (const link of bothWays.values()) {
			if (link.from !== name) continue;
			const reachedMs = costMs + (link.rttMs ?? unknownRttMs);
			if (reachedMs < (best.get(link.to)?.costMs ?? Number.POSITIVE_INFINITY)) {
				best.set(link.to, { costMs: reachedMs, route: [...route, link] });
			}
		}
	}
}

function idKey(id: string): string {
	return id.toLowerCase().replace(/^0x/, '');
}

function hostPort(url: string): string | undefined {
	if (!URL.canParse(url)) return undefined;
	const { hostname, port, protocol } = new URL(url);
	// A URL omits the usual port of its scheme.
	const usual = protocol === 'https:' || protocol === 'wss:' ? '443' : '80';
	return hostname === '' ? undefined : `${hostname}:${port === '' ? usual : port}`;
}
