import type { ProbeSettings } from '../config/probes.ts';
import { PollError, UserError } from '../domain/errors.ts';
import type { Probes } from '../sections/probes/schema.ts';
import type { NodeSnapshot } from '../sections/snapshot.ts';
import { dialPeer } from '../network-tests/tests/connectivity.ts';
import { resolveEndpoint, showHostPort } from '../network-tests/endpoint.ts';
import type { Endpoint } from '../network-tests/endpoint.ts';
import { dial } from '../network-tests/exchange.ts';
import { createPathWatch } from '../network-tests/paths/path-watch.ts';
import type { PathFigures, PathWatch } from '../network-tests/paths/path-watch.ts';
import { readPeerAddress } from '../network-tests/peers/peer-address.ts';
import type { PeerAddress } from '../network-tests/peers/peer-address.ts';
import type { RateLimiter } from '../network-tests/rate-limit.ts';
import { createRouteWatch } from '../network-tests/paths/route-watch.ts';
import type { RouteState } from '../network-tests/paths/route-watch.ts';
import { traceroute } from '../network-tests/tests/traceroute.ts';

export interface PathProberOptions {
	readonly settings: ProbeSettings;
	readonly limiter: RateLimiter;
	readonly now: () => number;
}

/** Probes the path to one node and, where it is allowed, to its peers. */
export interface PathProber {
	/**
	 * One connection to the node, opened and closed; then, when they are due, its peers and its route.
	 * Resolves with all that is known; `undefined` where there is no path. Never rejects for what the
	 * network does.
	 */
	probe(node: NodeSnapshot, signal: AbortSignal): Promise<Probes | undefined>;
}

const timeoutMs = 3000;
const peersEveryMs = 60_000;
/** A route that is learnt, or seems to have moved, is traced this often. */
const openRouteEveryMs = 60_000;
const mostPeers = 20;
const mostDialsAtOnce = 4;

type PeerProbes = NonNullable<Probes['peers']>[number];

