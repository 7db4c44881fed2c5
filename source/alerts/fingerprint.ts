import { createHash } from 'node:crypto';

export type Labels = Readonly<Record<string, string>>;

/**
 * Identifies an alert by its rule and the labels of its subject, in any order; never by message or value.
 * 16 hexadecimal digits.
 */
export function fingerprintOf(rule: string, identity: Labels): string {
	const sorted = Object.entries(identity).toSorted(([a], [b]) => (a < b ? -1 : 1));
	return createHash('sha256')
		.update(JSON.stringify([rule, sorted]))
		.digest('hex')
		.slice(0, 16);
}
