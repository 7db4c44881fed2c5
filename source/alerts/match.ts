import type { LabelMatch } from '../domain/rule.ts';
import type { Labels } from './fingerprint.ts';

/** Whether all labels named are as wanted. `*` stands for any text; every other character for itself. */
export function matches(match: LabelMatch, labels: Labels): boolean {
	return Object.entries(match).every(([name, glob]) => fits(glob, labels[name] ?? ''));
}

/** Without regular expressions: a pattern of the user's must not be able to run for ever. */
function fits(glob: string, text: string): boolean {
	const parts = glob.split('*');
	const [first = '', ...rest] = parts;
	const last = rest.pop();
	if (last === undefined) return text === glob;
	if (!text.startsWith(first) || text.length < first.length + last.length) return false;
	let from = first.length;
	const end = text.length - last.length;
	for (const part of rest) {
		const at = text.indexOf(part, from);
		if (at < 0 || at + part.length > end) return false;
		from = at + part.length;
	}
	return text.endsWith(last);
}
