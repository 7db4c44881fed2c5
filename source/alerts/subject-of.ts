import type { Labels } from './fingerprint.ts';

/** An alert's subject in one word: `node`, `group`, `node/peer` or `node/satellite`. Empty for the fleet. */
export function subjectOf(labels: Labels = {}): string {
	const part = labels['satellite'] ?? labels['peer'];
	const whole = labels['node'] ?? labels['group'] ?? '';
	return part === undefined ? whole : `${whole}/${part}`;
}
