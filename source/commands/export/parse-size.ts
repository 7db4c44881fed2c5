import { clean } from '../../domain/clean.ts';
import { UserError } from '../../domain/errors.ts';

const unitBytes: Readonly<Record<string, number>> = { kb: 1e3, mb: 1e6, gb: 1e9 };
const leastBytes = 1000;
const mostBytes = 1e12;

/** A size as people write it: `500kB`, `10MB`, `1GB`. Throws `UserError` that starts with `where`. */
export function parseSize(text: string, where: string): number {
	const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)\s*([kmg]b)$/i.exec(text.trim()) ?? [];
	const bytes = Math.round(Number(digits) * (unitBytes[unit.toLowerCase()] ?? Number.NaN));
	if (bytes >= leastBytes && bytes <= mostBytes) return bytes;
	throw new UserError(`${where}: "${clean(text, 40)}" is not a size; use 500kB, 10MB or 1GB`);
}
