import type { Labels } from './fingerprint.ts';

/**
 * An alert's subject: `node`, `host`, `group`, `node/peer`, `node/satellite` or `group/validator`. Empty for
 * the fleet.
 */
export function subjectOf(labels: Labels = {}): string {
	const part = labels['satellite'] ?? labels['validator'] ?? labels['peer'];
	const whole = labels['node'] ?? labels['host'] ?? labels['group'] ?? '';
	return part === undefined ? whole : `${whole}/${part}`;
}
