/** A drawing, with everything it was made of but the time. */
interface Kept<Drawn> {
	readonly inputs: readonly unknown[];
	readonly drawn: Drawn;
}

/** The same samples stand in so many places at once. */
const mostKept = 4;

/**
 * What was last drawn of each list of values. Several frames are drawn between two polls, and most of what they show
 * of the past is the same in each. New samples come as a new list: the old one takes its drawings with it.
 */
export class KeptDrawings<Drawn> {
	readonly #byValues = new WeakMap<readonly number[], Kept<Drawn>[]>();

	/** The drawing that was made of the same inputs and is `current` still, or a new one. */
	take(
		values: readonly number[],
		inputs: readonly unknown[],
		isCurrent: (drawn: Drawn) => boolean,
		draw: () => Drawn,
	): Drawn {
		const all = this.#byValues.get(values) ?? [];
		const known = all.find((each) => isSameList(each.inputs, inputs) && isCurrent(each.drawn));
		if (known) return known.drawn;
		const drawn = draw();
		this.#byValues.set(values, [{ inputs, drawn }, ...all].slice(0, mostKept));
		return drawn;
	}
}

function isSameList(a: readonly unknown[], b: readonly unknown[]): boolean {
	return a.length === b.length && a.every((each, index) => Object.is(each, b[index]));
}
