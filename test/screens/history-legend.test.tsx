import { afterEach, expect, it } from 'vitest';
import { noPast } from '../../screens/services.ts';
import type { CurveQuestion } from '../../source/history/curves.ts';
import type { ThemeName } from '../../source/domain/words.ts';
import { fleetWith, showShell } from '../helpers/alerts-screen.tsx';

const waiting = { timeout: 40_000, interval: 10 };
const cleanups: (() => void)[] = [];

afterEach(() => {
	for (const cleanup of cleanups.splice(0)) cleanup();
});

const names = Array.from({ length: 12 }, (_, n) => `validator-berlin-${n + 10}`);

/** Every node has as many milliseconds as its place, from the begin of the span to its end. */
function curvesFor({ metric, nodes, fromMs, untilMs }: CurveQuestion) {
	if (metric !== 'poll.latencyMs') return Promise.resolve([]);
	const times = [fromMs, (fromMs + untilMs) / 2, untilMs];
	return Promise.resolve(
		nodes.map((node, index) => {
			const values = times.map(() => index + 1);
			return { node, times, values, max: values, low: values, high: values };
		}),
	);
}

async function openHistory(size: readonly [number, number], theme: ThemeName = 'dark') {
	const past = { ...noPast, curves: curvesFor, marks: () => Promise.resolve([]) };
	const shell = showShell(fleetWith(names, []), { size, past, look: { theme } });
	cleanups.push(shell.close);
	const { tty } = shell;
	const shows = async (pattern: RegExp): Promise<void> => {
		await expect.poll(() => tty.text(), waiting).toMatch(pattern);
	};
	await shows(/─ Nodes ─/);
	tty.press('9');
	await shows(/─ Poll latency ─+ mean 1\.0 ms/);
	tty.press('\t');
	await shows(/─ 12 nodes: /);
	return { tty, shows };
}

/** The names in the legend, and how many it only counts. */
function legendOf(lines: readonly string[]) {
	const line = lines.find((text) => text.includes('── validator')) ?? '';
	const shown = [...line.matchAll(/── (\S+)/g)].map(([, name = '']) => name);
	return { shown, more: Number(/ {2}and (\d+) more *$/.exec(line)?.[1] ?? 0) };
}

it.each([
	[80, 24],
	[120, 40],
	[200, 60],
] as const)('counts the nodes that are not drawn and not named, at %i×%i', async (...size) => {
	const { tty, shows } = await openHistory(size);
	await shows(/─ Poll latency ─+ 6 of 12 drawn {2}mean 6\.5 ms/);
	const { shown, more } = legendOf(tty.lines());
	expect(shown.length).toBeGreaterThan(0);
	expect(shown).toEqual(names.slice(0, shown.length));
	expect(shown.length + more).toBe(6);
});

it('draws only as many nodes as the theme tells apart', async () => {
	const { tty, shows } = await openHistory([200, 60], 'mono');
	await shows(/─ Poll latency ─+ 3 of 12 drawn {2}mean/);
	expect(legendOf(tty.lines())).toEqual({ shown: names.slice(0, 3), more: 0 });
});

it('names the time before once, and draws it of the nodes that are drawn', async () => {
	const { tty, shows } = await openHistory([200, 60]);
	tty.press('c');
	await shows(/── the day before {2}── validator-berlin-10 {2}── validator-berlin-11/);
	expect(tty.text().match(/the day before {2}──/g)).toHaveLength(1);
});
