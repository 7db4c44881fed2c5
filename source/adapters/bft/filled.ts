type Filled<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

/** The fields that have a value: what is undefined is left out, for absent is not the same. */
export function filled<Fields extends object>(fields: Fields): Filled<Fields> {
	const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
	// Entries lose the names' types; only undefined values were taken out.
	return Object.fromEntries(entries) as Filled<Fields>;
}

/** As `filled`; `undefined` when nothing is left. */
export function filledAny<Fields extends object>(fields: Fields): Filled<Fields> | undefined {
	const left = filled(fields);
	return Object.keys(left).length === 0 ? undefined : left;
}
