type Said<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

/** The fields that the node filled: what is undefined is left out, for absent is not the same. */
export function said<Fields extends object>(fields: Fields): Said<Fields> {
	const filled = Object.entries(fields).filter(([, value]) => value !== undefined);
	// Entries lose the names' types; only undefined values were taken out.
	return Object.fromEntries(filled) as Said<Fields>;
}

/** As `said`; `undefined` when nothing is left. */
export function saidAny<Fields extends object>(fields: Fields): Said<Fields> | undefined {
	const filled = said(fields);
	return Object.keys(filled).length === 0 ? undefined : filled;
}

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
