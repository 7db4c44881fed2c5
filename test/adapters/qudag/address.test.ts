import { describe, expect, it } from 'vitest';
import { parseAddress, showAddress } from '../../../source/adapters/qudag/address.ts';

describe('parseAddress', () => {
	it.each([
		['tcp://node.example:8900', { transport: 'tcp', host: 'node.example', port: 8900 }],
		['tcp://[::1]:9090', { transport: 'tcp', host: '::1', port: 9090 }],
		['tcp://127.0.0.1', { transport: 'tcp', host: '127.0.0.1', port: 9090 }],
		['unix:/run/qudag.sock', { transport: 'unix', path: '/run/qudag.sock' }],
		['unix:///run/a b.sock', { transport: 'unix', path: '/run/a b.sock' }],
		['unix:', undefined],
		['tcp://', undefined],
		['ws://127.0.0.1:1', undefined],
		['nonsense', undefined],
	])('%s', (url, address) => {
		expect(parseAddress(url)).toEqual(address);
	});

	it('takes http and https as they are', () => {
		expect(parseAddress('https://node.example/x?y')).toEqual({
			transport: 'http',
			url: new URL('https://node.example/x?y'),
		});
	});
});

describe('showAddress', () => {
	it('puts IPv6 in brackets and names a socket by its path', () => {
		expect(showAddress({ transport: 'tcp', host: '::1', port: 9 })).toBe('[::1]:9');
		expect(showAddress({ transport: 'tcp', host: 'a.b', port: 9 })).toBe('a.b:9');
		expect(showAddress({ transport: 'unix', path: '/run/x' })).toBe('/run/x');
	});
});
