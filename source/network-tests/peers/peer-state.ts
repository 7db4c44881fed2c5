import type { Peer } from '../../sections/network/schema.ts';

const newSeconds = 60;
const silentMs = 30_000;

export type PeerState = 'new' | 'established' | 'silent' | 'listed';

/**
 * The state of a connection: silent when the peer has sent nothing for half a minute, new in its first
 * minute, listed when the node reports neither time.
 */
export function stateOf({ connectedSeconds, lastSeenAt }: Peer, nowMs: number): PeerState {
	if (lastSeenAt !== undefined && nowMs - Date.parse(lastSeenAt) > silentMs) return 'silent';
	if (connectedSeconds !== undefined && connectedSeconds < newSeconds) return 'new';
	return connectedSeconds === undefined && lastSeenAt === undefined ? 'listed' : 'established';
}
