/** How much time the History screen shows, the shortest first. */
export const historyRanges = [
	{ name: '15m', ms: 15 * 60_000 },
	{ name: '1h', ms: 3_600_000 },
	{ name: '6h', ms: 6 * 3_600_000 },
	{ name: '24h', ms: 86_400_000 },
	{ name: '7d', ms: 7 * 86_400_000 },
	{ name: '30d', ms: 30 * 86_400_000 },
	{ name: '1y', ms: 365 * 86_400_000 },
] as const;
export type HistoryRange = (typeof historyRanges)[number];

/** The earlier time that is drawn behind, and how far back it is. */
export const comparisons = {
	none: { title: '', ms: 0 },
	day: { title: 'the day before', ms: 86_400_000 },
	week: { title: 'the week before', ms: 7 * 86_400_000 },
} as const;
export type Comparison = keyof typeof comparisons;

const comparisonRing: readonly Comparison[] = ['none', 'day', 'week'];
const nodesRing = ['selected', 'listed', 'sum'] as const;

/** What keys change on the History screen. */
export interface HistoryView {
	/** The numbers that are drawn, in the order in which they were chosen. */
	readonly metrics: readonly string[];
	/** The number at which the list's cursor stands; the first one drawn before it is moved. */
	readonly cursor: string | undefined;
	readonly range: HistoryRange['name'];
	/** How far before the moment the right end is, in ms. */
	readonly backMs: number;
	readonly compare: Comparison;
	/** The selected node, every node that the filter lets through, or these added up. */
	readonly nodes: (typeof nodesRing)[number];
}

export type HistoryAction =
	| { readonly type: 'moveTo'; readonly cursor: string }
	| { readonly type: 'toggle'; readonly metric: string }
	| { readonly type: 'zoom'; readonly by: 1 | -1 }
	/** Half a range: forward, or back if negative. */
	| { readonly type: 'pan'; readonly by: 1 | -1 }
	| { readonly type: 'compare' }
	| { readonly type: 'nextNodes' };

export const initialHistory: HistoryView = {
	metrics: ['poll.latencyMs', 'finalized'],
	cursor: undefined,
	range: '15m',
	backMs: 0,
	compare: 'none',
	nodes: 'selected',
};

/** More charts than this are too flat to read. */
const mostMetrics = 4;

export function reduceHistory(view: HistoryView, action: HistoryAction): HistoryView {
	switch (action.type) {
		case 'moveTo':
			return { ...view, cursor: action.cursor };
		case 'toggle':
			return { ...view, metrics: toggled(view.metrics, action.metric) };
		case 'zoom': {
			const index = historyRanges.findIndex(({ name }) => name === view.range) + action.by;
			return { ...view, range: historyRanges[index]?.name ?? view.range };
		}
		case 'pan': {
			const backMs = view.backMs - (action.by * rangeMsOf(view)) / 2;
			return { ...view, backMs: Math.max(0, backMs) };
		}
		case 'compare':
			return { ...view, compare: next(comparisonRing, view.compare) };
		case 'nextNodes':
			return { ...view, nodes: next(nodesRing, view.nodes) };
	}
}

export function rangeMsOf({ range }: HistoryView): number {
	return historyRanges.find(({ name }) => name === range)?.ms ?? historyRanges[0].ms;
}

/** Of too many, the one that was chosen first goes; one always stays. */
function toggled(metrics: readonly string[], metric: string): readonly string[] {
	if (!metrics.includes(metric)) return [...metrics, metric].slice(-mostMetrics);
	return metrics.length === 1 ? metrics : metrics.filter((each) => each !== metric);
}

function next<Each>(ring: readonly Each[], current: Each): Each {
	return ring[(ring.indexOf(current) + 1) % ring.length] ?? current;
}
