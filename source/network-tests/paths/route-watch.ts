/** The route to an address, by its traces. */
export interface RouteState {
	readonly hops: readonly string[];
	/** Absent while the route is learnt. */
	readonly changes?: number;
	readonly changedAtMs?: number;
	readonly previous?: readonly string[];
	/** Another trace is needed soon: the newest differs, or there are too few. */
	readonly isOpen: boolean;
}

/** Detects when a route has changed. */
export interface RouteWatch {
	/** Adds one trace: addresses in order, `*` where no router answered. */
	add(hops: readonly string[], atMs: number): RouteState;
}

const unanswered = '*';
const learningTraces = 12;
/** Consecutive traces that have to differ. */
const persistence = 3;

/**
 * A route has changed when three traces in a row pass an address that its hop never had. A hop may have
 * several addresses, because routers share traffic over equal paths (RFC 2992): a new address between two
 * traces of the known route is one more of them and no change. A hop that does not answer is ignored.
 */
export function createRouteWatch(): RouteWatch {
	let known: Set<string>[] = [];
	let pending: (readonly string[])[] = [];
	let hops: readonly string[] = [];
	let traces = 0;
	let changes = 0;
	let changed: { readonly changedAtMs: number; readonly previous: readonly string[] } | undefined;

	const learn = (route: readonly string[]): void => {
		for (const [index, address] of route.entries()) {
			const place = (known[index] ??= new Set());
			if (address !== unanswered) place.add(address);
		}
	};
	const isKnown = (route: readonly string[]): boolean =>
		route.every((address, index) => {
			const place = known[index];
			return address === unanswered || !place || place.size === 0 || place.has(address);
		});

	function follow(route: readonly string[], atMs: number): void {
		traces += 1;
		if (traces <= learningTraces || isKnown(route)) {
			for (const each of [...pending, route]) learn(each);
			pending = [];
			hops = route;
			return;
		}
		pending.push(route);
		if (pending.length < persistence) return;
		changed = { changedAtMs: atMs, previous: hops };
		changes += 1;
		known = [];
		for (const each of pending) learn(each);
		pending = [];
		hops = route;
	}

	return {
		add(route, atMs) {
			if (route.some((address) => address !== unanswered)) follow(route, atMs);
			const isLearning = traces < learningTraces;
			return {
				hops,
				...(!isLearning && { changes }),
				...changed,
				isOpen: isLearning || pending.length > 0,
			};
		},
	};
}
