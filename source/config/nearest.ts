/**
 * The candidate that a mistyped word most likely meant, by edit distance (insert, delete, replace,
 * swap of neighbours), upper and lower case alike; `undefined` when none is near: at most one edit
 * in three letters.
 */
function nearest(word: string, candidates: readonly string[]): string | undefined {
	let best: string | undefined;
	let bestDistance = Infinity;
	for (const candidate of candidates) {
		const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
		const allowed = Math.max(1, Math.floor(Math.max(word.length, candidate.length) / 3));
		if (distance <= allowed && distance < bestDistance) {
			best = candidate;
			bestDistance = distance;
		}
	}
	return best;
}

/** `did you mean intervalMs?` or nothing, as a list to spread into next steps. */
export function didYouMean(word: string, candidates: readonly string[], prefix = ''): string[] {
	const candidate = nearest(word, candidates);
	return candidate === undefined ? [] : [`did you mean ${prefix}${candidate}?`];
}

/** Optimal string alignment distance, over three rows. */
function editDistance(from: string, to: string): number {
	let older: number[] = [];
	let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
	for (let row = 1; row <= from.length; row += 1) {
		const current = [row];
		for (let column = 1; column <= to.length; column += 1) {
			const isSame = from[row - 1] === to[column - 1];
			let cost = Math.min(
				(previous[column] ?? 0) + 1,
				(current[column - 1] ?? 0) + 1,
				(previous[column - 1] ?? 0) + (isSame ? 0 : 1),
			);
			const isSwap =
				row > 1 &&
				column > 1 &&
				from[row - 1] === to[column - 2] &&
				from[row - 2] === to[column - 1];
			if (isSwap) cost = Math.min(cost, (older[column - 2] ?? 0) + 1);
			current.push(cost);
		}
		older = previous;
		previous = current;
	}
	return previous[to.length] ?? 0;
}
