import type { TimedValues } from '../../../components/charts/resample.ts';

/** The present of all golden drawings. */
export const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5);

/** One sample every `everyMs`, the last one now. */
export function timed(values: readonly number[], everyMs = 1000): TimedValues {
	const times = values.map((_, index) => nowMs - (values.length - 1 - index) * everyMs);
	return { times, values };
}

const wave = (index: number) => Math.sin(index / 8);
const of = (count: number, value: (index: number) => number) =>
	Array.from({ length: count }, (_, index) => value(index));

/** What charts and sparklines are tried on. */
export const series = {
	ramp: of(120, (index) => index),
	constant: of(60, () => 1140),
	spike: of(120, (index) => (index === 40 ? 250 : 20 + 3 * wave(index))),
	gap: of(120, (index) => (index > 40 && index < 70 ? Number.NaN : 20 + 3 * wave(index))),
	NaN: of(30, () => Number.NaN),
	negative: of(120, (index) => -30 - 30 * wave(index)),
	huge: of(120, (index) => 9e15 + 2e15 * wave(index)),
	tiny: of(120, (index) => 2e-5 + 1e-5 * wave(index)),
	'one sample': [42],
	alternating: of(120, (index) => index % 2),
	'counter reset': of(120, (index) => (index < 60 ? 5000 + 10 * index : 10 * (index - 60))),
	'10,000 samples': of(10_000, (index) => (index === 7777 ? 900 : 100 + 10 * wave(index / 60))),
} as const;
