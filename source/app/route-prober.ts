import type { ProbeSettings } from '../config/probes.ts';
import type { Clock } from '../domain/clock.ts';
import { showHostPort } from '../network-tests/endpoint.ts';
import type { Endpoint } from '../network-tests/endpoint.ts';
import { createRouteWatch } from '../network-tests/paths/route-watch.ts';
import type { RouteState } from '../network-tests/paths/route-watch.ts';
import { traceroute } from '../network-tests/tests/traceroute.ts';
import type { Probes } from '../sections/probes/schema.ts';
import { iso } from './probe-figures.ts';

export interface RouteProberOptions {
	readonly settings: ProbeSettings;
	readonly clock: Pick<Clock, 'now' | 'steadyNow'>;
	readonly mayProbe: (address: string) => Promise<boolean>;
}

/** Traces the route to one node with the system's tool. */
export interface RouteProber {
	readonly traceWhenDue: (from: Endpoint, signal: AbortSignal) => Promise<void>;
	readonly found: () => Pick<Probes, 'route' | 'routeChanges'>;
}

/** A route that is being learnt, or seems to have moved, is traced this often. */
const openRouteEveryMs = 60_000;

export function createRouteProber({ settings, clock, mayProbe }: RouteProberOptions): RouteProber {
	const { now } = clock;
	const route = createRouteWatch();
	let traced: { readonly state: RouteState; readonly at: string } | undefined;
	let dueMs = 0;

	async function trace(to: Endpoint, signal: AbortSignal): Promise<void> {
		if (!(await mayProbe(showHostPort(to.address, to.port)))) return;
		const subject = { name: 'route', endpoint: to, peers: [] };
		const summary = await traceroute.run(subject, {}, { signal, now, emit: () => undefined });
		if (summary.outcome !== 'measured') return;
		traced = { state: route.add(summary.route ?? [], now()), at: iso(now()) };
	}

	return {
		async traceWhenDue(to, signal) {
			const nowMs = clock.steadyNow();
			if (nowMs < dueMs) return;
			await trace(to, signal);
			const isOpen = traced?.state.isOpen !== false;
			const everyMs = isOpen ? openRouteEveryMs : settings.routeIntervalMs;
			dueMs = nowMs + Math.min(everyMs, settings.routeIntervalMs);
		},
		found: () => (traced === undefined ? {} : routeFields(traced.state, traced.at)),
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
