/** Limits how often one address may ask. */
export interface RateLimit {
	/** Counts a request; gives the seconds to wait where it is one too many. */
	readonly take: (address: string) => number | undefined;
}

export interface RateSettings {
	/** Requests at once. */
	readonly burst: number;
	readonly perSecond: number;
}

/** A hundred queries at once, and a page or a scraper of every second, are far from it. */
export const usualRate: RateSettings = { burst: 500, perSecond: 100 };
/** Wrong tokens: a person mistypes one, a guesser tries many. */
export const refusalRate: RateSettings = { burst: 20, perSecond: 0.2 };
const mostAddresses = 10_000;

/** A bucket of requests for each address, filled at a steady rate. The oldest addresses are forgotten. */
export function createRateLimit(
	{ burst, perSecond }: RateSettings,
	steadyNow: () => number,
): RateLimit {
	const buckets = new Map<string, { left: number; atMs: number }>();
	return {
		take(address) {
			const nowMs = steadyNow();
			const { left, atMs } = buckets.get(address) ?? { left: burst, atMs: nowMs };
			const filled = Math.min(burst, left + ((nowMs - atMs) / 1000) * perSecond);
			// Behind all others, so that the first is the one not seen for longest.
			buckets.delete(address);
			buckets.set(address, { left: Math.max(filled - 1, 0), atMs: nowMs });
			if (buckets.size > mostAddresses) buckets.delete(buckets.keys().next().value ?? '');
			return filled >= 1 ? undefined : Math.ceil((1 - filled) / perSecond);
		},
	};
}
