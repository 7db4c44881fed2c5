/** Transfers under way, at most; the oldest are forgotten, as those whose end the log never shows. */
const mostOpen = 20_000;

/** Joins the start of a transfer with its end. Starts are logged at DEBUG (at INFO up to 1.115). */
export interface Pairs {
	/** Whether no transfer is under way: without DEBUG there never is one. */
	readonly isEmpty: boolean;
	start(key: string, atMs: number): void;
	/** Milliseconds since the start; `undefined` where the log has none. */
	finish(key: string, atMs: number): number | undefined;
}

/** One piece may be read by several at once: starts with one key are ended in their order. */
export function createPairs(): Pairs {
	const open = new Map<string, number | number[]>();
	return {
		get isEmpty() {
			return open.size === 0;
		},
		start(key, atMs) {
			const before = open.get(key);
			if (before === undefined) {
				open.set(key, atMs);
				if (open.size > mostOpen) forgetOldest(open);
			} else if (typeof before === 'number') open.set(key, [before, atMs]);
			else if (before.length < mostOpen / 100) before.push(atMs);
		},
		finish(key, atMs) {
			const started = open.get(key);
			if (started === undefined) return undefined;
			if (typeof started === 'number') {
				open.delete(key);
				return sane(atMs - started);
			}
			const [first, ...rest] = started;
			const [only] = rest;
			if (rest.length === 1 && only !== undefined) open.set(key, only);
			else open.set(key, rest);
			return first === undefined ? undefined : sane(atMs - first);
		},
	};
}

/** Of a map or a set, what was added first. */
export function forgetOldest(kept: Map<string, unknown> | Set<string>): void {
	const { value } = kept.keys().next();
	if (value !== undefined) kept.delete(value);
}

/** A clock that was set back between the two lines gives no duration. */
function sane(ms: number): number | undefined {
	return ms >= 0 && ms < 86_400_000 ? ms : undefined;
}
