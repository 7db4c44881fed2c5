/** What a path leads to. */
export type Scalar = string | number | boolean;

/*
 * Paths are read a hundred times for every poll of every node: loops go by index, for V8's middle compiler
 * makes an object of each step of an iterator.
 */

/**
 * Reads a path of a snapshot, such as `resources.cpuRatio`. Of alternatives, as in `a.b|c.d`, the first
 * that is there counts. `undefined` when nothing is: absent, null, empty text and NaN are all no value.
 * The values of a list, as in `network.messages[].dropped`, are added.
 */
export function readField(root: unknown, path: string): Scalar | undefined {
	const alternatives = parse(path);
	for (let index = 0; index < alternatives.length; index++) {
		const alternative = alternatives[index];
		const found = alternative && readPath(root, alternative);
		if (found !== undefined) return found;
	}
	return undefined;
}

/** As `readField`, for a number; a whole number past 2^53 is its nearest double, true is 1. */
export function readNumber(root: unknown, path: string): number | undefined {
	return toNumber(readField(root, path));
}

/** How many entries a list or a record has. */
export function countEntries(root: unknown, path: string): number | undefined {
	for (const { steps } of parse(path)) {
		const [found] = walk(root, steps, 0);
		if (Array.isArray(found)) return found.length;
		if (typeof found === 'object' && found !== null) return Object.keys(found).length;
	}
	return undefined;
}

/** The sections in which a path looks: the first names of its alternatives. */
export function sectionsOf(path: string): readonly string[] {
	return parse(path).flatMap(({ steps: [first] }) => (first === undefined ? [] : [first.name]));
}

/** Whether a path's section is there, if not what the path leads to. */
export function hasSection(root: unknown, path: string): boolean {
	return parse(path).some(({ steps }) => {
		const [first] = steps;
		return steps.length === 1 || (first !== undefined && child(root, first.name) !== undefined);
	});
}

interface Step {
	readonly name: string;
	readonly isList: boolean;
}

interface Path {
	readonly steps: readonly Step[];
	readonly hasList: boolean;
}

const parsed = new Map<string, readonly Path[]>();
const maxParsed = 2000;

/** The alternatives of a path. Each is read for every node at every poll, so it is parsed only once. */
function parse(path: string): readonly Path[] {
	const known = parsed.get(path);
	if (known) return known;
	const alternatives = path.split('|').map((alternative): Path => {
		const steps = alternative.split('.').map((step): Step => {
			const isList = step.endsWith('[]');
			return { name: isList ? step.slice(0, -2) : step, isList };
		});
		return { steps, hasList: steps.some(({ isList }) => isList) };
	});
	const readable = alternatives.filter(
		({ steps }) => !steps.some(({ name }) => inherited.has(name)),
	);
	if (parsed.size >= maxParsed) parsed.clear();
	parsed.set(path, readable);
	return readable;
}

function readPath(root: unknown, { steps, hasList }: Path): Scalar | undefined {
	if (!hasList) {
		let value = root;
		for (let index = 0; index < steps.length; index++) value = child(value, steps[index]?.name);
		return isScalar(value) ? value : undefined;
	}
	const numbers = walk(root, steps, 0)
		.map((value) => (isScalar(value) ? toNumber(value) : undefined))
		.filter((value) => value !== undefined);
	return numbers.length === 0 ? undefined : numbers.reduce((sum, value) => sum + value, 0);
}

function walk(value: unknown, steps: readonly Step[], from: number): unknown[] {
	const step = steps[from];
	if (step === undefined) return [value];
	const next = child(value, step.name);
	if (next === undefined) return [];
	if (!step.isList) return walk(next, steps, from + 1);
	return Array.isArray(next) ? next.flatMap((item) => walk(item, steps, from + 1)) : [];
}

/** What every object inherits is no field. */
const inherited: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

function child(value: unknown, name: string | undefined): unknown {
	if (typeof value !== 'object' || value === null || name === undefined) return undefined;
	// The names of paths are text: the compiler cannot know them.
	return (value as Readonly<Record<string, unknown>>)[name];
}

function isScalar(value: unknown): value is Scalar {
	if (typeof value === 'number') return Number.isFinite(value);
	return typeof value === 'boolean' || (typeof value === 'string' && value !== '');
}

function toNumber(value: Scalar | undefined): number | undefined {
	if (typeof value === 'boolean') return value ? 1 : 0;
	if (typeof value === 'string') return /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : undefined;
	return value;
}
