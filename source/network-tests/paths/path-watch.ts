import { isRetransmitted } from '../../domain/retransmission.ts';
import { createLevelWatch } from './level-watch.ts';
import type { Level } from './level-watch.ts';

/** The result of one probe of a path: the time of its handshake, or the system's error code. */
export interface Probe {
	readonly connectMs?: number | undefined;
	readonly error?: string | undefined;
}

/** The figures of one path, over its probes. */
export interface PathFigures extends Level, Probe {
	readonly sent: number;
	/** Share of the last 60 probes, once there are 20. */
	readonly lossRatio?: number;
}

export interface PathWatch {
	add(probe: Probe, atMs: number): PathFigures;
}

const windowSize = 60;
const leastWindow = 20;
/** Errors without an answer: the packets or their answers did not arrive. */
const silences = new Set(['ETIMEDOUT', 'EHOSTUNREACH', 'EHOSTDOWN']);
/** This machine has no way out: nothing was sent, and so nothing is known of the path. */
const ownErrors = new Set(['ENETUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL', 'EMFILE', 'ENOBUFS']);

/** Follows one path: its level, and the share of its newest probes that were lost. */
export function createPathWatch(): PathWatch {
	const level = createLevelWatch();
	let losses: boolean[] = [];
	let sent = 0;
	let fastestMs = Number.POSITIVE_INFINITY;
	function figures({ connectMs, error }: Probe): PathFigures {
		return {
			sent,
			...(connectMs !== undefined && { connectMs }),
			...(error !== undefined && { error }),
			...(losses.length >= leastWindow && {
				lossRatio: losses.filter(Boolean).length / losses.length,
			}),
			...level.level(),
		};
	}
	return {
		add({ connectMs, error }, atMs) {
			if (error !== undefined && ownErrors.has(error)) return figures({ error });
			sent += 1;
			fastestMs = Math.min(fastestMs, connectMs ?? Number.POSITIVE_INFINITY);
			const isLate = connectMs !== undefined && isRetransmitted(connectMs, fastestMs);
			const isLost = isLate || (error !== undefined && silences.has(error));
			losses = [...losses, isLost].slice(-windowSize);
			// A time with the wait for a second packet does not measure the path.
			if (connectMs !== undefined && !isLate) level.add(connectMs, atMs);
			return figures({ connectMs, error });
		},
	};
}
