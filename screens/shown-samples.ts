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

function readOnce(samples: Samples, name: string, read: () => TimedValues): TimedValues {
	const known = shown.get(samples) ?? new Map<string, TimedValues>();
	shown.set(samples, known);
	const values = known.get(name) ?? read();
	known.set(name, values);
	return values;
}
