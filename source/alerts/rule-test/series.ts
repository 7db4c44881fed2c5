/** One sample of a series; `undefined` is a poll without the value. */
export type Sample = string | number | boolean | undefined;

/** A mistake in a test, and its place in the file. */
export class RuleTestMistake extends Error {
	override readonly name = 'RuleTestMistake';
	readonly where: string;

	constructor(where: string, problem: string) {
		super(problem);
		this.where = where;
	}
}

const token =
	/^(?:(?<number>-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)(?<growth>[+-]\d+(?:\.\d+)?(?:e[+-]?\d+)?)?|'(?<quoted>[^']*)'|(?<absent>_)|(?<word>[A-Za-z][A-Za-z._:-]*?))(?:x(?<times>\d+))?$/;
const maxSamples = 100_000;

/**
 * Expands a series as promtool's unit tests write it (Prometheus, docs/configuration/unit_testing_rules.md):
 * `a+bxn` is a, a+b, … a+n·b, so n + 1 samples; `axn` is a, n + 1 times; `_` is no sample and `_xn` are
 * n; `stale` is no sample either. Beside numbers there are words and 'quoted text', repeated like
 * numbers. Throws `RuleTestMistake`.
 */
export function expandSeries(text: string, where: string): Sample[] {
	const samples: Sample[] = [];
	// Blanks within quotes belong to the text.
	for (const word of text.match(/(?:'[^']*'|\S)+/g) ?? []) {
		samples.push(...expandToken(word, where));
		if (samples.length > maxSamples) {
			throw new RuleTestMistake(where, `has more than ${maxSamples} samples`);
		}
	}
	if (samples.length === 0) throw new RuleTestMistake(where, 'is an empty series');
	return samples;
}

function expandToken(text: string, where: string): Sample[] {
	const { number, growth, quoted, absent, word, times } = token.exec(text)?.groups ?? {};
	const repeats = Number(times ?? 0);
	if (repeats > maxSamples) throw new RuleTestMistake(where, `"${text}" repeats too often`);
	if (absent !== undefined) return Array.from({ length: Math.max(repeats, 1) }, () => undefined);
	if (number !== undefined) {
		const step = Number(growth ?? 0);
		return Array.from({ length: repeats + 1 }, (_, index) => exact(Number(number) + index * step));
	}
	const value = quoted ?? word;
	if (value === undefined) {
		throw new RuleTestMistake(
			where,
			`"${text}" is not a sample: write 5, 0+10x5, _x3, stale, activex3 or 'any text'x3`,
		);
	}
	return Array.from({ length: repeats + 1 }, () => meaning(value, quoted !== undefined));
}

/** Rounds so that 0.1 + 0.2 is 0.3. */
function exact(value: number): number {
	return Number(value.toPrecision(15));
}

function meaning(word: string, isQuoted: boolean): Sample {
	if (isQuoted) return word;
	if (word === 'stale') return undefined;
	return word === 'true' || word === 'false' ? word === 'true' : word;
}

/** The sample of a poll. After its end a series keeps its last sample. */
export function sampleAt<Value>(samples: readonly Value[], index: number): Value | undefined {
	return samples[Math.min(index, samples.length - 1)];
}

const unitMs: Readonly<Record<string, number>> = {
	ms: 1,
	s: 1000,
	m: 60_000,
	h: 3_600_000,
	d: 86_400_000,
};

/** The form of a time or a span in a test: `90s`, `1h30m`, `0s`; with `-` in front it is negative. */
export const spanPattern = /^-?(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/;

/** A span in ms; `text` matches `spanPattern`. */
export function readSpan(text: string): number {
	const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g)];
	const sum = parts.reduce(
		(total, [, digits, unit = 's']) => total + Number(digits) * (unitMs[unit] ?? 0),
		0,
	);
	return Math.round(text.startsWith('-') ? -sum : sum);
}

/** Writes a span in its one canonical form: `1h30m`. */
export function writeSpan(ms: number): string {
	if (ms === 0) return '0s';
	let rest = Math.abs(ms);
	const parts = (['d', 'h', 'm', 's', 'ms'] as const).map((unit) => {
		const each = unitMs[unit] ?? 1;
		const count = Math.floor(rest / each);
		rest -= count * each;
		return count === 0 ? '' : `${count}${unit}`;
	});
	return `${ms < 0 ? '-' : ''}${parts.join('')}`;
}
