import { stripControls } from '../domain/clean.ts';
import type { NodeSnapshot, SnapshotDocument } from '../sections/snapshot.ts';

type Cell = string | number | undefined;

const heading = [
	'node',
	'satellite',
	'period',
	'basis',
	'storageUsd',
	'egressUsd',
	'repairUsd',
	'auditUsd',
	'totalUsd',
	'heldUsd',
	'returnedUsd',
	'paidUsd',
	'storageUsdPerTbMonth',
	'egressUsdPerTb',
	'repairUsdPerTb',
	'auditUsdPerTb',
	'priceFrom',
	'accountedAt',
];

/**
 * What storage nodes earned, for the books: this month a row for each day and satellite, before that a row
 * for each month. `basis` says what a row is: `reported` usage at the stated prices, an `estimated` day
 * (not over, or filled in by the node), or `accounted` by the satellite.
 */
export function toEarningsCsv({ nodes }: SnapshotDocument): string {
	const rows = nodes.flatMap((node) => [...daysOf(node), ...monthsOf(node)]);
	return [heading, ...rows].map((row) => `${row.map(escaped).join(',')}\r\n`).join('');
}

function pricesOf({ earnings }: NodeSnapshot): Cell[] {
	const { storageUsd, egressUsd, repairUsd, auditUsd, from } = earnings?.prices ?? {};
	return [storageUsd, egressUsd, repairUsd, auditUsd, from];
}

function daysOf(node: NodeSnapshot): Cell[][] {
	return (node.earnings?.days ?? []).map(
		({ satellite, day, basis, storageUsd, egressUsd, repairUsd, auditUsd }) => {
			const parts = [storageUsd, egressUsd, repairUsd, auditUsd];
			const total = parts.reduce<number>((sum, part) => sum + (part ?? 0), 0);
			const nothing = [undefined, undefined, undefined];
			const head = [node.target.name, satellite, day, basis];
			return [...head, ...[...parts, total].map(money), ...nothing, ...pricesOf(node)];
		},
	);
}

function monthsOf(node: NodeSnapshot): Cell[][] {
	return (node.earnings?.months ?? []).map((month) => {
		const { owedUsd, heldUsd, returnedUsd, distributedUsd, paidUsd = distributedUsd } = month;
		const total = owedUsd === undefined ? undefined : owedUsd + (heldUsd ?? 0);
		const head = [node.target.name, month.satellite, month.month, 'accounted'];
		const sums = [total, heldUsd, returnedUsd, paidUsd].map(money);
		const parts = [undefined, undefined, undefined, undefined];
		// A satellite's account states no prices.
		return [...head, ...parts, ...sums, ...parts, undefined, month.createdAt];
	});
}

/** Enough digits that a sum of days is exact to the cent. */
function money(usd: number | undefined): string | undefined {
	return usd?.toFixed(6);
}

/** RFC 4180; a text that a spreadsheet would take for a formula gets an apostrophe. */
function escaped(cell: Cell): string {
	if (cell === undefined) return '';
	const text = stripControls(String(cell));
	const plain = typeof cell === 'string' && /^[=+\-@\t]/.test(text) ? `'${text}` : text;
	return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
