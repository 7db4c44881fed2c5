import * as z from 'zod';

/** The plain values that the parts of the snapshot are made of; the rules stand in snapshot.ts. */
export const text = z.string();
export const time = z.iso.datetime();
export const amount = z.number().nonnegative();
export const ratio = z.number().nonnegative();
export const count = z.int().nonnegative();
/** A whole number that may pass 2^53, when it is a decimal string. */
export const integer = z.union([z.int().nonnegative(), z.string().regex(/^\d+$/)]);
/** A network's own identifier: a number where the network counts, a name where it names. */
export const identifier = z.union([z.int().nonnegative(), z.string()]);
export const kind = z.string().regex(/^[a-z]+$/);

/** A whole number; a decimal string past 2^53. */
export type Integer = z.infer<typeof integer>;
