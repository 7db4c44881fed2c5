import type { ProbeSettings } from '../config/probes.ts';
import type { Clock } from '../domain/clock.ts';
import { showHostPort } from '../network-tests/endpoint.ts';
import type { Endpoint } from '../network-tests/endpoint.ts';
import { createPathWatch } from '../network-tests/paths/path-watch.ts';
import type { PathWatch } from '../network-tests/paths/path-watch.ts';
import { readPeerAddress } from '../network-tests/peers/peer-address.ts';
import type { PeerAddress } from '../network-tests/peers/peer-address.ts';
import { dialPeer } from '../network-tests/tests/connectivity.ts';
import type { Probes } from '../sections/probes/schema.ts';
import type { NodeSnapshot } from '../sections/snapshot.ts';
import { iso, shownFigures } from './probe-figures.ts';

export interface PeerProberOptions {
	readonly settings: ProbeSettings;
	readonly clock: Pick<Clock, 'now' | 'steadyNow'>;
	readonly mayProbe: (address: string) => Promise<boolean>;
}

type PeerProbes = NonNullable<Probes['peers']>[number];

/** Probes the paths to the peers that one node lists, once a minute at most. */
export interface PeerProber {
	readonly probeWhenDue: (node: NodeSnapshot, from: Endpoint, signal: AbortSignal) => Promise<void>;
	readonly found: () => PeerProbes[];
}

interface ProbedPeer {
	readonly path: PathWatch;
	readonly latest: PeerProbes;
}

const timeoutMs = 3000;
const everyMs = 60_000;
const mostPeers = 20;
const mostDialsAtOnce = 4;

export function createPeerProber({ settings, clock, mayProbe }: PeerProberOptions): PeerProber {
	let peers: ReadonlyMap<string, ProbedPeer> = new Map();
	let dueMs = 0;

	async function probe(
		peer: PeerAddress,
		from: Endpoint,
		signal: AbortSignal,
	): Promise<ProbedPeer | undefined> {
		const known = peers.get(peer.id);
		const address = showHostPort(peer.host ?? '', peer.port ?? 0);
		if (!(await mayProbe(address))) return known;
		const { isReachable, connectMs, reason } = await dialPeer(peer, from, { timeoutMs, signal });
		if (isReachable === undefined) return known;
		const path = known?.path ?? createPathWatch();
		const at = clock.now();
		const figures = path.add({ connectMs, error: isReachable ? undefined : reason }, at);
		return { path, latest: { peer: peer.id, address, at: iso(at), ...shownFigures(figures) } };
	}

	return {
		async probeWhenDue(node, from, signal) {
			const nowMs = clock.steadyNow();
			if (nowMs < dueMs) return;
			dueMs = nowMs + Math.max(everyMs, settings.intervalMs);
			const listed = (node.network?.peerList ?? []).map(readPeerAddress);
			const waiting = listed.filter(({ host }) => host !== undefined).slice(0, mostPeers);
			const next = new Map<string, ProbedPeer>();
			const worker = async (): Promise<void> => {
				for (let peer = waiting.shift(); peer && !signal.aborted; peer = waiting.shift()) {
					const probed = await probe(peer, from, signal);
					if (probed) next.set(peer.id, probed);
				}
			};
			await Promise.all(Array.from({ length: mostDialsAtOnce }, worker));
			if (!signal.aborted) peers = next;
		},
		found: () => [...peers.values()].map(({ latest }) => latest),
	};
}
