type Defined<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

/** The fields that have a value: an absent field is not the same as an undefined one. */
export function defined<Fields extends object>(fields: Fields): Defined<Fields> {
	const kept: Partial<Fields> = {};
	for (const name in fields) if (fields[name] !== undefined) kept[name] = fields[name];
	// The same keys with the same values, without those that are undefined.
	return kept as Defined<Fields>;
}

/** The same; `undefined` when no field has a value. */
export function definedOrNone<Fields extends object>(fields: Fields): Defined<Fields> | undefined {
	const kept = defined(fields);
	return Object.keys(kept).length === 0 ? undefined : kept;
}
