import { fitsOf } from '../domain/fits.ts';
import type { Fits } from '../domain/fits.ts';
import { readingSchema } from './snapshot.ts';
import type { Reading } from './snapshot.ts';

/** Made at the first reading: a screen is painted before. */
let fits: Fits | undefined;

/** The value itself, once it fits the schema. zod says what is wrong, and has the last word. Throws `ZodError`. */
export function validReading(value: unknown): Reading {
	fits ??= fitsOf(readingSchema);
	// What fits is a reading: the check is made from its schema.
	return fits(value) ? (value as Reading) : readingSchema.parse(value);
}
