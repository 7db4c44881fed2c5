import type { Labels } from './fingerprint.ts';

/** What an alert is about, in one word: a node or a group, and what of it. Empty for all nodes together. */
export function subjectOf(labels: Labels = {}): string {
	const part = labels['satellite'] ?? labels['peer'];
	const whole = labels['node'] ?? labels['group'] ?? '';
	return part === undefined ? whole : `${whole}/${part}`;
}
