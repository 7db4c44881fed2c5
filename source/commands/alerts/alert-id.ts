import { didYouMean } from '../../config/nearest.ts';
import { clean } from '../../domain/clean.ts';
import { UserError } from '../../domain/errors.ts';

const leastLength = 6;

/** The beginning of each id that distinguishes it from the others: all of one length, 6 at least. */
export function shortIds(ids: Iterable<string>): ReadonlyMap<string, string> {
	const all = [...new Set(ids)];
	const longest = Math.max(leastLength, ...all.map((id) => id.length));
	for (let length = leastLength; length < longest; length += 1) {
		const cut = new Map(all.map((id) => [id, id.slice(0, length)]));
		if (new Set(cut.values()).size === all.length) return cut;
	}
	return new Map(all.map((id) => [id, id]));
}

/**
 * The one id that begins with what was typed. `say` describes in a few words what an id stands for. Throws
 * `UserError` with the nearest ones when none or several begin so.
 */
export function findId(
	typed: string,
	ids: Iterable<string>,
	{ what, say }: { readonly what: string; readonly say: (id: string) => string },
): string {
	const all = [...new Set(ids)];
	const short = shortIds(all);
	const wanted = typed.toLowerCase();
	const found = wanted === '' ? [] : all.filter((id) => id.startsWith(wanted));
	const [first] = found;
	if (first !== undefined && (found.length === 1 || first === wanted)) return first;
	const shown = clean(typed, 40);
	if (found.length > 1) {
		throw new UserError(`"${shown}" begins the ids of ${found.length} ${what}s`, {
			nextSteps: found.slice(0, 5).map((id) => `${short.get(id)}: ${say(id)}`),
		});
	}
	throw new UserError(`there is no ${what} "${shown}"`, {
		nextSteps: [
			...didYouMean(wanted.slice(0, leastLength + 2), [...short.values()]),
			...(all.length === 0
				? [`there is no ${what} at all`]
				: all.slice(0, 5).map((id) => `${short.get(id)}: ${say(id)}`)),
		],
	});
}
