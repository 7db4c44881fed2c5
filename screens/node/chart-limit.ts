import type { Tone } from '../../source/domain/tone.ts';
import type { TimedValues } from '../../components/charts/resample.ts';
import type { Limit } from '../../source/sections/limits.ts';

/** The line of a limit in a chart. */
export interface ChartLimit {
	readonly value: number;
	readonly tone: Tone;
}

/** A limit further away than this many times what the values moved would only make them flat. */
const reach = 1;
/** Of a value that hardly moves, so much of it is near. */
const nearRatio = 0.5;

/** The limit that the values came nearest to, where it is near enough to be drawn with them. */
export function nearLimit(
	limits: readonly Limit[],
	{ values }: Pick<TimedValues, 'values'>,
): ChartLimit | undefined {
	const known = values.filter((value) => Number.isFinite(value));
	if (limits.length === 0 || known.length === 0) return undefined;
	const low = known.reduce((least, value) => Math.min(least, value));
	const high = known.reduce((most, value) => Math.max(most, value));
	const near = Math.max((high - low) * reach, nearRatio * Math.max(Math.abs(low), Math.abs(high)));
	const distanceTo = ({ value }: Limit) => Math.max(low - value, value - high, 0);
	const [nearest] = limits.toSorted((a, b) => distanceTo(a) - distanceTo(b));
	if (!nearest || distanceTo(nearest) > near) return undefined;
	return { value: nearest.value, tone: nearest.severity === 'critical' ? 'bad' : 'warn' };
}
