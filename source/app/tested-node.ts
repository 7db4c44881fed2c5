import { PollError, UserError } from '../domain/errors.ts';
import type { NodeSnapshot } from '../sections/snapshot.ts';
import type { Target } from '../domain/target.ts';
import { resolveEndpoint, resolvePeer } from '../network-tests/endpoint.ts';
import type { Endpoint, ResolvedHost } from '../network-tests/endpoint.ts';
import { readPeerAddress } from '../network-tests/peers/peer-address.ts';
import type { PeerAddress } from '../network-tests/peers/peer-address.ts';
import type { Routing, RoutingNode } from '../network-tests/routing.ts';
import type { TestedNode } from '../network-tests/test.ts';
import { fastestRoute, joinTopology } from '../network-tests/peers/topology.ts';

const behindProxy = 'it is reached through a proxy: its path cannot be tested from here';

/** A watched node as what a test is about. Throws `PollError` where it has no network address. */
export async function testedNodeOf(
	target: Target,
	nodes: readonly NodeSnapshot[],
	routing?: Routing,
): Promise<TestedNode> {
	if (target.proxy) throw new PollError('unsupported', behindProxy);
	const snapshot = nodes.find((node) => node.target.name === target.name);
	return {
		name: target.name,
		endpoint: await resolveEndpoint(target.url),
		peers: (snapshot?.network?.peerList ?? []).map(readPeerAddress),
		...(routing && { routing }),
	};
}

/**
 * A peer of a node as what a test is about: nodetop connects to it and sends no request, because its protocol is not known.
 * Throws `UserError` when the node lists no such peer, or none with an address that may be dialled.
 */
export async function testedPeer(tested: TestedNode, peerId: string): Promise<TestedNode> {
	const found = tested.peers.filter(
		({ id, written }) => id.startsWith(peerId) || written === peerId,
	);
	const [peer] = found;
	if (!peer || found.length > 1) {
		throw new UserError(`${tested.name} lists ${found.length} peers that match "${peerId}"`, {
			nextSteps: ['give more of the peer’s id; `nodetop network stats --detailed` lists the ids'],
		});
	}
	const { host, port } = addressOf(peer);
	const { address, reach, dnsMs } = await resolveListed(host, tested.endpoint);
	const place = { host, address, port, reach, ...(dnsMs !== undefined && { dnsMs }) };
	return {
		name: `${tested.name}/${peer.id}`,
		endpoint: { ...place, isTls: false, isHttp: false, path: '/' },
		peers: [],
	};
}

async function resolveListed(host: string, from: Endpoint): Promise<ResolvedHost> {
	try {
		return await resolvePeer(host, from);
	} catch (error) {
		const isRefused = error instanceof PollError && error.code === 'unsupported';
		throw isRefused ? new UserError(error.message, { cause: error }) : error;
	}
}

function addressOf({ id, host, port }: PeerAddress) {
	if (host !== undefined && port !== undefined) return { host, port };
	throw new UserError(`the node reports no address of its peer ${id}`);
}

/** The routes between watched nodes, as the nodes report them. */
export async function routingOf(
	targets: readonly Target[],
	nodes: readonly NodeSnapshot[],
): Promise<Routing> {
	const topology = joinTopology(nodes);
	const known = await Promise.all(
		topology.nodes.map(async ({ name, nodeId }): Promise<RoutingNode> => {
			const url = targets.find((target) => target.name === name)?.url ?? '';
			const [found] = await Promise.allSettled([resolveEndpoint(url)]);
			return { name, nodeId, endpoint: found.status === 'fulfilled' ? found.value : undefined };
		}),
	);
	return {
		find: (nameOrId) => known.find(({ name, nodeId }) => nameOrId === name || nameOrId === nodeId),
		nextHop: (from, to) => fastestRoute(topology, from, to)?.[0],
	};
}
