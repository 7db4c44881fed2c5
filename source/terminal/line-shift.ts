import { bytesOf, isSame } from './line-cells.ts';
import type { Cells } from './line-cells.ts';

/** Cells from `from` to before `to` that move by so many columns to the left; to the right where `by` is negative. */
export interface Shift {
	readonly from: number;
	readonly to: number;
	readonly by: number;
}

/** A chart moves by one column at a time, text by the digits that a number before it has gained or lost. */
const distances = [1, -1, 2, -2];
/** Two moves and two sequences take about as many bytes. */
const least = 18;
/** To go to a cell whose left neighbour is not written. */
const moveBytes = 4;

/** The shift that leaves least to write, if one is worth its own bytes. */
export function bestShift(shown: Cells, wanted: Cells): Shift | undefined {
	const costs = costsOf(shown, wanted);
	if (costs.reduce((sum, cost) => sum + cost, 0) <= least) return undefined;
	let best: (Shift & { readonly gain: number }) | undefined;
	for (const by of distances) {
		const found = bestStretch(shown, wanted, by, costs);
		if (found.gain > (best?.gain ?? least)) best = found;
	}
	return best;
}

/** Bytes that each cell takes to be written; 0 where it stays as it is. */
function costsOf(shown: Cells, wanted: Cells): number[] {
	let isBeside = false;
	return wanted.codes.map((_, column) => {
		const isWritten = !isSame(shown, column, wanted, column);
		const cost = isWritten ? bytesOf(wanted, column) + (isBeside ? 0 : moveBytes) : 0;
		isBeside = isWritten;
		return cost;
	});
}

/** The stretch of the row with the greatest sum of what its cells gain. */
function bestStretch(
	shown: Cells,
	wanted: Cells,
	by: number,
	costs: readonly number[],
): Shift & { readonly gain: number } {
	let best = { from: 0, to: 0, gain: 0 };
	let from = 0;
	let gain = 0;
	let isBeside = false;
	const last = Math.min(wanted.codes.length, wanted.codes.length - by);
	for (let column = Math.max(0, -by); column < last; column += 1) {
		if (gain <= 0) {
			from = column;
			gain = 0;
		}
		const isWritten = !isSame(shown, column + by, wanted, column);
		const cost = isWritten ? bytesOf(wanted, column) + (isBeside ? 0 : moveBytes) : 0;
		isBeside = isWritten;
		gain += (costs[column] ?? 0) - cost;
		if (gain > best.gain) best = { from, to: column + 1, gain };
	}
	// What comes in from the other side belongs to the stretch.
	return by > 0
		? { from: best.from, to: best.to + by, by, gain: best.gain }
		: { from: best.from + by, to: best.to, by, gain: best.gain };
}

/** What a row shows after the shift; blanks come in. */
export function applyShift({ codes, styles }: Cells, { from, to, by }: Shift): void {
	const count = Math.abs(by);
	const blanks = Array.from({ length: count }, () => 0x20);
	const noStyles = blanks.map(() => '');
	const at = by > 0 ? to - count : from;
	codes.splice(by > 0 ? from : to - count, count);
	styles.splice(by > 0 ? from : to - count, count);
	codes.splice(at, 0, ...blanks);
	styles.splice(at, 0, ...noStyles);
}
