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
 * Parses a command's arguments. Values stay text: who reads them validates them. Throws `UserError`
 * for an unknown flag (with the nearest known one), a flag without its value, a switch with one, and
 * a single flag given twice. `--help` and `--version` are the caller's.
 *
 * meow 14.1 prints and ends the process itself on an unknown flag, and where unknown flags are
 * allowed it drops `--metrics_url U`, `--INTERVAL 2`, `--interval -` and a missing value without a
 * word. So the words are checked first, and meow gets only spellings that it reads without surprises.
 */
export async function parseFlags<const Specs extends FlagSpecs>(
	argv: readonly string[],
	specs: Specs,
): Promise<ParsedFlags<Specs>> {
	const { words, rest } = readWords(argv, specs);
	checkWords(words, specs);
	const parsed =
		words.length === 0 ? { flags: {}, input: rest } : await askMeow(words, rest, specs);
	const flags = Object.entries(specs).map(([name, spec]) => {
		const given: unknown = Object.entries(parsed.flags).find(([key]) => key === name)?.[1];
		const values: readonly unknown[] = Array.isArray(given) ? given : [];
		return [name, spec.isMultiple === true ? values : values.at(-1)];
	});
	return {
		// The words were checked against the specification: each value has its flag's type.
		flags: Object.fromEntries(flags) as ParsedFlags<Specs>['flags'],
		input: parsed.input,
	};
}

/** Loading meow takes as long as starting Node: only for a command line that has flags. */
async function askMeow(
	words: readonly Word[],
	rest: readonly string[],
	specs: FlagSpecs,
): Promise<{ readonly flags: object; readonly input: readonly string[] }> {
	const { default: meow } = await import('meow');
	return meow({
		importMeta: import.meta,
		argv: [...words.flatMap(unambiguous), '--', ...rest],
		// Without it meow looks for a package.json on disk, and it names the process after it.
		pkg: { name: 'nodetop' },
		description: false,
		autoHelp: false,
		autoVersion: false,
		booleanDefault: undefined,
		flags: Object.fromEntries(
			Object.entries(specs).map(([name, spec]) => [name, { ...spec, isMultiple: true }]),
		),
	});
}

interface Word {
	/** As written, without the value: `--interval`, `-i`, `--no-probe`. */
	readonly written: string;
	readonly name: string | undefined;
	readonly value: string | undefined;
}

/** Every flag before `--`, in order, each with its value; and the rest: what is no flag. */
function readWords(
	argv: readonly string[],
	specs: FlagSpecs,
): { readonly words: readonly Word[]; readonly rest: readonly string[] } {
	const words: Word[] = [];
	const rest: string[] = [];
	for (let index = 0; index < argv.length; index += 1) {
		const text = argv[index] ?? '';
		if (text === '--') return { words, rest: [...rest, ...argv.slice(index + 1)] };
		if (!looksLikeFlag(text)) {
			rest.push(text);
			continue;
		}
		const equals = text.indexOf('=');
		const written = equals < 0 ? text : text.slice(0, equals);
		const name = findFlag(written, specs);
		let value = equals < 0 ? undefined : text.slice(equals + 1);
		const takesValue = name !== undefined && specs[name]?.type === 'string';
		const next = argv[index + 1];
		if (takesValue && value === undefined && next !== undefined && !looksLikeFlag(next)) {
			value = next;
			index += 1;
		}
		words.push({ written, name, value });
	}
	return { words, rest };
}

/** With `=` only where it is needed, for meow strips quotes behind it. */
function unambiguous({ written, name = '', value }: Word): readonly string[] {
	if (value === undefined) return [written];
	return value.startsWith('-') ? [`${longName(name)}=${value}`] : [longName(name), value];
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

/** A negative number is a value, so that its own error can say what it should be. */
function looksLikeFlag(text: string): boolean {
	return text.startsWith('-') && text !== '-' && !/^-\.?\d/.test(text);
}

function checkWords(words: readonly Word[], specs: FlagSpecs): void {
	const given = new Set<string>();
	for (const { written, name, value } of words) {
		if (name === undefined) throw unknownFlag(written, specs);
		const spec = specs[name];
		if (spec?.type === 'boolean') {
			if (value === undefined) continue;
			throw new UserError(`${written} takes no value`, {
				nextSteps: [`write ${longName(name)} or ${negatedName(name)}`],
			});
		}
		if (value === undefined || value === '') {
			throw new UserError(`${written} needs a value`, {
				nextSteps: [`write ${written} VALUE, or ${longName(name)}=VALUE if it starts with a dash`],
			});
		}
		if (given.has(name) && spec?.isMultiple !== true) {
			throw new UserError(`${longName(name)} is given twice`, {
				nextSteps: ['leave one of them out'],
			});
		}
		given.add(name);
	}
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
