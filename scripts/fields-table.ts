import { fileURLToPath } from 'node:url';
import { derived } from '../source/sections/derived.ts';
import type { DerivedNumber } from '../source/sections/derived.ts';
import type { AnyField } from '../source/sections/field.ts';
import { sectionEntries } from '../source/sections/registry.ts';

export const fieldsPath = fileURLToPath(new URL('../docs/fields.md', import.meta.url));

const heading = [
	'| field | label | unit | CSV column | sparkline | metric mapping | Prometheus |',
	'| --- | --- | --- | --- | --- | --- | --- |',
];

/** The table of all fields, as it follows from the sections; a test compares it with the committed file. */
export function fieldsText(): string {
	const tables = sectionEntries
		.filter(([, { fields }]) => Object.keys(fields).length > 0)
		.map(([name, { title, fields }]) => {
			const rows = Object.entries<AnyField>(fields).map(([path, field]) =>
				rowOf(name, path, field),
			);
			return [`## ${title}`, '', ...heading, ...rows].join('\n');
		});
	return `${[introduction, ...tables, derivedTable()].join('\n\n')}\n`;
}

const introduction = `# Fields of a node

Generated from \`source/sections\` by \`npm run fields\`; do not edit. A path such as \`network.peers\` is the name of the
field in JSON, in rules and in samples. An empty cell: the field is not there. Lists and records, such as
\`network.peerList\`, are in [snapshot.schema.json](snapshot.schema.json).`;

function rowOf(
	section: string,
	path: string,
	{ label, unit, csv, series, mapped, metric, infoLabel }: AnyField,
) {
	const full = `${section}.${path}`;
	const mapping = mapped && code(mapped.as ?? full);
	return cells([
		code(full),
		label,
		unit,
		csv && code(csv[0]),
		series && 'yes',
		mapping,
		metric ? code(metric) : infoLabel && `label ${code(infoLabel)}`,
	]);
}

function derivedTable(): string {
	const rows = Object.entries<DerivedNumber>(derived).map(
		([name, { label, unit, from, csv, series, metric }]) =>
			cells([code(name), label, unit, from, csv && code(csv[0]), series && 'yes', code(metric)]),
	);
	return [
		'## Derived numbers',
		'',
		'| name | label | unit | from | CSV column | sparkline | Prometheus |',
		'| --- | --- | --- | --- | --- | --- | --- |',
		...rows,
	].join('\n');
}

function code(text: string): string {
	return `\`${text}\``;
}

function cells(texts: readonly (string | undefined)[]): string {
	return `| ${texts.map((text) => text ?? '').join(' | ')} |`;
}
