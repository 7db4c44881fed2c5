import { stripControls } from '../domain/clean.ts';
import { derived } from '../sections/derived.ts';
import type { DerivedNumber } from '../sections/derived.ts';
import type { AnyField } from '../sections/field.ts';
import { sectionEntries } from '../sections/registry.ts';
import type { NodeSnapshot, SnapshotDocument } from '../sections/snapshot.ts';
import { valueAt } from '../sections/value-at.ts';
import { worstIssue } from './issues.ts';

type Cell = string | number | boolean | undefined;
type Read = (node: NodeSnapshot, document: SnapshotDocument) => Cell;
interface Column {
	readonly name: string;
	/** Scripts rely on the order: a new column comes last. */
	readonly position: number;
	readonly read: Read;
}

/** What is no field of a section, and no derived number. */
const ofDocument: readonly Column[] = [
	{ name: 'issues', position: 38, read: ({ health }) => health.issues.length },
	{ name: 'worstIssue', position: 39, read: ({ health }) => worstIssue(health.issues)?.message },
	{ name: 'takenAt', position: 41, read: (_node, { takenAt }) => takenAt },
];

/**
 * Every field and derived number that names a column.
 *
 * - `latencyMs` is the poll's; `peerLatencyMs` is the median to the node's peers.
 * - `height` is empty for a node that has only a round or a view, which have columns of their own.
 * - `cpuRatio` is 1 for one core of a node, for all cores of a host.
 * - `issues` is how many; `worstIssue` is the message of the first of the gravest.
 */
const columns: readonly Column[] = [
	...columnsOfFields(),
	...columnsOfDerived(),
	...ofDocument,
].sort((a, b) => a.position - b.position);

function columnsOfFields(): Column[] {
	return sectionEntries.flatMap(([section, { fields }]) =>
		Object.entries<AnyField>(fields).flatMap(([path, { csv }]) => {
			if (!csv) return [];
			const [name, position] = csv;
			return [{ name, position, read: (node: NodeSnapshot) => valueAt(node[section], path) }];
		}),
	);
}

function columnsOfDerived(): Column[] {
	return Object.values<DerivedNumber>(derived).flatMap(({ csv, read }) =>
		csv ? [{ name: csv[0], position: csv[1], read }] : [],
	);
}

/** Names of the columns, in their order. */
export const csvColumns: readonly string[] = columns.map(({ name }) => name);

/**
 * CSV after RFC 4180: a heading, then one row a node, lines ended by CRLF. An empty cell is a value
 * that the node did not say. Text that a spreadsheet would run as a formula starts with `'`.
 */
export function toCsv(document: SnapshotDocument): string {
	const rows = document.nodes.map((node) =>
		columns.map(({ read }) => toCell(read(node, document))),
	);
	return [csvColumns, ...rows].map((cells) => `${cells.join(',')}\r\n`).join('');
}

/**
 * What makes a spreadsheet take a cell for a formula, after OWASP's page on CSV injection: the signs
 * in both widths, tab and carriage return. A quote in front makes it text.
 */
const formulaStart = /^[=+\-@\t\r\n＝＋－＠]/;

function toCell(value: Cell): string {
	if (typeof value !== 'string') return value === undefined ? '' : String(value);
	const harmless = stripControls(formulaStart.test(value) ? `'${value}` : value);
	return /[",]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
