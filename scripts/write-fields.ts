import { writeFileSync } from 'node:fs';
import { fieldsPath, fieldsText } from './fields-table.ts';

writeFileSync(fieldsPath, fieldsText());
process.stdout.write(`wrote ${fieldsPath}\n`);
