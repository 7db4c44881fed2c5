import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { keptOf, restoredView } from '../../screens/kept-view.ts';
import { initialView, reduceView } from '../../screens/view-state.ts';
import { openSavedView } from '../../source/app/saved-view.ts';
import { savedViewPath } from '../../source/config/saved-view.ts';

const directories: string[] = [];

afterEach(async () => {
	for (const directory of directories.splice(0)) await rm(directory, { recursive: true });
});

async function place() {
	const directory = await mkdtemp(join(tmpdir(), 'nodetop-view-'));
	directories.push(directory);
	const env = { XDG_STATE_HOME: directory };
	return { env, path: savedViewPath('mainnet', { env }) };
}

it('gives back screen, order, filter, window and what was chosen, to nobody but the user', async () => {
	const { env, path } = await place();
	const first = await openSavedView('mainnet', { env });
	expect(restoredView(first.view)).toEqual(initialView);
	const view = [
		{ type: 'show', screen: 'network' },
		{ type: 'sortBy', columns: ['name'] },
		{ type: 'reverse' },
		{ type: 'setFilter', filter: 'geth !down' },
		{ type: 'stepWindow', by: 1 },
		{ type: 'chosen', title: 'Next node' },
	] as const;
	const left = view.reduce(reduceView, initialView);
	first.save({ ...keptOf(left), theme: 'light' });
	await first.settled();
	const next = await openSavedView('mainnet', { env });
	expect(next.view.theme).toBe('light');
	expect(restoredView(next.view)).toEqual({ ...left, notice: undefined });
	expect((await stat(path)).mode & 0o777).toBe(0o600);
	expect((await openSavedView('testnet', { env })).view).toEqual({});
});

it('writes the newest of many, and begins anew where the file is damaged', async () => {
	const { env, path } = await place();
	const file = await openSavedView('mainnet', { env });
	for (const filter of ['a', 'b', 'c', 'd']) file.save({ filter });
	await file.settled();
	expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ filter: 'd' });
	for (const text of ['{', '[]', '{"filter":7}', `{"filter":"${'x'.repeat(3000)}"}`]) {
		await writeFile(path, text);
		expect((await openSavedView('mainnet', { env })).view).toEqual({});
	}
	await writeFile(path, '{"screen":"gone","window":"9y","filter":"x"}');
	expect(restoredView((await openSavedView('mainnet', { env })).view)).toEqual({
		...initialView,
		filter: 'x',
	});
});
