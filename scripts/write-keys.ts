import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { keysTable } from './keys-table.ts';

const readme = fileURLToPath(new URL('../readme.md', import.meta.url));
const marked = /(<!-- keys: [^>]*-->\n)[^]*?(<!-- \/keys -->)/;

writeFileSync(
	readme,
	readFileSync(readme, 'utf8').replace(
		marked,
		(_all, open: string, close: string) => `${open}\n${keysTable()}\n\n${close}`,
	),
);
