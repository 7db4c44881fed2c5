import { clean } from '../domain/clean.ts';

const maxNameLength = 64;

/** What is wrong with the name of a node, group or tag; `undefined` when nothing is. */
export function nameProblem(name: string): string | undefined {
	if (name === '') return 'is empty';
	if (name.length > maxNameLength) return `is longer than ${maxNameLength} characters`;
	if (clean(name) !== name) return 'holds characters that cannot be shown, or blanks at its ends';
	// Node specs split at the first "=", and NODETOP_NODES at commas.
	return /[=,]/.test(name) ? 'may not hold "=" or ","' : undefined;
}
