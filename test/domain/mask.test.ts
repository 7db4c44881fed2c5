import { describe, expect, it } from 'vitest';
import { createMask } from '../../source/domain/mask.ts';

const secret = 'S3cr3t/Token+"<é>&1';
const mask = createMask([secret, 'other-secret']);
if (!mask) throw new Error('there is something to mask');

describe('a secret', () => {
	const bytes = Buffer.from(secret, 'utf8');
	it.each([
		['plain', secret],
		['in JSON', JSON.stringify({ a: secret })],
		['in a URL', encodeURIComponent(secret)],
		['in HTML', 'S3cr3t/Token+&quot;&lt;é&gt;&amp;1'],
		['in upper case', secret.toUpperCase()],
		['in hex', bytes.toString('hex')],
		['in base64', bytes.toString('base64')],
		['in base64 for URLs', bytes.toString('base64url')],
		['behind a user in base64', Buffer.from(`user:${secret}`).toString('base64')],
		['in the middle of base64', Buffer.from(`a:${secret}:and more`).toString('base64')],
		['twice', `${secret} and ${secret}`],
	])('%s is masked', (_name, text) => {
		const masked = mask.text(`before ${text} after`);
		expect(masked).toContain('***');
		expect(masked).toMatch(/^before .* after$/);
		for (const part of [
			secret,
			'S3cr3t',
			's3cr3t',
			bytes.toString('hex'),
			bytes.toString('base64').slice(4, 16),
		])
			expect(masked).not.toContain(part);
	});

	it('that was cut off is masked as far as it is there', () => {
		expect(mask.text('url=other-sec…')).toBe('url=***…');
		expect(mask.text('another…')).toBe('another…');
	});

	it('is masked in every text of a value, and nothing else is copied', () => {
		const value = { a: [secret, 1, { [secret]: null }], b: { c: 'plain' } };
		const masked = mask.all(value);
		expect(masked).toEqual({ a: ['***', 1, { '***': null }], b: { c: 'plain' } });
		expect(masked.b).toBe(value.b);
	});
});

it('of less than four characters is none', () => {
	expect(createMask(['', 'abc'])).toBeUndefined();
	expect(createMask(['abc', 'abcd'])?.text('abc abcd')).toBe('abc ***');
});
