import { afterEach, expect, it } from 'vitest';
import { alertOf, fleetWith, showShell } from '../helpers/alerts-screen.tsx';

const waiting = { timeout: 40_000, interval: 10 };
const cleanups: (() => void)[] = [];

afterEach(() => {
	for (const cleanup of cleanups.splice(0)) cleanup();
});

function shown(size: readonly [number, number]) {
	const names = Array.from({ length: 40 }, (_, n) => `node-${String(n + 1).padStart(2, '0')}`);
	const alerts = names.slice(0, 20).map((node, n) => alertOf({ node, rule: `rule-${n}` }));
	const shell = showShell(fleetWith(names, alerts), { size });
	cleanups.push(shell.close);
	const { tty, point } = shell;
	/** A click on the first cell of a text. */
	const click = (text: string, from = 0) => {
		const row = tty.lines().findIndex((line, index) => index >= from && line.includes(text));
		const column = tty.lines()[row]?.indexOf(text) ?? -1;
		point({ button: 'left', column, row });
	};
	const wheel = (button: 'wheelUp' | 'wheelDown') => {
		point({ button, column: 9, row: 9 });
	};
	const shows = async (pattern: RegExp): Promise<void> => {
		await expect.poll(() => tty.text(), waiting).toMatch(pattern);
	};
	return { ...shell, click, wheel, shows };
}

/** Below header, tabs, verdict, title, column names and section. */
const rowOfFifthAlert = 10;

it.each([
	[80, 24],
	[120, 40],
	[200, 60],
] as const)('a click selects rows, sorts by headers and shows tabs at %i×%i', async (...size) => {
	const { click, shows, tty, point } = shown(size);
	await shows(/▸ ● up +node-01/);
	click('node-03', 4);
	await shows(/▸ ● up +node-03/);
	click('NODE');
	await shows(/NODE▴/);
	click('NODE');
	await shows(/NODE▾[^]*node-04[^]*▸ ● up +node-03/);
	click(' 6 Alerts');
	await shows(/─ Alerts ─/);
	const [fifth = ''] = /node-\d+/.exec(tty.lines()[rowOfFifthAlert] ?? '') ?? [];
	click(fifth, rowOfFifthAlert);
	await shows(new RegExp(`▸ ▲ warning +${fifth}`));
	click(' 1 ', 1);
	await shows(/─ Nodes ─/);
	// A click on nothing does nothing.
	const before = tty.text();
	point({ button: 'left', column: 499, row: 499 });
	point({ button: 'left', column: 0, row: 2 });
	tty.press('?');
	await shows(/─ Help: Overview ─/);
	expect(before).toMatch(/─ Nodes ─/);
});

it.each([
	[80, 24],
	[200, 60],
] as const)(
	'a click selects a neighbour on Consensus, and a number on History, at %i×%i',
	async (...size) => {
		const { click, shows, tty, wheel } = shown(size);
		await shows(/▸ ● up +node-01/);
		tty.press('2');
		await shows(/─ Side by side ─/);
		click('node-03', 10);
		await shows(/─ node-03: consensus ─[^]*▸ node-03 /);
		tty.press('9');
		await shows(/▸● Poll latency/);
		click('Peers', 4);
		await shows(/▸· Peers/);
		// A second click draws it.
		click('Peers', 4);
		await shows(/▸● Peers/);
		wheel('wheelUp');
		await shows(/▸. (?!Peers)/);
		expect(tty.text()).toMatch(/● Peers/);
	},
);

it('the wheel moves what the arrows move', async () => {
	const { wheel, shows, tty } = shown([120, 40]);
	await shows(/▸ ● up +node-01/);
	wheel('wheelDown');
	await shows(/▸ ● up +node-04/);
	wheel('wheelUp');
	wheel('wheelUp');
	await shows(/▸ ● up +node-01/);
	expect(tty.lines()[1]).toContain('1 Overview');
});
