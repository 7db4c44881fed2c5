import { describe, expect, it } from 'vitest';
import { isLocal } from '../../source/domain/reach.ts';

describe('isLocal', () => {
	it.each([
		['http://127.0.0.1:8545', true],
		['http://localhost', true],
		['http://[::1]:80', true],
		['unix:/run/x.sock', true],
		['http://10.0.0.1', false],
		['http://127.0.0.1.example.com', false],
		['not a url', false],
	])('%s: %s', (url, expected) => {
		expect(isLocal(url)).toBe(expected);
	});
});
