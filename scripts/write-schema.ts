import { writeFileSync } from 'node:fs';
import { schemaText, schemaPath } from './schema-text.ts';

writeFileSync(schemaPath, schemaText());
process.stdout.write(`wrote ${schemaPath}\n`);
