import * as z from 'zod';

/** Whether a value fits a schema. */
export type Fits = (value: unknown) => boolean;

type Definition = z.core.$ZodTypes['_zod']['def'];
type OfType<Name extends Definition['type']> = Extract<Definition, { type: Name }>;

/**
 * A check that copies nothing, made once from a schema: zod makes a copy of all that it reads, and this is done
 * with each reading of each node. It says yes only where zod does. A no may be wrong, where a schema has
 * parts that are not known here: then zod is asked.
 */
export function fitsOf(schema: z.core.$ZodType): Fits {
	const def = definitionOf(schema);
	switch (def.type) {
		case 'boolean':
			return (value) => typeof value === 'boolean';
		case 'number':
			return fitsNumber(def);
		case 'string':
			return fitsString(def);
		case 'enum':
			return fitsEnum(def);
		case 'optional':
			return orElse(undefined, fitsOf(def.innerType));
		case 'nullable':
			return orElse(null, fitsOf(def.innerType));
		case 'union':
			return fitsUnion(def.options.map(fitsOf));
		case 'array':
			return fitsArray(def);
		case 'record':
			return fitsRecord(def);
		case 'object':
			return fitsObject(def);
		default:
			return never;
	}
}

/** What zod gives to those who read schemas: its name is fixed. */
function partsOf<Of extends { readonly _zod: unknown }>({ _zod: parts }: Of): Of['_zod'] {
	return parts;
}

function definitionOf(schema: z.core.$ZodType): Definition {
	// The union of all schemas that zod has; its definition says which one it is.
	return partsOf(schema as z.core.$ZodTypes).def;
}

const never: Fits = () => false;

function orElse(absent: null | undefined, fits: Fits): Fits {
	return (value) => value === absent || fits(value);
}

function fitsUnion(options: readonly Fits[]): Fits {
	return (value) => options.some((fits) => fits(value));
}

function fitsEnum({ entries }: OfType<'enum'>): Fits {
	const values = new Set<unknown>(Object.values(entries));
	// The entries of a numeric enum stand in both directions.
	return [...values].every((each) => typeof each === 'string')
		? (value) => values.has(value)
		: never;
}

/** The definitions of the checks that were added to a schema. */
function checksOf(def: Definition): z.core.$ZodChecks['_zod']['def'][] {
	// The union of all checks that zod has; its definition says which one it is.
	return (def.checks ?? []).map((check) => partsOf(check as z.core.$ZodChecks).def);
}

function fitsNumber(def: OfType<'number'>): Fits {
	const format = 'format' in def ? def.format : undefined;
	if (format !== undefined && format !== 'safeint') return never;
	let least = Number.NEGATIVE_INFINITY;
	for (const check of checksOf(def)) {
		if (check.check !== 'greater_than' || !check.inclusive) return never;
		if (typeof check.value !== 'number') return never;
		least = Math.max(least, check.value);
	}
	const isNumber = format === 'safeint' ? Number.isSafeInteger : Number.isFinite;
	return (value) => typeof value === 'number' && isNumber(value) && value >= least;
}

function fitsString(def: OfType<'string'>): Fits {
	const patterns: RegExp[] = [];
	// A time is a string with a format of its own.
	for (const each of 'format' in def ? [def, ...checksOf(def)] : checksOf(def)) {
		const { format, pattern } = each as Partial<z.core.$ZodStringFormatDef>;
		if (!pattern || (format !== 'regex' && format !== 'datetime')) return never;
		patterns.push(new RegExp(pattern.source, pattern.flags.replaceAll(/[gy]/g, '')));
	}
	const [pattern] = patterns;
	if (patterns.length > 1) return never;
	if (!pattern) return (value) => typeof value === 'string';
	return (value) => typeof value === 'string' && pattern.test(value);
}

function fitsArray(def: OfType<'array'>): Fits {
	const fits = fitsOf(def.element);
	let most = Number.POSITIVE_INFINITY;
	for (const check of checksOf(def)) {
		if (check.check !== 'max_length') return never;
		most = Math.min(most, check.maximum);
	}
	return (value) => {
		if (!Array.isArray(value) || value.length > most) return false;
		// By index: of each step of an iterator V8's middle compiler makes an object.
		for (let index = 0; index < value.length; index += 1) if (!fits(value[index])) return false;
		return true;
	};
}

function fitsRecord(def: OfType<'record'>): Fits {
	// Keys out of an enum must all be there.
	if (definitionOf(def.keyType).type !== 'string' || checksOf(def).length > 0) return never;
	const fitsKey = fitsOf(def.keyType);
	const fits = fitsOf(def.valueType);
	return (value) => {
		if (!isPlain(value)) return false;
		for (const key in value) if (!fitsKey(key) || !fits(value[key])) return false;
		return true;
	};
}

function fitsObject(def: OfType<'object'>): Fits {
	const isStrict = def.catchall !== undefined && definitionOf(def.catchall).type === 'never';
	if (!isStrict || checksOf(def).length > 0) return never;
	const { shape } = def;
	// Made when a value first has the field: a node reports a few of the sections that there are.
	const fields = new Map<string, Fits>();
	const fitsField = (name: string): Fits | undefined => {
		const field = Object.hasOwn(shape, name) ? shape[name] : undefined;
		if (!field) return undefined;
		const fits = fitsOf(field);
		fields.set(name, fits);
		return fits;
	};
	let required: readonly string[] | undefined;
	return (value) => {
		if (!isPlain(value)) return false;
		for (const key in value) {
			const fits = fields.get(key) ?? fitsField(key);
			if (!fits?.(value[key])) return false;
		}
		required ??= requiredIn(shape);
		for (let index = 0; index < required.length; index += 1) {
			if (!Object.hasOwn(value, required[index] ?? '')) return false;
		}
		return true;
	};
}

function requiredIn(shape: OfType<'object'>['shape']): readonly string[] {
	return Object.entries(shape)
		.filter(([, field]) => partsOf(field).optin !== 'optional')
		.map(([name]) => name);
}

/** What is written as `{…}`: nothing inherited, which zod looks at in its own way. */
function isPlain(value: unknown): value is Record<string, unknown> {
	return (
		typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
	);
}