export function createPathProber(
	url: string,
	{ settings, limiter, now }: PathProberOptions,
): PathProber {
	const path = createPathWatch();
	const route = createRouteWatch();
	let peers = new Map<string, { readonly path: PathWatch; readonly told: PeerProbes }>();
	let traced: { readonly state: RouteState; readonly at: string } | undefined;
	let hasPath = true;
	let peersDueMs = 0;
	let routeDueMs = 0;

	async function isAllowed(address: string): Promise<boolean> {
		try {
			return (await limiter.take(address, 'light')).isGranted;
		} catch (error) {
			// Where nobody can count, peers and routes are left alone; the node itself is still probed.
			if (error instanceof UserError) return false;
			throw error;
		}
	}

	async function probePeers(node: NodeSnapshot, from: Endpoint, signal: AbortSignal) {
		const listed = (node.network?.peerList ?? [])
			.map(readPeerAddress)
			.filter(({ host }) => host !== undefined);
		const known = new Map(peers);
		const next = new Map<string, { readonly path: PathWatch; readonly told: PeerProbes }>();
		const waiting = listed.slice(0, mostPeers);
		const worker = async (): Promise<void> => {
			for (let peer = waiting.shift(); peer && !signal.aborted; peer = waiting.shift()) {
				const before = known.get(peer.id);
				const watch = before?.path ?? createPathWatch();
				const told = await probePeer(peer, watch, from, signal);
				const entry = told ?? before?.told;
				if (entry) next.set(peer.id, { path: watch, told: entry });
			}
		};
		await Promise.all(Array.from({ length: mostDialsAtOnce }, worker));
		if (!signal.aborted) peers = next;
	}

	async function probePeer(
		peer: PeerAddress,
		watch: PathWatch,
		{ reach }: Endpoint,
		signal: AbortSignal,
	): Promise<PeerProbes | undefined> {
		const address = showHostPort(peer.host ?? '', peer.port ?? 0);
		if (!(await isAllowed(address))) return undefined;
		const { isReachable, connectMs, reason } = await dialPeer(peer, reach, { timeoutMs, signal });
		if (isReachable === undefined) return undefined;
		const at = now();
		const figures = watch.add({ connectMs, error: isReachable ? undefined : reason }, at);
		return { peer: peer.id, address, at: iso(at), ...shown(figures) };
	}

	async function traceRoute(from: Endpoint, signal: AbortSignal) {
		if (!(await isAllowed(showHostPort(from.address, from.port)))) return;
		const subject = { name: 'route', endpoint: from, peers: [] };
		const summary = await traceroute.run(subject, {}, { signal, now, emit: () => undefined });
		if (summary.outcome !== 'measured') return;
		traced = { state: route.add(summary.route ?? [], now()), at: iso(now()) };
	}

	return {
		async probe(node, signal) {
			const endpoint = hasPath ? await find(url) : 'none';
			if (endpoint === 'none') hasPath = false;
			if (typeof endpoint === 'string') return undefined;
			const { address, port } = endpoint;
			const dialled = await dial(address, port, { timeoutMs, signal });
			if ('socket' in dialled) dialled.socket.destroy();
			if (signal.aborted) return undefined;
			const at = now();
			const figures = path.add(dialled, at);
			const steadyMs = performance.now();
			if (settings.peers && steadyMs >= peersDueMs) {
				peersDueMs = steadyMs + Math.max(peersEveryMs, settings.intervalMs);
				await probePeers(node, endpoint, signal);
			}
			if (settings.route && steadyMs >= routeDueMs) {
				await traceRoute(endpoint, signal);
				const isOpen = traced?.state.isOpen !== false;
				const everyMs = isOpen ? openRouteEveryMs : settings.routeIntervalMs;
				routeDueMs = steadyMs + Math.min(everyMs, settings.routeIntervalMs);
			}
			return {
				at: iso(at),
				address: showHostPort(address, port),
				sent: figures.sent,
				...shown(figures),
				...(traced && routeFields(traced.state, traced.at)),
				...(settings.peers && { peers: [...peers.values()].map(({ told }) => told) }),
			};
		},
	};
}

/** The endpoint; `none` where there is no path at all, `unknown` when its name does not resolve now. */
async function find(url: string): Promise<Endpoint | 'none' | 'unknown'> {
	try {
		return await resolveEndpoint(url);
	} catch (error) {
		if (!(error instanceof PollError)) throw error;
		return error.code === 'unsupported' ? 'none' : 'unknown';
	}
}

function shown({ sent: _sent, shiftedAtMs, ...figures }: PathFigures) {
	const { connectMs, error, lossRatio, levelMs, usualMs, shiftMs } = figures;
	return {
		...(connectMs !== undefined && { connectMs: rounded(connectMs) }),
		...(error !== undefined && { error }),
		...(lossRatio !== undefined && { lossRatio: rounded(lossRatio) }),
		...(levelMs !== undefined && { levelMs: rounded(levelMs) }),
		...(usualMs !== undefined && { usualMs: rounded(usualMs) }),
		...(shiftMs !== undefined && { shiftMs: rounded(shiftMs) }),
		...(shiftedAtMs !== undefined && { shiftedAt: iso(shiftedAtMs) }),
	};
}

function routeFields(state: RouteState, at: string): Pick<Probes, 'route' | 'routeChanges'> {
	const { hops, changes, changedAtMs, previous } = state;
	return {
		...(changes !== undefined && { routeChanges: changes }),
		route: {
			at,
			hops: [...hops],
			changes: changes ?? 0,
			...(changedAtMs !== undefined && { changedAt: iso(changedAtMs) }),
			...(previous !== undefined && { previous: [...previous] }),
		},
	};
}

function rounded(value: number): number {
	return Math.round(value * 1000) / 1000;
}

function iso(atMs: number): string {
	return new Date(atMs).toISOString();
}
