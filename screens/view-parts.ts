/** Steps of the cursor over a whole window. */
export const cursorSteps = 120;

/** Back from the present and forward to it; past it there is no cursor. */
export function moveCursor(back: number | undefined, by: 1 | -1): number | undefined {
	const next = (back ?? -1) - by;
	return next < 0 ? undefined : Math.min(next, cursorSteps);
}

/** Puts all of them in, or takes them out when they are all in it. */
export function toggleAll(set: readonly string[], keys: readonly string[]): readonly string[] {
	const areAllIn = keys.every((key) => set.includes(key));
	const rest = set.filter((key) => !keys.includes(key));
	return areAllIn ? rest : [...rest, ...keys];
}

export function without(list: readonly string[], text: string): readonly string[] {
	return list.filter((each) => each !== text);
}
