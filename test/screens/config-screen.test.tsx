import type { ComponentProps } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createLook } from '../../components/look.ts';
import { ConfigScreen } from '../../screens/shell/config-screen.tsx';
import { knownSettings } from '../../source/app/configuration.ts';
import { noSetup, noSetupState } from '../../source/domain/setup.ts';
import type { ShownConfig } from '../../source/domain/setup.ts';
import { createStore } from '../../source/domain/store.ts';
import { renderInTty } from '../helpers/tty.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
	for (const cleanup of cleanups.splice(0)) cleanup();
});

const overlay = { kind: 'config', row: 0, line: undefined, isProposed: false } as const;
type Props = ComponentProps<typeof ConfigScreen>;
const sizes = [
	[80, 20],
	[120, 36],
	[200, 56],
] as const;

/** Only these are looked at. */
function propsOf(own: Pick<Props, 'look' | 'width' | 'height' | 'setup'>): Props {
	return Object.assign(Object.create(null) as Props, own, { overlay });
}

async function shown(rows: ShownConfig['rows'], [width, height]: readonly [number, number]) {
	const config = { file: '/c.json', rows, settings: knownSettings() };
	const setup = { ...noSetup, state: createStore({ ...noSetupState, config }) };
	const look = createLook({ theme: 'mono', isAscii: false, colorDepth: 1 });
	const tty = renderInTty(
		<ConfigScreen {...propsOf({ look, width, height, setup })} />,
		width,
		height,
	);
	cleanups.push(tty.unmount);
	await vi.waitUntil(() => tty.text().includes('/c.json'), { timeout: 40_000 });
	return tty;
}

describe('the configuration on the screen', () => {
	it.each(sizes)('says what can be set and how where nothing is, at %i × %i', async (...size) => {
		const tty = await shown([], size);
		expect(tty.text()).toMatch(/nothing is configured: the defaults hold/);
		expect(tty.text()).toMatch(/▸ \+ another value/);
		expect(tty.text()).toMatch(/ Enter +edits; .*PATH = VALUE/);
		expect(tty.text()).toMatch(/ theme = light[^]*sets a value/);
		expect(tty.text()).toMatch(/nodetop add NAME=URL/);
		expect(Math.max(...tty.lines().map((text) => text.length))).toBeLessThanOrEqual(size[0]);
	});

	it('names every setting where there is room for all', async () => {
		const tty = await shown([{ path: 'theme', value: 'dark' }], sizes[2]);
		const names = knownSettings().map(({ path }) => path.slice(path.lastIndexOf('.') + 1));
		for (const name of names) expect(tty.text()).toContain(` ${name} `);
	});

	it('leaves the room to the values where there are many', async () => {
		const many = Array.from({ length: 60 }, (_, index) => ({
			path: `profiles.default.mine[${index}]`,
			value: `validator-${index}`,
		}));
		const tty = await shown(many, sizes[0]);
		expect(tty.text()).not.toMatch(/What can be set/);
		expect(tty.text()).toMatch(/validator-0/);
	});
});
