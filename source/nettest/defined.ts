import { rounded } from './histogram.ts';

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

/** The fields that are there; numbers to the thousandth, for finer is noise. */
export function defined<T extends Readonly<Record<string, unknown>>>(fields: T): Defined<T> {
	const kept = Object.entries(fields)
		.filter(([, value]) => value !== undefined)
		.map(([key, value]) => [key, typeof value === 'number' ? rounded(value) : value]);
	// The same keys with the same values, but for those that are absent.
	return Object.fromEntries(kept) as Defined<T>;
}
