/** How far charts and sparklines reach back, the shortest first. */
export const chartWindows = [
	{ name: '2m', ms: 2 * 60_000 },
	{ name: '15m', ms: 15 * 60_000 },
	{ name: '1h', ms: 60 * 60_000 },
	{ name: 'all', ms: Number.POSITIVE_INFINITY },
] as const;

export type ChartWindowName = (typeof chartWindows)[number]['name'];

/** The next wider window (1) or narrower one (−1); the last stays. */
export function stepWindow(name: ChartWindowName, by: 1 | -1): ChartWindowName {
	const index = chartWindows.findIndex((each) => each.name === name);
	return chartWindows[index + by]?.name ?? name;
}

export function windowMsOf({ window }: { readonly window: ChartWindowName }): number {
	return chartWindows.find(({ name }) => name === window)?.ms ?? Number.POSITIVE_INFINITY;
}
