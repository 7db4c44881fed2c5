import { expect, it } from 'vitest';
import { paletteEntries } from '../../screens/shell/palette.tsx';

const context = {
	nodes: [],
	nowMs: 0,
	recent: [],
	setup: { profiles: ['main'], themes: ['dark', 'light'] },
};
const titles = (typed: string) => paletteEntries(typed, context).map(({ title }) => title);

it('finds the entries of a kind by what the kind is called', () => {
	expect(titles('th').slice(0, 2)).toEqual(['Use theme dark', 'Use theme light']);
	expect(titles('prof')[0]).toBe('Use profile main');
});

it('shows the colon for what has no key', () => {
	const entry = paletteEntries('tutorial', context)[0];
	expect(entry).toMatchObject({ command: 'tutorial', key: ':' });
});
