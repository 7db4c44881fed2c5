/** How many times each value occurs; `undefined` when there is none. */
export function tally(
	values: readonly (string | undefined)[],
): Readonly<Record<string, number>> | undefined {
	const counts = new Map<string, number>();
	for (const value of values) {
		if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
	}
	return counts.size === 0 ? undefined : Object.fromEntries(counts);
}
