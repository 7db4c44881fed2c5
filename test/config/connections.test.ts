import { expect, test } from 'vitest';
import { settleProxy, unusedProxyOf } from '../../source/config/connections.ts';

const env = {
	HTTPS_PROXY: 'http://p:1',
	NO_PROXY: 'internal.example, .corp, 192.0.2.1,h.example:8443',
};

test.each([
	['https://node.example', 'HTTPS_PROXY'],
	['http://node.example', 'HTTPS_PROXY'],
	['wss://node.example', 'HTTPS_PROXY'],
	['https://internal.example', undefined],
	['https://a.internal.example', undefined],
	['https://notinternal.example', 'HTTPS_PROXY'],
	['https://a.corp', undefined],
	['https://192.0.2.1', undefined],
	['https://h.example:8443', undefined],
	['https://h.example', 'HTTPS_PROXY'],
	['http://127.0.0.1:8545', undefined],
	['http://localhost:8545', undefined],
	['unix:/run/x', undefined],
	['tcp://node.example:1', undefined],
])('%s would go through %s', (url, wanted) => {
	expect(unusedProxyOf(url, env)).toBe(wanted);
});

test('without a proxy of the environment there is none to name', () => {
	expect(unusedProxyOf('https://node.example', { HTTPS_PROXY: '' })).toBeUndefined();
	expect(
		unusedProxyOf('https://node.example', { HTTPS_PROXY: 'x', NO_PROXY: '*' }),
	).toBeUndefined();
	expect(unusedProxyOf('tcp://node.example:1', { all_proxy: 'x' })).toBe('all_proxy');
});

test('a proxy from the environment is read, and a wrong one is not shown', () => {
	expect(settleProxy('${P}', 'nodes[0].proxy', { P: 'socks5://h:9050' })).toMatchObject({
		host: 'h',
		port: 9050,
	});
	expect(() => settleProxy('${P}', 'nodes[0].proxy', { P: 'secret-word' })).toThrow(
		/^nodes\[0\]\.proxy: a proxy is written/,
	);
});
