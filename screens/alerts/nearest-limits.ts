import { barLines } from '../../components/charts/bars.ts';
import type { Bar } from '../../components/charts/bars.ts';
import type { Look } from '../../components/look.ts';
import { formatNumber } from '../../source/domain/units.ts';
import type { Limit, LimitsOf } from '../../source/sections/limits.ts';
import { metrics } from '../../source/sections/metrics.ts';
import type { Metric, MetricName } from '../../source/sections/metrics.ts';
import type { NodeMoment } from '../../source/sections/moment.ts';

/** A number of a node, and how near it is to the value from which on a rule alerts. */
interface Nearness {
	readonly node: string;
	readonly metric: Metric;
	readonly value: number;
	readonly limit: Limit;
	/** 1 at the limit, 0 far from it. */
	readonly ratio: number;
}

/** Bars longer than this say no more. */
const mostWidth = 130;
/** Of what is far from its limit nobody needs to know. */
const leastRatio = 0.02;

/** A bar for each number that is nearest to a limit, the nearest first: as long as the way that it has gone. */
export function nearestLimitLines(
	look: Look,
	nodes: readonly NodeMoment[],
	limitsOf: LimitsOf,
	{ width, height }: { readonly width: number; readonly height: number },
): string[] {
	const nearest = nodes
		.flatMap((node) => nearnessesOf(node, limitsOf))
		.toSorted((a, b) => b.ratio - a.ratio)
		.slice(0, Math.max(0, height));
	const most = Math.min(width, mostWidth);
	const blank = ' '.repeat(width - most);
	return barLines(look, nearest.map(barOf), most, 1).map((text) => text + blank);
}

function nearnessesOf({ snapshot }: NodeMoment, limitsOf: LimitsOf): Nearness[] {
	const { name, kind } = snapshot.target;
	if (snapshot.poll.status === 'failed') return [];
	// Entries lose the names' types; they are the keys of `metrics`.
	return (Object.entries(metrics) as [MetricName, Metric][]).flatMap(([path, metric]) => {
		const limits = limitsOf(path, kind);
		const value = limits.length === 0 ? undefined : metric.read(snapshot);
		if (value === undefined) return [];
		const [nearest] = limits
			.map((limit) => ({ node: name, metric, value, limit, ratio: ratioOf(value, limit.value) }))
			.toSorted((a, b) => b.ratio - a.ratio);
		return nearest && nearest.ratio >= leastRatio ? [nearest] : [];
	});
}

/** Whichever side of the limit is bad, nothing is wrong as yet: the way to it is what counts. */
function ratioOf(value: number, limit: number): number {
	const [low, high] = [Math.min(value, limit), Math.max(value, limit)];
	return low < 0 || high === 0 ? 0 : low / high;
}

function barOf({ node, metric, value, limit, ratio }: Nearness): Bar {
	const { title, unit, precision } = metric;
	return {
		label: `${node}  ${title}`,
		value: ratio,
		text: `${formatNumber(unit, value, precision)}, ${limit.severity} at ${formatNumber(unit, limit.value, precision)}`,
	};
}
