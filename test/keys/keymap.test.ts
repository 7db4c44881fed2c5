import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { screenNames } from '../../source/keys/screen-names.ts';
import { keysTable } from '../../scripts/keys-table.ts';
import { commandFor, keymap, showKey } from '../../source/keys/keymap.ts';

describe('the key table', () => {
	it('gives each key to one command', () => {
		const keys = keymap.flatMap((binding) => [...binding.keys]);
		expect(new Set(keys).size).toBe(keys.length);
	});

	it('numbers the screens in their order; History has the last digit', () => {
		const inOrder = screenNames.filter((name) => name !== 'history');
		for (const [index, name] of inOrder.entries()) {
			expect(commandFor(String(index + 1))).toBe(`screen.${name}`);
		}
		expect(commandFor('9')).toBe('screen.history');
	});

	it('never quits by Esc', () => {
		expect(commandFor('escape')).toBe('back');
		expect(commandFor('x')).toBeUndefined();
	});

	it.each([
		['ctrl+r', 'Ctrl-R'],
		['enter', 'Enter'],
		['q', 'q'],
	])('shows %s as %s', (key, shown) => {
		expect(showKey(key)).toBe(shown);
	});

	it('is the one in the readme (npm run keys writes it)', () => {
		const readme = readFileSync(fileURLToPath(new URL('../../readme.md', import.meta.url)), 'utf8');
		expect(readme).toContain(keysTable());
	});
});
