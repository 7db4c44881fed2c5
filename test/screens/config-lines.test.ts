import { expect, it } from 'vitest';
import { createLook } from '../../components/look.ts';
import { configLines } from '../../screens/shell/config-screen.tsx';

const look = createLook({ theme: 'mono', isAscii: false, colorDepth: 1 });
const plain = (text: string) => text.replaceAll(/\u001B\[[\d;]*m/g, '').trimEnd();
const rows = [
	{ path: 'theme', value: 'dark' },
	...[0, 1].flatMap((index) => [
		{ path: `profiles.default.nodes[${index}].name`, value: `dag-${index}` },
		{ path: `profiles.default.nodes[${index}].url`, value: `http://127.0.0.1:900${index}` },
	]),
];

it('the path that values share stands above them once', () => {
	expect(configLines(look, rows, 2, { width: 60, height: 10 }).map(plain)).toEqual([
		'  theme            dark',
		'  profiles.default.nodes[0]',
		'    name           dag-0',
		'▸   url            http://127.0.0.1:9000',
		'  profiles.default.nodes[1]',
		'    name           dag-1',
		'    url            http://127.0.0.1:9001',
		'  + another value',
	]);
});

it('values flow into columns where they do not fit into one, and the chosen one is among them', () => {
	const wide = configLines(look, rows, 5, { width: 100, height: 4 }).map(plain);
	expect(wide).toHaveLength(4);
	expect(wide[0]).toMatch(/^ {2}theme .* profiles\.default\.nodes\[1\]$/);
	expect(wide[3]).toMatch(/▸ \+ another value$/);
	const narrow = configLines(look, rows, 5, { width: 50, height: 4 }).map(plain);
	expect(narrow).toHaveLength(4);
	expect(narrow.at(-1)).toBe('▸ + another value');
});
