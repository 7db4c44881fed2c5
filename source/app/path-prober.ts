import type { ProbeSettings } from '../config/probes.ts';
import type { Clock } from '../domain/clock.ts';
import { PollError, UserError } from '../domain/errors.ts';
import { resolveEndpoint, showHostPort } from '../network-tests/endpoint.ts';
import type { Endpoint } from '../network-tests/endpoint.ts';
import { dial, lateCode } from '../network-tests/exchange.ts';
import { createPathWatch } from '../network-tests/paths/path-watch.ts';
import type { RateLimiter } from '../network-tests/rate-limit.ts';
import type { Probes } from '../sections/probes/schema.ts';
import type { NodeSnapshot } from '../sections/snapshot.ts';
import { createPeerProber } from './peer-prober.ts';
import { iso, shownFigures } from './probe-figures.ts';
import { createRouteProber } from './route-prober.ts';

export interface PathProberOptions {
	readonly settings: ProbeSettings;
	readonly limiter: RateLimiter;
	readonly clock: Pick<Clock, 'now' | 'steadyNow'>;
}

/** Probes the path to one node and, where it is allowed, to its peers. */
export interface PathProber {
	/**
	 * Opens and closes one connection to the node; then, when they are due, probes its peers and its route.
	 * Resolves with all that is known; `undefined` where there is no path. Never rejects for what the
	 * network does.
	 */
	probe(node: NodeSnapshot, signal: AbortSignal): Promise<Probes | undefined>;
}

const timeoutMs = 3000;

export function createPathProber(url: string, options: PathProberOptions): PathProber {
	const { settings, limiter, clock } = options;
	const mayProbe = (address: string) => isAllowed(limiter, address);
	const path = createPathWatch();
	const peers = settings.peers ? createPeerProber({ settings, clock, mayProbe }) : undefined;
	const route = settings.route ? createRouteProber({ settings, clock, mayProbe }) : undefined;
	let hasPath = true;

	return {
		async probe(node, signal) {
			const endpoint = hasPath ? await find(url) : 'none';
			if (endpoint === 'none') hasPath = false;
			if (typeof endpoint === 'string') return undefined;
			const { address, port } = endpoint;
			const dialled = await dial(address, port, { timeoutMs, signal });
			if ('socket' in dialled) dialled.socket.destroy();
			const isLate = 'socket' in dialled ? dialled.isLate : dialled.error === lateCode;
			if (signal.aborted || isLate) return undefined;
			const at = clock.now();
			const figures = path.add(dialled, at);
			await peers?.probeWhenDue(node, endpoint, signal);
			await route?.traceWhenDue(endpoint, signal);
			return {
				at: iso(at),
				address: showHostPort(address, port),
				sent: figures.sent,
				...shownFigures(figures),
				...route?.found(),
				...(peers && { peers: peers.found() }),
			};
		},
	};
}

async function isAllowed(limiter: RateLimiter, address: string): Promise<boolean> {
	try {
		return (await limiter.take(address, 'light')).isGranted;
	} catch (error) {
		// Where nothing can be counted, peers and routes are not probed; the node itself still is.
		if (error instanceof UserError) return false;
		throw error;
	}
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
