import { objectText } from '../picture.ts';
import type { Picture, Texts } from '../picture.ts';

/**
 * What makes one picture the next, as JSON: `{takenAt, nodes: [{name, set, unset}], removed, order, set, unset}`.
 * `set` replaces whole sections, `order` lists all names when nodes came, went or moved. `undefined` when
 * nothing changed but the time.
 */
export function deltaText(before: Picture, after: Picture): string | undefined {
	const nodes = [...after.nodes].flatMap(([name, { texts, snapshot }]) => {
		const known = before.nodes.get(name);
		if (known?.snapshot === snapshot) return [];
		const changes = changesOf(known?.texts ?? new Map(), texts);
		return changes.length === 0 ? [] : [objectText([['name', JSON.stringify(name)], ...changes])];
	});
	const removed = [...before.nodes.keys()].filter((name) => !after.nodes.has(name));
	const order = [...after.nodes.keys()];
	const isReordered = !isSame(order, [...before.nodes.keys()]);
	const parts: (readonly [string, string])[] = [
		...(nodes.length > 0 ? [['nodes', `[${nodes.join(',')}]`] as const] : []),
		...(removed.length > 0 ? [['removed', JSON.stringify(removed)] as const] : []),
		...(isReordered ? [['order', JSON.stringify(order)] as const] : []),
		...changesOf(before.rest, after.rest),
	];
	if (parts.length === 0) return undefined;
	return objectText([['takenAt', JSON.stringify(after.takenAt)], ...parts]);
}

function changesOf(before: Texts, after: Texts): (readonly [string, string])[] {
	const set = [...after].filter(([key, text]) => before.get(key) !== text);
	const unset = [...before.keys()].filter((key) => !after.has(key));
	return [
		...(set.length > 0 ? [['set', objectText(set)] as const] : []),
		...(unset.length > 0 ? [['unset', JSON.stringify(unset)] as const] : []),
	];
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
	return a.length === b.length && a.every((name, index) => name === b[index]);
}
