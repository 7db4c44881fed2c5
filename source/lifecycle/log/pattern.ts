import type { RE2JS } from 're2js';
import { clean } from '../../domain/clean.ts';
import { UserError } from '../../domain/errors.ts';
import type { LogFilter } from './query.ts';

const longestPattern = 1000;

/**
 * The filter of a pattern, as RE2 reads it. RE2 needs time in proportion to the text, whatever the pattern: no pattern
 * can hang nodetop. Plain text is looked for without it. Rejects with `UserError` for a pattern that RE2 refuses.
 */
export async function readPattern(
	pattern: string,
	ignoresCase: boolean,
): Promise<Pick<LogFilter, 'contains' | 'matches'>> {
	if (pattern.length > longestPattern)
		throw new UserError(`--grep: a pattern has at most ${longestPattern} characters`);
	if (!ignoresCase && !/[\\.+*?()|[\]{}^$]/.test(pattern)) return { contains: pattern };
	const compiled = await compile(pattern, ignoresCase);
	const contains = ignoresCase ? undefined : requiredText(pattern);
	return { matches: (text) => compiled.test(text), contains };
}

/** A part of a pattern: an escape, a class, or one sign. */
const part =
	/\\(?:[xpP]\{[^}]*\}|x..|[pP].|[0-7]{1,3}|.)|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]|./suy;
/** How often the part before it is there. */
const repeat = /(?:([*?])|(\+)|\{(\d+)(?:,\d*)?\})\??/y;

/**
 * The longest text that every match holds, letter for letter: lines without it are not even decoded. Undefined where the
 * pattern has alternatives, flags or quoted text, or demands no letter.
 */
function requiredText(pattern: string): string | undefined {
	if (/\||\(\?|\\Q/.test(pattern)) return undefined;
	const runs = [''];
	let depth = 0;
	for (let at = 0; at < pattern.length;) {
		const [token = ''] = matchAt(part, pattern, at) ?? [];
		if (token === '') return undefined;
		const times = matchAt(repeat, pattern, at + token.length);
		at += token.length + (times?.[0].length ?? 0);
		if (token === '(') depth += 1;
		if (token === ')') depth -= 1;
		const letter = depth === 0 ? letterOf(token) : undefined;
		const isThere = times?.[1] === undefined && Number(times?.[3] ?? 1) > 0;
		if (letter !== undefined && isThere) runs.push(`${runs.pop() ?? ''}${letter}`);
		if (letter === undefined || times) runs.push('');
	}
	const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '');
	return longest === '' ? undefined : longest;
}

function matchAt(sticky: RegExp, text: string, at: number): RegExpExecArray | null {
	sticky.lastIndex = at;
	return sticky.exec(text);
}

/** The sign that a part stands for; undefined for one that stands for several, or for a place. */
function letterOf(token: string): string | undefined {
	const escaped = /^\\([^A-Za-z0-9])$/su.exec(token)?.[1];
	if (escaped !== undefined) return escaped;
	return /^[\\[(){.^$*+?]/.test(token) ? undefined : token;
}

async function compile(pattern: string, ignoresCase: boolean): Promise<RE2JS> {
	// 5 MB of memory that plain text does not need.
	const { RE2JS } = await import('re2js');
	try {
		return RE2JS.compile(pattern, ignoresCase ? RE2JS.CASE_INSENSITIVE : 0);
	} catch (error) {
		const why = error instanceof Error ? clean(error.message, 120) : '';
		throw new UserError(`--grep: "${clean(pattern, 60)}" is no pattern: ${why}`, {
			nextSteps: [
				'it is read as RE2 does: no backreferences and no look-ahead',
				String.raw`put a backslash before a sign that stands for itself: \( \[ \* \+ \?`,
			],
		});
	}
}
