import type { Endpoint } from './endpoint.ts';

/** A watched node on a route. */
export interface RoutingNode {
	readonly name: string;
	readonly nodeId: string | undefined;
	/** `undefined` where it has no network address. */
	readonly endpoint: Endpoint | undefined;
}

/** What the watched nodes tell of one another. */
export interface Routing {
	readonly find: (nameOrId: string) => RoutingNode | undefined;
	/** The fastest next hop by the peer lists; `undefined` when there is no way. */
	readonly nextHop: (
		from: string,
		to: string,
	) => { readonly to: string; readonly rttMs: number | undefined } | undefined;
}
