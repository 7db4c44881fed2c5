import { describe, expect, it } from 'vitest';
import { applyEdit, diffLines, parseEdit, rowsOf } from '../../source/config/edit-line.ts';

const config = {
	theme: 'dark',
	profiles: {
		'my.net': {
			nodes: [{ name: 'a', url: 'http://a:1', tags: ['x', 'y'] }],
			rules: { 'peers-few': { threshold: 3 } },
		},
	},
};

describe('a configuration as lines', () => {
	it('has a line for every value, and each line changes what it names', () => {
		const rows = rowsOf(config);
		expect(rows).toEqual([
			{ path: 'theme', value: 'dark' },
			{ path: 'profiles["my.net"].nodes[0].name', value: 'a' },
			{ path: 'profiles["my.net"].nodes[0].url', value: 'http://a:1' },
			{ path: 'profiles["my.net"].nodes[0].tags', value: '["x","y"]' },
			{ path: 'profiles["my.net"].rules.peers-few.threshold', value: '3' },
		]);
		for (const { path, value } of rows) {
			expect(applyEdit(config, parseEdit(`${path} = ${value}`))).toEqual(config);
		}
	});

	it.each([
		['theme = light', { theme: 'light' }],
		['theme =', {}],
		['intervalMs = 500', { theme: 'dark', intervalMs: 500 }],
		['a.b[0].c = true', { theme: 'dark', a: { b: [{ c: true }] } }],
		['a = {"b": [1]}', { theme: 'dark', a: { b: [1] } }],
		['url = http://x/?a=b', { theme: 'dark', url: 'http://x/?a=b' }],
	])('%s', (line, expected) => {
		const before = { theme: 'dark' };
		expect(applyEdit(before, parseEdit(line))).toEqual(expected);
		expect(before).toEqual({ theme: 'dark' });
	});

	it('removes a node from the list', () => {
		const edited = applyEdit(config, parseEdit('profiles["my.net"].nodes[0] ='));
		expect(edited).toMatchObject({ profiles: { 'my.net': { nodes: [] } } });
	});

	it.each([
		['theme', /write PATH = VALUE/],
		['= 5', /write PATH = VALUE/],
		['a..b = 1', /cannot be read/],
		['a[x] = 1', /cannot be read/],
		['__proto__.x = 1', /is no key/],
		['a.constructor.prototype = 1', /is no key/],
		['theme.x = 1', /nothing of that kind/],
		['profiles[0] = 1', /nothing of that kind/],
		['profiles.home.nodes[0].token = ***', /stands for a secret/],
		[`a = ${'x'.repeat(3000)}`, /write PATH = VALUE/],
	])('refuses %j', (line, message) => {
		expect(() => applyEdit(config, parseEdit(line))).toThrow(message);
		expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
	});
});

it('the difference has what goes and what comes, with lines around it', () => {
	expect(diffLines(config, config)).toEqual([]);
	expect(diffLines(config, applyEdit(config, parseEdit('theme = light')))).toEqual([
		'  {',
		'-   "theme": "dark",',
		'+   "theme": "light",',
		'    "profiles": {',
		'      "my.net": {',
	]);
});
