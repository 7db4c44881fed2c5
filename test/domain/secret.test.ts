import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { maskUrl, Secret } from '../../source/domain/secret.ts';

describe('Secret', () => {
	it('is masked in every way of printing, and given only by reveal', () => {
		const secret = new Secret('hunter2');
		const printed = [
			String(secret),
			JSON.stringify({ secret }),
			inspect({ secret }),
			`a${String(secret)}`,
		];
		for (const text of printed) expect(text).not.toContain('hunter2');
		expect(secret.reveal()).toBe('hunter2');
	});
});

describe('maskUrl', () => {
	it.each([
		['http://127.0.0.1:8545', 'http://127.0.0.1:8545'],
		['http://user:pw@node:8545/x', 'http://***@node:8545/x'],
		['https://node/rpc?apikey=abc&block=latest', 'https://node/rpc?apikey=***&block=latest'],
		['unix:/run/qudag.sock', 'unix:/run/qudag.sock'],
		['//user:pw@host', '//***@host'],
	])('%s', (url, masked) => {
		expect(maskUrl(url)).toBe(masked);
	});
});
