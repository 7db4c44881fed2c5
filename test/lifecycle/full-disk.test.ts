import { mkdirSync, mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readJournal } from '../../source/lifecycle/journal.ts';
import { initialMachine } from '../../source/lifecycle/machine.ts';
import { placeOf } from '../../source/lifecycle/paths.ts';
import { Records } from '../../source/lifecycle/supervisor/records.ts';
import { runOnDisk, whyNoDisk } from '../helpers/small-disk.ts';

if (whyNoDisk !== undefined) console.warn(`skipped: the small disk: ${whyNoDisk}`);

interface Ended {
	readonly whileFull: { readonly state: string; readonly pid?: number; readonly problem: string };
	readonly stopped: { readonly state: string; readonly reason: string };
	readonly newNode: string;
	readonly leftovers: readonly string[];
	readonly journal: readonly string[];
	readonly lines: readonly string[];
}

it.skipIf(whyNoDisk !== undefined)(
	'a full disk ends neither supervisor nor node; it is said, and what happened is written down later',
	() => {
		const { stdout, stderr } = runOnDisk('full-disk.ts');
		expect(stderr).toMatch(/state: .*its disk is full[^]*state: solved/);
		const ended = JSON.parse(stdout) as Ended;
		expect(ended.whileFull).toMatchObject({
			state: 'running',
			problem: expect.stringContaining('its disk is full'),
		});
		// A restart that could not be written down would be a node that nobody finds again.
		expect(ended.stopped.state).toBe('error');
		expect(ended.stopped.reason).toMatch(/node\.json cannot be written: its disk is full/);
		expect(ended.newNode).toMatch(/cannot be written: its disk is full/);
		expect(ended.leftovers).toEqual([]);
		expect(ended.journal).toEqual([
			'stopped → starting',
			'starting → running',
			'running → crashed',
			'crashed → starting',
			'starting → error',
			'error → starting',
			'starting → running',
		]);
		expect(ended.lines.slice(0, 5)).toEqual(['line 1', 'line 2', 'line 3', 'line 4', 'line 5']);
		// The second run counts anew.
		const firstRun = ended.lines.slice(0, ended.lines.indexOf('line 1', 1));
		expect(new Set(firstRun).size).toBe(firstRun.length);
	},
	60_000,
);

it('keeps changes of state that cannot be written, and writes them in order once they can', async () => {
	const root = mkdtempSync(join(tmpdir(), 'nodetop-records-'));
	const place = placeOf(root, 'node', root);
	mkdirSync(place.directory);
	// Nothing can be appended to a directory.
	mkdirSync(place.journal);
	const records = new Records(place, { now: () => 0 });
	const add = (restarts: number) => {
		records.append({ at: String(restarts), from: 'running', to: 'crashed', restarts });
	};
	const written = async () => (await readJournal(place.journal, 1000)).map(({ at }) => Number(at));
	for (let restarts = 1; restarts <= 250; restarts += 1) add(restarts);
	expect(records.problem()).toMatch(/EISDIR/);
	expect(records.isBehind()).toBe(true);
	rmdirSync(place.journal);
	records.save(initialMachine, { version: undefined, network: undefined });
	expect(records.problem()).toBeUndefined();
	expect(records.isBehind()).toBe(false);
	add(251);
	// The newest 200 of what could not be written.
	expect(await written()).toEqual(Array.from({ length: 201 }, (_, index) => index + 51));
});
