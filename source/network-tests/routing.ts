import type { Endpoint } from './endpoint.ts';

/** A watched node on a route. */
export interface RoutingNode {
	readonly name: string;
	readonly nodeId: string | undefined;
	/** `undefined` where it has no network address. */
	readonly endpoint: Endpoint | undefined;
}

/** The routes between the watched nodes, by their own reports. */
export interface Routing {
	readonly find: (nameOrId: string) => RoutingNode | undefined;
	/** The fastest next hop by the peer lists; `undefined` when there is no route. */
	readonly nextHop: (
		from: string,
		to: string,
	) => { readonly to: string; readonly rttMs: number | undefined } | undefined;
}
