import type { LabelMatch } from './rule.ts';

/** Whether every label of `match` has the wanted text. `*` stands for any text. */
export function matches(match: LabelMatch, labels: Readonly<Record<string, string>>): boolean {
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
