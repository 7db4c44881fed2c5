/** The way to an address, as far as its traces tell. */
export interface RouteState {
	readonly hops: readonly string[];
	/** Absent while the way is learnt. */
	readonly changes?: number;
	readonly changedAtMs?: number;
	readonly previous?: readonly string[];
	/** The newest differs or too few are known: another trace soon tells more. */
	readonly isOpen: boolean;
}

/** Finds out when a route has moved. Pure. */
export interface RouteWatch {
	/** Takes one trace: addresses in order, `*` where nobody answered. */
	add(hops: readonly string[], atMs: number): RouteState;
}

const unanswered = '*';
const learningTraces = 12;
/** So many traces in a row have to differ. */
const persistence = 3;

/**
 * A route has moved when three traces in a row go over an address that its hop never had. Each hop may
 * have several: routers share traffic over equal ways (RFC 2992), so what is seen between two traces of
 * the known way is one more of them and no change. A hop that does not answer says nothing.
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
