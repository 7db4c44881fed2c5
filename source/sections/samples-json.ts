import * as z from 'zod';
import { text } from '../domain/scalars.ts';
import { keptSamples, lastSamples, lastSampleTimes, sampledNames, samplesFrom } from './samples.ts';
import type { Samples } from './samples.ts';

const mostColumns = 500;

/** The newest samples of a node. A column that is shorter than `times` began later. */
export const samplesJsonSchema = z
	.strictObject({
		times: z.array(z.number()).max(keptSamples).describe('When each row was polled, Unix ms'),
		columns: z
			.array(
				z.strictObject({
					name: text,
					values: z.array(z.number().nullable()).max(keptSamples).describe('null: a gap'),
				}),
			)
			.max(mostColumns),
	})
	.refine(({ times, columns }) => columns.every(({ values }) => values.length <= times.length), {
		error: 'a column is longer than its times',
	});

export type SamplesJson = z.infer<typeof samplesJsonSchema>;

export function writeSamples(samples: Samples): SamplesJson {
	return {
		times: lastSampleTimes(samples, keptSamples),
		columns: sampledNames(samples).map((name) => ({
			name,
			values: lastSamples(samples, name, keptSamples).map((value) =>
				Number.isFinite(value) ? value : null,
			),
		})),
	};
}

export function readSamples({ times, columns }: SamplesJson): Samples {
	const read = columns.map(({ name, values }): readonly [string, number[]] => [
		name,
		values.map((value) => value ?? Number.NaN),
	]);
	return samplesFrom(times, read);
}
