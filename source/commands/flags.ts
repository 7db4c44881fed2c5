import { didYouMean } from '../config/nearest.ts';
import { clean } from '../domain/clean.ts';
import { UserError } from '../domain/errors.ts';

/** One flag; its name in the specification is camelCase, on the command line it is kebab-case. */
interface FlagSpec {
	readonly type: 'string' | 'boolean';
	/** One letter, for `-i 2s`. */
	readonly shortFlag?: string;
	/** May be given several times; its value is a list, empty when it was not given. */
	readonly isMultiple?: boolean;
}

type FlagSpecs = Readonly<Record<string, FlagSpec>>;

type FlagValue<Spec extends FlagSpec> = Spec extends { readonly isMultiple: true }
	? readonly string[]
	: Spec extends { readonly type: 'string' }
		? string | undefined
		: boolean | undefined;

export interface ParsedFlags<Specs extends FlagSpecs> {
	/** Every flag of the specification; `undefined` when it was not given, `false` for `--no-NAME`. */
	readonly flags: { readonly [Name in keyof Specs]: FlagValue<Specs[Name]> };
	/** What is no flag, and everything behind `--`. */
	readonly input: readonly string[];
}

/**
 * Parses a command's arguments with meow. Values stay text: the command validates them. Throws
 * `UserError` for an unknown flag (with the nearest known one), a flag without its value, a switch with
 * one, and a single flag given twice. `--help` and `--version` are the caller's.
 *
 * meow 14.1 ends the process itself at an unknown flag, and when unknown flags are allowed it takes
 * `--metrics_url` for `--metricsUrl` and drops the value, or drops a missing value without a word. So
 * spellings are checked before it, and the number of its values after it (docs/decisions/0007-packages.md).
 */
export async function parseFlags<const Specs extends FlagSpecs>(
	argv: readonly string[],
	specs: Specs,
): Promise<ParsedFlags<Specs>> {
	const { words, given } = checkSpellings(argv, specs);
	const parsed = given.size === 0 ? withoutFlags(words) : await runMeow(words, specs);
	const flags = Object.entries(specs).map(([name, spec]) => {
		const found: unknown = Object.entries(parsed.flags).find(([key]) => key === name)?.[1];
		const values: readonly unknown[] = Array.isArray(found) ? found : [];
		checkValues(values, given.get(name) ?? [], spec);
		return [name, spec.isMultiple === true ? values : values.at(-1)];
	});
	return {
		// meow gives each value the type in the specification.
		flags: Object.fromEntries(flags) as ParsedFlags<Specs>['flags'],
		input: parsed.input,
	};
}

interface Parsed {
	readonly flags: object;
	readonly input: readonly string[];
}

function withoutFlags(words: readonly string[]): Parsed {
	const separator = words.indexOf('--');
	return { flags: {}, input: separator < 0 ? words : words.toSpliced(separator, 1) };
}

/** Loading meow takes as long as starting Node: only for a command line that has flags. */
async function runMeow(words: readonly string[], specs: FlagSpecs): Promise<Parsed> {
	const { default: meow } = await import('meow');
	return meow({
		importMeta: import.meta,
		argv: words,
		// Without it meow looks for a package.json on disk, and it names the process after it.
		pkg: { name: 'nodetop' },
		description: false,
		autoHelp: false,
		autoVersion: false,
		booleanDefault: undefined,
		// A list of each, so that a flag given twice is seen.
		flags: Object.fromEntries(
			Object.entries(specs).map(([name, spec]) => [name, { ...spec, isMultiple: true }]),
		),
	});
}

interface Spelled {
	/** The arguments for meow. */
	readonly words: readonly string[];
	/** For each flag that was given, how it was written each time. */
	readonly given: ReadonlyMap<string, readonly string[]>;
}

/** Throws for a flag that is not known by exactly this spelling, and for a switch with a value. */
function checkSpellings(argv: readonly string[], specs: FlagSpecs): Spelled {
	const words: string[] = [];
	const given = new Map<string, string[]>();
	for (let index = 0; index < argv.length; index += 1) {
		const word = argv[index] ?? '';
		if (word === '--') return { words: [...words, ...argv.slice(index)], given };
		if (!word.startsWith('-') || word === '-' || isNumber(word)) {
			words.push(word);
			continue;
		}
		const equals = word.indexOf('=');
		const written = equals < 0 ? word : word.slice(0, equals);
		const name = findFlag(written, specs);
		if (name === undefined) throw unknownFlag(written, specs);
		given.set(name, [...(given.get(name) ?? []), written]);
		const next = argv[index + 1];
		if (specs[name]?.type === 'boolean') {
			if (equals >= 0) throw takesNoValue(written, name);
			// Otherwise meow takes a following node called "true" or "false" for its value.
			words.push(written === negatedName(name) ? written : `${written}=true`);
		} else if (equals < 0 && next !== undefined && isDashedValue(next)) {
			words.push(`${word}=${next}`);
			index += 1;
		} else words.push(word);
	}
	return { words, given };
}

/** A value that meow would take for a flag: `-`, or `-5s`, so that its own error can say what it should be. */
function isDashedValue(text: string): boolean {
	return text === '-' || /^-\.?\d/.test(text);
}

function isNumber(text: string): boolean {
	return /^-(?:\d+|\d*\.\d+)$/.test(text);
}

function checkValues(
	values: readonly unknown[],
	written: readonly string[],
	{ type, isMultiple }: FlagSpec,
): void {
	if (type === 'boolean') return;
	const shown = written.at(-1) ?? '';
	if (values.length < written.length || values.includes('')) {
		throw new UserError(`${shown} needs a value`, {
			nextSteps: [`write ${shown} VALUE, or ${shown}=VALUE if it starts with a dash`],
		});
	}
	if (values.length > 1 && isMultiple !== true) {
		throw new UserError(`${shown} is given twice`, { nextSteps: ['leave one of them out'] });
	}
}

function takesNoValue(written: string, name: string): UserError {
	return new UserError(`${written} takes no value`, {
		nextSteps: [`write ${longName(name)} or ${negatedName(name)}`],
	});
}

function findFlag(written: string, specs: FlagSpecs): string | undefined {
	return Object.keys(specs).find((name) => {
		const spec = specs[name];
		return (
			written === longName(name) ||
			(spec?.shortFlag !== undefined && written === `-${spec.shortFlag}`) ||
			(spec?.type === 'boolean' && written === negatedName(name))
		);
	});
}

function unknownFlag(written: string, specs: FlagSpecs): UserError {
	const known = Object.keys(specs).map((name) => longName(name));
	return new UserError(`unknown flag ${clean(written, 60)}`, {
		nextSteps: [
			...didYouMean(written.replace(/^-*/, '--'), known),
			known.length === 0 ? 'this command takes no flags' : `known flags: ${known.join(' ')}`,
		],
	});
}

function longName(name: string): string {
	return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function negatedName(name: string): string {
	return longName(name).replace('--', '--no-');
}
