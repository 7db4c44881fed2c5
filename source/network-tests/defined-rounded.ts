import { rounded } from './statistics/histogram.ts';

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

/** The fields that have a value, numbers to the thousandth: finer is noise. */
export function definedRounded<T extends object>(fields: T): Defined<T> {
	const kept = Object.entries(fields)
		.filter(([, value]) => value !== undefined)
		.map(([key, value]) => [key, typeof value === 'number' ? rounded(value) : value]);
	// The same keys with the same values, but for those that are absent.
	return Object.fromEntries(kept) as Defined<T>;
}
