import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { schemaId } from '../source/sections/schema-id.ts';
import { documentSchema } from '../source/sections/snapshot.ts';

/** The committed JSON Schema of the snapshot. */
export const schemaPath = fileURLToPath(new URL('../docs/snapshot.schema.json', import.meta.url));

/** The JSON Schema as it follows from the zod schema; a test compares it with the committed file. */
export function schemaText(): string {
	const schema = z.toJSONSchema(documentSchema, { target: 'draft-2020-12' });
	return `${JSON.stringify({ title: schemaId, ...schema }, undefined, '\t')}\n`;
}
