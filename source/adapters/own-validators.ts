/** Tells which validators are one's own, by id or name, in any case of letters. */
export function ownValidators(
	mine: readonly string[] = [],
): (...names: readonly (string | undefined)[]) => boolean {
	const own = new Set(mine.map(normal));
	return (...names) => names.some((name) => name !== undefined && own.has(normal(name)));
}

/** Hexadecimal is written with and without `0x`. */
function normal(name: string): string {
	return name.trim().toLowerCase().replace(/^0x/, '');
}
