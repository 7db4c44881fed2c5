import { PollError } from '../../domain/errors.ts';
import { mostDialsAtOnce, mostPeers } from '../caps.ts';
import { definedRounded } from '../defined-rounded.ts';
import { resolvePeer, showHostPort } from '../endpoint.ts';
import type { Endpoint } from '../endpoint.ts';
import { dial, lateCode } from '../exchange.ts';
import { createHistogram } from '../statistics/histogram.ts';
import type { PeerAddress } from '../peers/peer-address.ts';
import { stamp } from '../test.ts';
import type { NetTest } from '../test.ts';

const defaults = { timeoutMs: 3000 };

export interface DialledPeer {
	readonly isReachable?: boolean;
	readonly connectMs?: number;
	readonly reason?: string;
}

/**
 * Connects once to every peer that the node lists and sends nothing. The addresses are not trusted: see
 * `resolvePeer`.
 */
export const connectivity: NetTest<'connectivity'> = {
	name: 'connectivity',
	title: 'which of the node’s peers can be reached from here',
	weight: 'light',
	async run(tested, options, context) {
		const { sample, summary } = stamp('connectivity', tested, context.now);
		const { timeoutMs = defaults.timeoutMs } = options;
		const { signal } = context;
		const peers = differentAddresses(tested.peers).slice(0, mostPeers);
		if (peers.length === 0) return { ...summary('cannot'), reason: 'the node lists no peers' };
		const counts = { peers: peers.length, dialled: 0, reachable: 0, unreachable: 0, notDialled: 0 };
		const reasons = new Map<string, number>();
		const histogram = createHistogram();
		const take = (peer: PeerAddress, found: DialledPeer): void => {
			if (found.reason === 'ABORTED') return;
			const { isReachable, connectMs, reason } = found;
			if (isReachable === undefined) counts.notDialled += 1;
			else counts.dialled += 1;
			if (isReachable === true) counts.reachable += 1;
			if (isReachable === false) counts.unreachable += 1;
			if (reason !== undefined) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
			if (connectMs !== undefined) histogram.add(connectMs);
			context.emit({
				...sample(),
				peer: peer.id,
				...definedRounded({ address: peer.written, isReachable, connectMs, reason }),
			});
		};
		const waiting = [...peers];
		const worker = async (): Promise<void> => {
			for (let peer = waiting.shift(); peer && !signal.aborted; peer = waiting.shift()) {
				take(peer, await dialPeer(peer, tested.endpoint, { timeoutMs, signal }));
			}
		};
		await Promise.all(Array.from({ length: mostDialsAtOnce }, worker));
		return {
			...summary(signal.aborted ? 'cancelled' : 'measured'),
			...counts,
			...definedRounded({ connectMs: histogram.spread() }),
			reasons: Object.fromEntries(reasons),
		};
	},
};

/** A node may list an address several times; it is dialled once. */
function differentAddresses(peers: readonly PeerAddress[]): PeerAddress[] {
	const seen = new Set<string>();
	return peers.filter(({ host, port }) => {
		if (host === undefined || port === undefined) return true;
		const address = showHostPort(host.toLowerCase(), port);
		return !seen.has(address) && seen.add(address);
	});
}

/** Connects once to a peer of a node at an endpoint, and sends nothing. */
export async function dialPeer(
	{ host, port, written }: PeerAddress,
	from: Pick<Endpoint, 'reach'>,
	options: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<DialledPeer> {
	if (host === undefined || port === undefined) {
		return {
			reason:
				written === undefined ? 'the node gives no address' : 'not an address that is dialled',
		};
	}
	// RFC 7686: name servers must not see the name of an onion service.
	if (host.endsWith('.onion')) return { reason: 'an onion service: not dialled without Tor' };
	try {
		const { address } = await resolvePeer(host, from);
		const dialled = await dial(address, port, options);
		if ('error' in dialled) {
			const isTold = dialled.error !== 'ABORTED' && dialled.error !== lateCode;
			return { ...(isTold && { isReachable: false }), reason: dialled.error };
		}
		dialled.socket.destroy();
		return { isReachable: true, ...(!dialled.isLate && { connectMs: dialled.connectMs }) };
	} catch (error) {
		if (!(error instanceof PollError)) throw error;
		const { code, message } = error;
		return code === 'unsupported' ? { reason: message } : { isReachable: false, reason: message };
	}
}
