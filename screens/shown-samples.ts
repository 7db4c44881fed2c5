import { rateOf } from '../components/charts/resample.ts';
import type { TimedValues } from '../components/charts/resample.ts';
import { keptSamples, timedSamples } from '../source/sections/samples.ts';
import type { Samples } from '../source/sections/samples.ts';

const shown = new WeakMap<Samples, Map<string, TimedValues>>();

/** A node's kept samples of a number, or its rate: the same object in every frame until a poll adds one. */
export function shownSamples(samples: Samples, name: string): TimedValues {
	return readOnce(samples, name, () => timedSamples(samples, name, keptSamples));
}

/** How fast a counter grew, per second. */
export function shownRate(samples: Samples, name: string): TimedValues {
	return readOnce(samples, `${name} rate`, () => rateOf(shownSamples(samples, name)));
}

/** Polls. Fewer say nothing of whether a number moves: at start every chart would be taken for one of a constant. */
const fewestStill = 10;

/** Whether all samples since a time have one value, or there is none since then: a chart would show nothing. */
export function stoodStill({ times, values }: TimedValues, fromMs: number): boolean {
	let polls = 0;
	let value: number | undefined;
	for (let index = values.length - 1; index >= 0 && (times[index] ?? 0) >= fromMs; index--) {
		const each = values[index];
		polls += 1;
		if (each === undefined || !Number.isFinite(each)) continue;
		value ??= each;
		if (each !== value) return false;
	}
	return value === undefined ? values.length > 0 : polls >= fewestStill;
}

function readOnce(samples: Samples, name: string, read: () => TimedValues): TimedValues {
	const known = shown.get(samples) ?? new Map<string, TimedValues>();
	shown.set(samples, known);
	const values = known.get(name) ?? read();
	known.set(name, values);
	return values;
}
