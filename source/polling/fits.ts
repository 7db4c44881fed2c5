import type * as z from 'zod';

/** Whether a value fits. */
export type Fits = (value: unknown) => boolean;

/**
 * Makes of a schema a look at a value that makes no copy of it: zod builds everything anew to say that
 * nothing is wrong with it. True is sure: the schema takes the value. False is not, for what is not
 * known here fits nothing: then the schema itself is to be asked, and says what is wrong.
 */
export function fitting(schema: z.core.$ZodType): Fits {
	// The union of all the kinds of schema that zod has, which its base class does not tell apart.
	const known = schema as z.core.$ZodTypes;
	const { def } = insideOf(known);
	switch (def.type) {
		case 'optional': {
			const fits = fitting(def.innerType);
			return (value) => value === undefined || fits(value);
		}
		case 'object':
			return fittingObject(def);
		case 'array': {
			const fits = fitting(def.element);
			return def.checks ? never : (value) => Array.isArray(value) && value.every(fits);
		}
		case 'record':
			return fittingRecord(def);
		case 'union': {
			const options = def.options.map(fitting);
			return (value) => options.some((fits) => fits(value));
		}
		case 'enum':
		case 'literal': {
			const values = new Set<unknown>(
				def.type === 'enum' ? Object.values(def.entries) : def.values,
			);
			return (value) => values.has(value);
		}
		case 'boolean':
			return def.coerce === true ? never : (value) => typeof value === 'boolean';
		case 'string':
			return def.coerce === true
				? never
				: withChecks(known as z.core.$ZodString, (value) => typeof value === 'string');
		case 'number':
			return def.coerce === true ? never : withChecks(known as z.core.$ZodNumber, Number.isFinite);
		default:
			return never;
	}
}

/** What zod offers to those who build on its schemas (zod.dev/library-authors). */
function insideOf<Schema extends { readonly _zod: unknown }>({
	_zod: inside,
}: Schema): Schema['_zod'] {
	return inside;
}

const never: Fits = () => false;

function fittingObject({ shape, catchall, checks }: z.core.$ZodObjectDef): Fits {
	if (checks || (catchall && insideOf(catchall).def.type !== 'never')) return never;
	const isStrict = catchall !== undefined;
	const fields = Object.entries(shape).map(([name, field]) => ({ name, fits: fitting(field) }));
	return (value) => {
		if (!isObject(value)) return false;
		for (const { name, fits } of fields) if (!fits(value[name])) return false;
		if (isStrict) for (const name in value) if (!Object.hasOwn(shape, name)) return false;
		return true;
	};
}

function fittingRecord({ keyType, valueType, checks }: z.core.$ZodRecordDef): Fits {
	const { def } = insideOf(keyType as z.core.$ZodTypes);
	if (checks || def.type !== 'string' || def.checks) return never;
	const fits = fitting(valueType);
	return (value) => {
		if (!isObject(value) || Object.getPrototypeOf(value) !== Object.prototype) return false;
		for (const name in value) if (name === '__proto__' || !fits(value[name])) return false;
		return true;
	};
}

/** The definitions of all checks that zod has. */
type CheckDef = z.core.$ZodChecks['_zod']['def'];

/** A format is a check that is a schema as well; others hang on one. */
function withChecks(schema: z.core.$ZodString | z.core.$ZodNumber, isOfType: Fits): Fits {
	const { def, traits } = insideOf(schema);
	const checks: readonly z.core.$ZodCheck[] = def.checks ?? [];
	// Each is one of zod's own; what another's would be called is not known below, and fits nothing.
	const defs = checks.map((check) => insideOf(check).def as CheckDef);
	const own = traits.has('$ZodCheck') ? [def as unknown as CheckDef] : [];
	const [first = isOfType, second, ...others] = [...own, ...defs].map(fittingCheck);
	if (others.length > 0) return never;
	if (second === undefined) return (value) => isOfType(value) && first(value);
	return (value) => isOfType(value) && first(value) && second(value);
}

function fittingCheck(def: CheckDef): Fits {
	if (def.when) return never;
	switch (def.check) {
		case 'number_format':
			return def.format === 'safeint' ? Number.isSafeInteger : never;
		case 'greater_than': {
			const { value: least, inclusive } = def;
			if (typeof least !== 'number') return never;
			return (value) => typeof value === 'number' && (inclusive ? value >= least : value > least);
		}
		case 'string_format': {
			const { pattern } = def;
			if (!pattern || pattern.global || pattern.sticky) return never;
			return (value) => typeof value === 'string' && pattern.test(value);
		}
		default:
			return never;
	}
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
