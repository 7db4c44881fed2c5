import { barLines } from '../../components/charts/bars.ts';
import type { Bar } from '../../components/charts/bars.ts';
import type { Look } from '../../components/look.ts';
import { capitalise, formatNumber } from '../../source/domain/units.ts';
import type { LimitsOf } from '../../source/sections/limits.ts';
import { metrics } from '../../source/sections/metrics.ts';
import type { Metric, MetricName } from '../../source/sections/metrics.ts';
import type { NodeMoment } from '../../source/sections/moment.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import { checkValueText, wordsOf } from '../node/check-lines.ts';
import { isSilent } from '../node/silent.ts';

/** A number of a node, and how near it is to the value from which on something is said about it. */
interface Nearness {
	readonly node: string;
	readonly name: string;
	/** The value now, and its limit. */
	readonly text: string;
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

function nearnessesOf(node: NodeMoment, limitsOf: LimitsOf): Nearness[] {
	const { snapshot } = node;
	if (isSilent(snapshot)) return [];
	return [...ofRules(snapshot, limitsOf), ...ofChecks(snapshot)].filter(
		({ ratio }) => ratio >= leastRatio,
	);
}

/** Numbers that a rule compares with a limit: the nearest limit of each. */
function ofRules(snapshot: NodeSnapshot, limitsOf: LimitsOf): Nearness[] {
	const { name: node, kind } = snapshot.target;
	// Entries lose the names' types; they are the keys of `metrics`.
	return (Object.entries(metrics) as [MetricName, Metric][]).flatMap(([path, metric]) => {
		const { title, unit, precision } = metric;
		const limits = limitsOf(path, kind);
		const value = limits.length === 0 ? undefined : metric.read(snapshot);
		if (value === undefined) return [];
		const say = (each: number) => formatNumber(unit, each, precision);
		const [nearest] = limits
			.map(({ value: limit, severity }) => ({
				node,
				name: title,
				text: `${say(value)}, ${severity} at ${say(limit)}`,
				ratio: ratioOf(value, limit),
			}))
			.toSorted((a, b) => b.ratio - a.ratio);
		return nearest ? [nearest] : [];
	});
}

/** Numbers that the scheduled checks compare with a limit. */
function ofChecks({ target, health: { components = [] } }: NodeSnapshot): Nearness[] {
	return components.flatMap(({ checks }) =>
		checks.flatMap(({ values }) =>
			values.flatMap(({ name, value, unit, trouble, warning, critical }): Nearness[] => {
				const limit = warning ?? critical;
				if (limit === undefined || trouble === undefined) return [];
				const severity = warning === undefined ? 'critical' : 'warning';
				const say = (each: number) => checkValueText(unit, each);
				return [
					{
						node: target.name,
						name: capitalise(wordsOf(name)),
						text: `${say(value)}, ${severity} ${trouble} ${say(limit)}`,
						ratio: ratioOf(value, limit),
					},
				];
			}),
		),
	);
}

/** Whichever side of the limit is bad, nothing is wrong as yet: the way to it is what counts. */
function ratioOf(value: number, limit: number): number {
	const [low, high] = [Math.min(value, limit), Math.max(value, limit)];
	return low < 0 || high === 0 ? 0 : low / high;
}

function barOf({ node, name, text, ratio }: Nearness): Bar {
	return { label: `${node}  ${name}`, value: ratio, text };
}
