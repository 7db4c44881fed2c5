import { afterEach, expect, it } from 'vitest';
import type { Change } from '../../source/history/changes.ts';
import { noPast } from '../../screens/services.ts';
import { fleetWith, showShell } from '../helpers/alerts-screen.tsx';

const waiting = { timeout: 40_000, interval: 10 };
const cleanups: (() => void)[] = [];

afterEach(() => {
	for (const cleanup of cleanups.splice(0)) cleanup();
});

const names = Array.from({ length: 60 }, (_, n) => `node-${String(n + 1).padStart(2, '0')}`);
const timeOf = (second: number) => new Date(Date.UTC(2026, 0, 2, 3, 4, second)).toISOString();
const refused = names.map((node): Change => ({
	kind: 'finding',
	node,
	what: 'nodeDown',
	to: 'connection refused',
	severity: 'critical',
	at: timeOf(50),
}));
/** One line each, the first of them the oldest. */
const versions = names.slice(0, 30).map((node, n): Change => ({
	kind: 'version',
	node,
	what: 'version',
	from: '1.0',
	to: `1.${n + 1}`,
	at: timeOf(n),
}));

function openChanges(changes: readonly Change[], size: readonly [number, number]) {
	const past = {
		...noPast,
		changes: (span: { readonly fromMs: number; readonly untilMs: number }) =>
			Promise.resolve({ ...span, changes: [...changes] }),
	};
	const shell = showShell(fleetWith(names, []), { size, past });
	cleanups.push(shell.close);
	const shows = async (pattern: RegExp): Promise<void> => {
		await expect.poll(() => shell.tty.text(), waiting).toMatch(pattern);
	};
	return { ...shell, shows };
}

it.each([
	[80, 24],
	[120, 40],
] as const)('what changed names every node of many, at %i×%i', async (...size) => {
	const { tty, shows } = openChanges(refused, size);
	await shows(/─ Nodes ─/);
	tty.press('d');
	await shows(/60 nodes connection refused/);
	for (const name of names) expect(tty.text()).toContain(name);
	expect(tty.text()).not.toMatch(/ more/);
});

it('what changed scrolls by keys and the wheel, stops at its ends, and leaves the selection alone', async () => {
	const { tty, point, shows } = openChanges([...refused, ...versions], [80, 24]);
	await shows(/▸ ● up +node-01/);
	tty.press('d');
	await shows(/─ What changed in the 10m before this moment ─+ 1–19 of \d+/);
	const [, total = ''] = /1–19 of (\d+)/.exec(tty.text()) ?? [];
	const range = (first: number) => new RegExp(` ${first}–${first + 18} of ${total}`);
	const last = Number(total) - 18;
	expect(last).toBeGreaterThan(6);
	expect(tty.lines().at(-1)).toMatch(/Esc back.*< .*> .*↓/);
	tty.press('j');
	await shows(range(2));
	tty.press('k');
	tty.press('k');
	await shows(range(1));
	point({ button: 'wheelDown', column: 9, row: 9 });
	await shows(range(4));
	tty.press('G');
	await shows(range(last));
	expect(tty.text()).toMatch(/03:04:00 +node-01 +version 1\.0 → 1\.1/);
	// What is beyond the end was not counted.
	tty.press('j');
	tty.press('k');
	await shows(range(last - 1));
	tty.press('>');
	await shows(/in the 1h before/);
	await shows(range(1));
	tty.press('\u001B');
	await shows(/▸ ● up +node-01/);
});

it('the wheel scrolls the help too', async () => {
	const { tty, point, shows } = openChanges([], [80, 24]);
	await shows(/─ Nodes ─/);
	tty.press('?');
	await shows(/ 1–19 of \d+/);
	point({ button: 'wheelDown', column: 9, row: 9 });
	await shows(/ 4–22 of \d+/);
	point({ button: 'wheelUp', column: 9, row: 9 });
	point({ button: 'wheelUp', column: 9, row: 9 });
	await shows(/ 1–19 of \d+/);
	expect(tty.lines()[4]).toMatch(/^Screens/);
});
