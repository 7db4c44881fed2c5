import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const text = readFileSync(new URL('../../docs/mutation.md', import.meta.url), 'utf8');
const number = (digits = ''): number => Number(digits.replaceAll(',', ''));

test('the scores of folders in docs/mutation.md are the sums of their files', () => {
	const folders = new Map<string, [files: number, changes: number, survived: number]>();
	const files = text.matchAll(
		/^\| `(source\/[^/`]+)\/[^`]+` \|[^|]*\| (\d+) \| (\d+) \| ([\d.]+) %/gm,
	);
	for (const [line, folder = '', changes, survived, score] of files) {
		const killed = number(changes) - number(survived);
		expect([line, score]).toEqual([line, ((100 * killed) / number(changes)).toFixed(1)]);
		const [count, all, left] = folders.get(folder) ?? [0, 0, 0];
		folders.set(folder, [count + 1, all + number(changes), left + number(survived)]);
	}
	expect(folders.size).toBeGreaterThan(5);
	const rows = text.matchAll(
		/^\| `(source\/[^/`]+)` \| (\d+) \| ([\d,]+) \| ([\d,]+) \| ([\d.]+) % \|$/gm,
	);
	const stated = [...rows].map(([, folder, ...figures]) => [folder, ...figures.map(number)]);
	const counted = [...folders].map(([folder, [count, changes, survived]]) => {
		const score = Number(((100 * (changes - survived)) / changes).toFixed(1));
		return [folder, count, changes, survived, score];
	});
	expect(stated).toEqual(counted);
});
