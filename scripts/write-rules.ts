import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findingsManual } from './findings-table.ts';
import { rulesTable } from './rules-table.ts';

const manual = fileURLToPath(new URL('../docs/alerts.md', import.meta.url));
const marked = /(<!-- rules: [^>]*-->\n)[^]*?(<!-- \/rules -->)/;

writeFileSync(
	manual,
	readFileSync(manual, 'utf8').replace(
		marked,
		(_all, open: string, close: string) => `${open}\n${rulesTable()}\n\n${close}`,
	),
);

writeFileSync(fileURLToPath(new URL('../docs/findings.md', import.meta.url)), findingsManual());
