import { clean } from '../../domain/clean.ts';
import { UserError } from '../../domain/errors.ts';
import type { Peer } from '../../sections/network/schema.ts';
import { placeOfPeer } from './peer-place.ts';
import { stateOf } from './peer-state.ts';

export type PeerFilter = (peer: Peer, nowMs: number) => boolean;

const keys: Readonly<Record<string, (peer: Peer, nowMs: number) => string | undefined>> = {
	direction: ({ direction }) => direction,
	client: ({ client }) => client,
	version: ({ version }) => version,
	family: (peer) => placeOfPeer(peer).family,
	reach: (peer) => placeOfPeer(peer).reach,
	network: (peer) => placeOfPeer(peer).network,
	state: stateOf,
};

/**
 * Reads `direction=inbound client=geth !10.0.`: all words must match. `!` negates a word, `key=text` searches
 * one field, a bare word searches id, address and client. Case does not matter. Throws `UserError` for an
 * unknown key.
 */
export function readPeerFilter(text: string): PeerFilter {
	const parts = text.split(/\s+/).filter(Boolean).map(readWord);
	return (peer, nowMs) => parts.every((matches) => matches(peer, nowMs));
}

function readWord(word: string): PeerFilter {
	if (word.startsWith('!') && word.length > 1) {
		const matches = readWord(word.slice(1));
		return (peer, nowMs) => !matches(peer, nowMs);
	}
	const [, key, value = ''] = /^([a-z]+)=(.*)$/i.exec(word) ?? [];
	if (key === undefined) return (peer) => holds(`${peer.id} ${peer.address} ${peer.client}`, word);
	const read = Object.hasOwn(keys, key) ? keys[key] : undefined;
	if (read) return (peer, nowMs) => holds(read(peer, nowMs) ?? '', value);
	throw new UserError(`--filter: peers have no "${clean(key, 40)}"`, {
		nextSteps: [`they have: ${Object.keys(keys).join(', ')}`],
	});
}

function holds(text: string, part: string): boolean {
	return text.toLowerCase().includes(part.toLowerCase());
}
