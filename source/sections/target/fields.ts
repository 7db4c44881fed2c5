import type * as z from 'zod';
import type { Fields } from '../field.ts';
import type { targetSchema } from './schema.ts';

export const fields = {
	name: { label: 'Name', unit: 'text', priority: 1, csv: ['name', 1] },
	kind: { label: 'Kind', unit: 'text', priority: 1, csv: ['kind', 2] },
	url: { label: 'Address', unit: 'text', priority: 1, csv: ['url', 3] },
	group: { label: 'Group', unit: 'text', priority: 2, csv: ['group', 4] },
} as const satisfies Fields<z.infer<typeof targetSchema>>;
