/** A drawing, with everything it was made of but the time. */
interface Kept<Drawn> {
	readonly inputs: readonly unknown[];
	readonly drawn: Drawn;
}

/** The same samples stand in so many places at once. */
const mostKept = 4;

/**
 * What was last drawn of each subject: a list of values, a node. Several frames are drawn between two polls, and most
 * of what they show is the same in each. A poll makes new subjects: the old ones take their drawings with them.
 */
export class KeptDrawings<Drawn> {
	readonly #bySubject = new WeakMap<object, Kept<Drawn>[]>();

	/** The drawing that was made of the same inputs and is `current` still, or a new one. */
	take(
		subject: object,
		inputs: readonly unknown[],
		draw: () => Drawn,
		isCurrent: (drawn: Drawn) => boolean = () => true,
	): Drawn {
		const all = this.#bySubject.get(subject) ?? [];
		const known = all.find((each) => isSameList(each.inputs, inputs) && isCurrent(each.drawn));
		if (known) return known.drawn;
		const drawn = draw();
		this.#bySubject.set(subject, [{ inputs, drawn }, ...all].slice(0, mostKept));
		return drawn;
	}
}

function isSameList(a: readonly unknown[], b: readonly unknown[]): boolean {
	return a.length === b.length && a.every((each, index) => Object.is(each, b[index]));
}
