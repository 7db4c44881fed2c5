import { expect, test } from 'vitest';
import { readProxy, showProxy } from '../../../source/domain/tunnel/proxy.ts';

const shown = (text: string) => {
	const read = readProxy(text);
	return 'problem' in read ? read.problem : showProxy(read);
};

test.each([
	['http://proxy.example', 'http://proxy.example:80'],
	['http://user:word@proxy.example:3128/', 'http://proxy.example:3128'],
	['https://proxy.example', 'https://proxy.example:443'],
	['socks5://[::1]', 'socks5://[::1]:1080'],
	['socks5h://127.0.0.1:9050', 'socks5://127.0.0.1:9050'],
])('%s is %s', (text, wanted) => {
	expect(shown(text)).toBe(wanted);
});

test('credentials are decoded, and never shown', () => {
	const read = readProxy('socks5://us%40er:p%3Aw@h:1');
	if ('problem' in read) throw new Error(read.problem);
	expect([read.user?.reveal(), read.password?.reveal()]).toEqual(['us@er', 'p:w']);
	expect(JSON.stringify(read)).not.toContain('p:w');
});

test.each([
	'proxy.example:3128',
	'ftp://h',
	'socks4://h',
	'http://',
	'http://h/path',
	'http://h?x',
	'',
])('%s is refused without being repeated', (text) => {
	const problem = shown(text);
	expect(problem).toMatch(/^a proxy is written http:\/\/HOST:PORT/);
	expect(problem).not.toMatch(/proxy\.example|ftp|socks4|path/);
});
