import * as z from 'zod';
import { text } from '../domain/scalars.ts';
import { keptSamples, lastSamples, lastSampleTimes } from './samples.ts';
import type { SampleColumn, Samples } from './samples.ts';

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
		columns: [...samples.table.columns.keys()].map((name) => ({
			name,
			values: lastSamples(samples, name, keptSamples).map((value) =>
				Number.isFinite(value) ? value : null,
			),
		})),
	};
}

export function readSamples({ times, columns }: SamplesJson): Samples {
	const length = times.length;
	const read = columns.map(({ name, values }): readonly [string, SampleColumn] => {
		const from = length - values.length;
		const column = new Float64Array(length);
		column.set(
			values.map((value) => value ?? Number.NaN),
			from,
		);
		return [name, { values: column, from }];
	});
	const table = {
		times: Float64Array.from(times),
		columns: new Map(read),
		written: { rows: length },
	};
	return { table, length };
}
