import { createHash } from 'node:crypto';

export type Labels = Readonly<Record<string, string>>;

/**
 * What makes an alert the same alert: its rule and the labels that say what it is about, in any order.
 * Never its message or its value. 16 hexadecimal digits.
 */
export function fingerprintOf(rule: string, identity: Labels): string {
	const sorted = Object.entries(identity).toSorted(([a], [b]) => (a < b ? -1 : 1));
	return createHash('sha256')
		.update(JSON.stringify([rule, sorted]))
		.digest('hex')
		.slice(0, 16);
}
