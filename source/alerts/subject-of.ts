import type { Labels } from './fingerprint.ts';

/** An alert's subject: `node`, `host`, `group`, `node/peer` or `node/satellite`. Empty for the fleet. */
export function subjectOf(labels: Labels = {}): string {
	const part = labels['satellite'] ?? labels['peer'];
	const whole = labels['node'] ?? labels['host'] ?? labels['group'] ?? '';
	return part === undefined ? whole : `${whole}/${part}`;
}
