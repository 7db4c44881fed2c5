import { afterEach, describe, expect, it } from 'vitest';
import { openRecordedScreen, recordedFromMs } from '../helpers/recorded-screen.tsx';
import type { RecordedScreen } from '../helpers/recorded-screen.tsx';

const waiting = { timeout: 40_000, interval: 5 };
const opened: RecordedScreen[] = [];

afterEach(() => {
	for (const screen of opened.splice(0)) screen.close();
});

/** Of `dag-1`, the first node of the configuration, for two minutes. */
async function historyScreen(): Promise<RecordedScreen> {
	const screen = await openRecordedScreen({ seconds: 120, columns: 120, rows: 40 });
	opened.push(screen);
	await expectText(screen, /─ Nodes ─/);
	press(screen, '1', 's');
	await expectText(screen, /as configured/);
	press(screen, '9');
	await expectText(screen, /─ Poll latency ─.*mean/);
	return screen;
}

function press(screen: RecordedScreen, ...keys: string[]): void {
	for (const key of keys) screen.press(key);
}

async function expectText(screen: RecordedScreen, text: RegExp): Promise<void> {
	await expect.poll(() => screen.plain(), waiting).toMatch(text);
}

describe('the History screen', () => {
	it('draws numbers of the selected node with their mean and extremes', async () => {
		const screen = await historyScreen();
		await expectText(screen, /─ dag-1: 2026-01-02 03:04 to 03:06 UTC ─+ 15m so far ─/);
		// The readings of dag-1 take 4 to 14 ms.
		await expectText(screen, /─ Poll latency ─+ mean [89](\.\d+)? ms {2}[\d.]+ ms to [\d.]+ ms ─/);
		// `finalized` grows by one a second: a counter is drawn as its growth.
		await expectText(screen, /─ Finalized per second ─+ mean 1\/s {2}1\/s to 1\/s ─/);
		// What was recorded of the quarter of an hour, two minutes, is drawn over the whole chart.
		expect(screen.plain()).toMatch(/─ 03:04:\d\d ─/);
		expect(screen.plain()).not.toContain('02:5');
	});

	it('adds and removes a number, and keeps at least one', async () => {
		const screen = await historyScreen();
		press(screen, 'j', '\r');
		await expectText(screen, /─ Failed polls ─/);
		press(screen, '\r');
		await expect.poll(() => screen.plain(), waiting).not.toMatch(/─ Failed polls ─/);
	});

	it('zooms, goes back in time and forward to the present', async () => {
		const screen = await historyScreen();
		press(screen, '>');
		await expectText(screen, /03:0[34] to 03:0[56] UTC ─+ 1h so far ─/);
		press(screen, '<', 'b', 'b');
		await expectText(screen, /02:36 to 02:51 UTC ─/);
		await expectText(screen, /nothing was recorded in this time/);
		press(screen, 'f', 'f', 'f');
		await expectText(screen, /03:04 to 03:06 UTC ─/);
	});

	it('draws every listed node, and their sum', async () => {
		const screen = await historyScreen();
		press(screen, '\t');
		await expectText(screen, /─ 8 nodes: /);
		await expectText(screen, /── dag-1 {2}── dag-2 {2}── evm-1/);
		press(screen, '\t');
		await expectText(screen, /─ sum of 8 nodes: /);
	});

	it('compares with the day before', async () => {
		const screen = await historyScreen();
		const reader = await screen.client.reader();
		const dayMs = 86_400_000;
		screen.client.write({
			rows: Array.from({ length: 60 }, (_, second) => ({
				node: 'dag-1',
				track: 'polls' as const,
				atMs: recordedFromMs - dayMs + second * 1000,
				names: ['poll.latencyMs'],
				values: [900],
			})),
			events: [],
			nodes: [],
		});
		press(screen, 'c');
		await expectText(screen, /and the day before/);
		await expectText(screen, /── the day before {2}── dag-1/);
		// The scale reaches what was there a day before.
		await expectText(screen, /1[.,]?000┤|1\.0k?┤|900┤/);
		press(screen, 'c');
		await expectText(screen, /and the week before/);
		press(screen, 'c');
		await expect.poll(() => screen.plain(), waiting).not.toMatch(/before/);
		expect(reader.list().length).toBeGreaterThan(0);
	});

	it('marks incidents and annotations, and lists them', async () => {
		const screen = await historyScreen();
		const incident = {
			id: 'x/1',
			rule: 'slow-to-answer',
			severity: 'critical',
			message: 'it took 900 ms',
			since: new Date(recordedFromMs + 10_000).toISOString(),
		};
		const about = { node: 'dag-1', group: undefined };
		screen.client.write({
			rows: [],
			events: [
				{
					atMs: recordedFromMs + 20_000,
					kind: 'alert',
					...about,
					data: JSON.stringify({ event: 'fired', incident }),
				},
				{
					atMs: recordedFromMs + 50_000,
					kind: 'alert',
					...about,
					data: JSON.stringify({ event: 'resolved', incident }),
				},
				{
					atMs: recordedFromMs + 60_000,
					kind: 'annotation',
					...about,
					data: JSON.stringify({ text: 'cable \u001B[31mchanged' }),
				},
			],
			nodes: [],
		});
		press(screen, '>');
		await expectText(screen, / 1h so far/);
		press(screen, '<');
		// The title names the only node that is drawn.
		await expectText(screen, /03:05:05 ◆ {2,}cable changed/);
		await expectText(screen, /03:04:25 ✖ 30 s +it took 900 ms/);
		// A line of the chart through the time of each.
		await expectText(screen, /^.{36,}[│┤].*✖/m);
		await expectText(screen, /^.{36,}[│┤].*◆/m);
		// All nodes: whose it is.
		press(screen, '\t');
		await expectText(screen, /03:05:05 ◆ +dag-1 +cable changed/);
	});

	it('marks only what happened to what is drawn, and says in full what did', async () => {
		const screen = await historyScreen();
		const fired = (node: string, rule: string) => ({
			atMs: recordedFromMs + 20_000,
			kind: 'alert',
			node,
			group: undefined,
			data: JSON.stringify({
				event: 'fired',
				incident: {
					id: `${rule}/1`,
					rule,
					severity: 'critical',
					message: `${node}: nothing new becomes final`,
					since: new Date(recordedFromMs + 10_000).toISOString(),
				},
			}),
		});
		screen.client.write({ rows: [], events: [fired('evm-1', 'head-old')], nodes: [] });
		press(screen, '>');
		await expectText(screen, / 1h so far/);
		press(screen, '<');
		await expectText(screen, / 15m so far/);
		await expectText(screen, /─ What happened ─+\n.*nothing/);
		expect(screen.plain()).not.toMatch(/^.{36,}[│┤].*✖/m);
		press(screen, '\t');
		await expectText(screen, /✖ lasts +evm-1 +nothing new becomes final/);
		await expectText(screen, /^.{36,}[│┤].*✖/m);
	});

	it('lists first what nodes of every kind have, by the name of its chart', async () => {
		const screen = await historyScreen();
		await expectText(screen, /─ Numbers ─.*\n ● Finalized per sec… all kinds/);
	});

	it('shows a replay only what was recorded by then', async () => {
		const screen = await historyScreen();
		press(screen, ':');
		await expectText(screen, /─ What to do ─/);
		press(screen, 'at 03:04:35');
		await expectText(screen, /Go to 2026-01-02 03:04:35 UTC/);
		press(screen, '\r');
		await expectText(screen, / REPLAY 2026-01-02 03:04:3\d UTC /);
		await expectText(screen, /03:03 to 03:04 UTC ─/);
	});
});
