import * as z from 'zod';
import { clean } from '../domain/clean.ts';
import { didYouMean } from './nearest.ts';

/** One mistake in a configuration: its place, what is wrong, and what to do, without any value. */
export interface ConfigProblem {
	/** As `profiles.home.nodes[2].intervalMs`; empty for the whole file. */
	readonly path: string;
	readonly message: string;
	readonly nextSteps: readonly string[];
}

type Issue = z.core.$ZodIssue;

/** Describes the schema's issues in words that show no value: it may be a secret. */
export function describeIssues(
	schema: z.ZodType,
	issues: readonly Issue[],
): readonly ConfigProblem[] {
	return issues.flatMap((issue) => describeIssue(schema, issue));
}

/** `profiles.home.nodes[2].url`; a key with other characters than a word's is quoted. */
function showPath(path: readonly PropertyKey[]): string {
	let shown = '';
	for (const part of path) {
		if (typeof part === 'number') shown += `[${part}]`;
		else {
			const name = clean(String(part), 60);
			const isWord = /^[\w$-]+$/.test(name);
			shown += isWord ? `${shown === '' ? '' : '.'}${name}` : `["${name}"]`;
		}
	}
	return shown;
}

function describeIssue(schema: z.ZodType, issue: Issue): readonly ConfigProblem[] {
	const path = showPath(issue.path);
	if (issue.code === 'unrecognized_keys') {
		const known = knownKeys(schemaAt(schema, issue.path));
		return issue.keys.map((key) => ({
			path: showPath([...issue.path, key]),
			message: 'unknown key',
			nextSteps: nextStepsForKey(key, known),
		}));
	}
	if (issue.code === 'invalid_key') {
		const inner = issue.issues[0]?.message ?? 'is no valid name';
		return [{ path, message: `the name ${inner}`, nextSteps: [] }];
	}
	return [{ path, message: messageOf(issue), nextSteps: [] }];
}

function nextStepsForKey(key: string, known: readonly string[]): readonly string[] {
	const guess = didYouMean(key, known);
	return guess.length > 0 ? guess : [`known keys: ${known.join(', ')}`];
}

const typeNames: Readonly<Record<string, string>> = {
	int: 'a whole number',
	number: 'a number',
	string: 'text in double quotes',
	boolean: 'true or false',
	array: 'a list in [ ]',
	object: 'an object in { }',
	record: 'an object in { }',
};

function messageOf(issue: Issue): string {
	switch (issue.code) {
		case 'invalid_type':
			return `expected ${typeNames[issue.expected] ?? issue.expected}`;
		case 'invalid_value':
			return `expected ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
		case 'too_small':
			return issue.origin === 'string' ? 'is empty' : `expected ${String(issue.minimum)} or more`;
		case 'too_big':
			return `expected ${String(issue.maximum)} or less`;
		default:
			return issue.message;
	}
}

/** The schema that stands at a path, through optionals, lists and records. */
function schemaAt(root: z.ZodType, path: readonly PropertyKey[]): z.ZodType | undefined {
	let schema: unknown = root;
	for (const part of path) {
		schema = unwrap(schema);
		if (schema instanceof z.ZodObject) schema = schema.shape[String(part)];
		else if (schema instanceof z.ZodRecord) schema = schema.valueType;
		else if (schema instanceof z.ZodArray) schema = schema.element;
		// The type is not known here, so any option that has the key will do.
		else if (schema instanceof z.ZodDiscriminatedUnion) schema = firstWith(schema, String(part));
		else return undefined;
	}
	const found = unwrap(schema);
	return found instanceof z.ZodType ? found : undefined;
}

function unwrap(schema: unknown): unknown {
	return schema instanceof z.ZodOptional ? unwrap(schema.unwrap()) : schema;
}

function firstWith(union: z.ZodDiscriminatedUnion, key: string): unknown {
	const options = union.options.filter((option) => option instanceof z.ZodObject);
	return options.find(({ shape }) => Object.hasOwn(shape, key))?.shape[key];
}

function knownKeys(schema: z.core.$ZodType | undefined): readonly string[] {
	if (schema instanceof z.ZodDiscriminatedUnion) {
		return [...new Set(schema.options.flatMap((option) => knownKeys(option)))];
	}
	return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}
