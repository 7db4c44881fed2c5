import { RE2JS } from 're2js';
import { clean } from '../../domain/clean.ts';
import { UserError } from '../../domain/errors.ts';

const longestPattern = 1000;

/**
 * A pattern as RE2 reads it. RE2 needs time in proportion to the text, whatever the pattern: no pattern can hang
 * nodetop. Plain text is looked for without it. Throws `UserError` for a pattern that RE2 refuses.
 */
export function toMatcher(pattern: string, ignoresCase: boolean): (text: string) => boolean {
	if (pattern.length > longestPattern)
		throw new UserError(`--grep: a pattern has at most ${longestPattern} characters`);
	if (!ignoresCase && /^[\w \-:=/,@#%&~"'<>;]*$/.test(pattern))
		return (text) => text.includes(pattern);
	const compiled = compile(pattern, ignoresCase);
	return (text) => compiled.test(text);
}

function compile(pattern: string, ignoresCase: boolean): RE2JS {
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
