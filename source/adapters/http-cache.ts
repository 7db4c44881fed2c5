import type { IncomingHttpHeaders } from 'node:http';

/** Notices that replies come from a cache in front of the node. */
export interface CacheWatch {
	/** Whether a reply is an old one. */
	see(url: string, headers: IncomingHttpHeaders): boolean;
	/** What showed that a reply is an old one, where the reply itself did not. */
	mark(sign: string): void;
	/** The sign of the last old reply since it was last taken. */
	takeSign(): string | undefined;
	/** The greatest age that `Age` gave since it was last taken, in seconds. */
	takeAge(): number | undefined;
}

/** The same date after this time is that of an older reply: servers date each one. */
const sameDateMs = 3000;
const mostAddresses = 64;

/**
 * By `Age` (RFC 9111, section 5.1), by the word of the cache (`X-Cache`, `CF-Cache-Status`), and by a
 * `Date` that stands still. A date that is old but moves is a wrong clock, and no cache.
 */
export function createCacheWatch(steadyNow: () => number = () => performance.now()): CacheWatch {
	const dates = new Map<string, { readonly date: string; readonly seenMs: number }>();
	let last: string | undefined;
	let oldest: number | undefined;

	function sign(url: string, headers: IncomingHttpHeaders): string | undefined {
		const age = Number(headers.age ?? 0);
		if (Number.isSafeInteger(age) && age > 0) {
			oldest = Math.max(oldest ?? 0, age);
			return `Age: ${age} s`;
		}
		for (const name of ['x-cache', 'cf-cache-status']) {
			if (/^(?:.* )?hit\b/i.test(String(headers[name] ?? ''))) return `${name}: hit`;
		}
		const { date } = headers;
		const before = dates.get(url);
		if (date === undefined) return undefined;
		if (before?.date === date)
			return steadyNow() - before.seenMs > sameDateMs ? `Date stands still at ${date}` : undefined;
		if (dates.size >= mostAddresses) dates.clear();
		dates.set(url, { date, seenMs: steadyNow() });
		return undefined;
	}

	function mark(found: string): void {
		last = found;
	}

	return {
		see(url, headers) {
			const found = sign(url, headers);
			if (found !== undefined) mark(found);
			return found !== undefined;
		},
		mark,
		takeSign() {
			const taken = last;
			last = undefined;
			return taken;
		},
		takeAge() {
			const taken = oldest;
			oldest = undefined;
			return taken;
		},
	};
}
