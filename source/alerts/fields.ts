/** What a path leads to. */
export type Scalar = string | number | boolean;

/**
 * Reads a path of a snapshot, such as `resources.cpuRatio`. Of alternatives, as in `a.b|c.d`, the first
 * that is there counts. `undefined` when nothing is: absent, null, empty text and NaN are all no value.
 * The values of a list, as in `network.messages[].dropped`, are added.
 */
export function readField(root: unknown, path: string): Scalar | undefined {
	for (const alternative of path.split('|')) {
		const found = readPath(root, alternative);
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
	for (const alternative of path.split('|')) {
		const [found] = walk(root, alternative.split('.'));
		if (Array.isArray(found)) return found.length;
		if (typeof found === 'object' && found !== null) return Object.keys(found).length;
	}
	return undefined;
}

function readPath(root: unknown, path: string): Scalar | undefined {
	const found = walk(root, path.split('.')).filter((value) => isScalar(value));
	if (!path.includes('[]')) return found[0];
	const numbers = found.map((value) => toNumber(value)).filter((value) => value !== undefined);
	return numbers.length === 0 ? undefined : numbers.reduce((sum, value) => sum + value, 0);
}

function walk(value: unknown, [step, ...rest]: readonly string[]): unknown[] {
	if (step === undefined) return [value];
	if (typeof value !== 'object' || value === null) return [];
	const isList = step.endsWith('[]');
	const name = isList ? step.slice(0, -2) : step;
	if (!Object.hasOwn(value, name)) return [];
	const next: unknown = Reflect.get(value, name);
	if (!isList) return walk(next, rest);
	return Array.isArray(next) ? next.flatMap((item) => walk(item, rest)) : [];
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
