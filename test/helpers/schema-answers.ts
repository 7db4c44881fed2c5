import * as z from 'zod';
import { configJsonSchema } from '../../source/app/configuration.ts';
import { documentSchema } from '../../source/sections/snapshot.ts';

const values: readonly unknown[] = [
	undefined,
	null,
	'',
	'ab',
	'abc',
	'a@b.example',
	'2026-01-02T03:04:05Z',
	7,
	-1,
	1.5,
	true,
	[],
	['a', 'a'],
	{},
	{ a: 'abc' },
	{ a: 'abc', b: 7 },
	{ kind: 'text', text: 'abc' },
	{ kind: 'number', number: 7 },
	{ name: 'x', parts: [{ name: 'y' }, { name: 1 }] },
];

interface Tree {
	readonly name: string;
	readonly parts?: readonly Tree[] | undefined;
}

/** Two schemas of each kind, as the first is made in another way; some are the base of others. */
function makeSchemas(): readonly z.ZodType[] {
	const text = z.string();
	const short = text.min(1).max(2);
	const told = z.string().describe('a text').min(3);
	const object = z.object({ a: z.string(), b: z.number().optional() });
	const strict = z.strictObject({ a: told, b: z.int().nonnegative() });
	const tree: z.ZodType<Tree> = z.object({
		name: z.string(),
		get parts() {
			return z.array(tree).optional();
		},
	});
	const variants = [
		z.strictObject({ kind: z.literal('text'), text: told }),
		z.strictObject({ kind: z.literal('number'), number: z.number() }),
	] as const;
	return [
		text,
		short,
		told,
		told.optional(),
		short.nullable(),
		told.meta({ title: 'T' }),
		z.number(),
		z.number().min(2),
		z.int(),
		z.int().max(3).describe('a number'),
		object,
		object.extend({ c: z.boolean().default(true) }),
		object.partial(),
		strict,
		strict.pick({ a: true }),
		strict.partial().refine(({ a }) => a !== 'abc', 'not abc'),
		z.array(short),
		z.array(told).min(1),
		z.record(z.string(), short),
		z.unknown(),
		z.enum(['ab', 'abc']),
		z.enum(['7']),
		z.union([short, z.number()]),
		z.boolean(),
		z.discriminatedUnion('kind', variants),
		z.record(short, z.unknown()),
		tree,
		z.email(),
		z.email().optional(),
		z.iso.datetime(),
		z.iso.datetime().nullable(),
		told.transform((value) => value.length),
		told.pipe(z.enum(['abc'])),
		short.catch('c'),
		z.string().superRefine((value, context) => {
			if (value === 'ab') context.addIssue({ code: 'custom', message: 'not ab' });
		}),
	];
}

/** Everything that a schema says of values and of itself, to compare with what the bundle's schemas say. */
export function schemaAnswers(): unknown {
	const schemas = makeSchemas();
	return {
		document: z.toJSONSchema(documentSchema),
		config: configJsonSchema(),
		schemas: schemas.map((schema) => ({
			values: values.map((value) => {
				const { success, data, error } = schema.safeParse(value);
				return success ? { data } : { issues: error.issues };
			}),
			isText: schema instanceof z.ZodString,
			meta: schema.meta(),
			description: schema.description,
			isOptional: schema.isOptional(),
			type: schema.def.type,
		})),
	};
}

/** How many of the schemas are filled in before anyone has asked them. */
export function filledIn(): number {
	return makeSchemas().filter((schema) => Object.hasOwn(schema, '_zod')).length;
}
