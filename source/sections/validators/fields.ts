import type { AnyFields } from '../field.ts';

/** It holds one entry for each validator, and no value of the node as a whole. */
export const fields = {} as const satisfies AnyFields;
