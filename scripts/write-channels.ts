import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { channelsTable, policyTable } from './channels-table.ts';

const manual = fileURLToPath(new URL('../docs/channels.md', import.meta.url));
const tables = { kinds: channelsTable(), policy: policyTable() };

let text = readFileSync(manual, 'utf8');
for (const [name, table] of Object.entries(tables)) {
	const marked = new RegExp(`(<!-- ${name}: [^>]*-->\\n)[^]*?(<!-- /${name} -->)`);
	text = text.replace(
		marked,
		(_all, open: string, close: string) => `${open}\n${table}\n\n${close}`,
	);
}
writeFileSync(manual, text);
