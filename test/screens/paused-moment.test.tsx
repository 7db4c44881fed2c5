import { afterEach, describe, expect, it } from 'vitest';
import { createLook } from '../../components/look.ts';
import { screens } from '../../screens/registry.ts';
import { noActions } from '../../screens/services.ts';
import { Shell } from '../../screens/shell/shell.tsx';
import { createFrameGate } from '../../source/frames/frame-gate.ts';
import type { FrameGate } from '../../source/frames/frame-gate.ts';
import { readMoment, writeMoment } from '../../source/sections/moment-json.ts';
import type { Moment } from '../../source/sections/moment.ts';
import { renderFrames } from '../helpers/frames.ts';
import type { Frames } from '../helpers/frames.ts';
import { createRichFleet } from '../helpers/rich-fleet.ts';
import { createTestClock } from '../helpers/test-clock.ts';

const waiting = { timeout: 40_000, interval: 5 };
const startMs = Date.UTC(2026, 0, 2, 3, 4, 5);
/** Ages of one width, so that the header has the same room for all else. */
const minuteMs = 62_000;
const cleanups: (() => void)[] = [];

afterEach(() => {
	for (const cleanup of cleanups.splice(0)) cleanup();
});

/** Each view by the keys that lead to it from the one before, and what only it shows. */
const views: readonly (readonly [keys: readonly string[], shows: RegExp])[] = [
	// In the order of the configuration, so that n leads to the other kinds in turn.
	[['1', 's'], /─ Nodes ─.*as configured/],
	[['2'], /─ dag-1: consensus ─/],
	[['3'], /─ dag-1: DAG ─/],
	[['4'], /─ dag-1: network ─/],
	[['\t'], /─ Topology of all watched nodes ─/],
	[['\t', '5'], /─ dag-1: use ─/],
	[['6'], /─ Alerts ─/],
	[['u'], /─ Silences ─/],
	[['\u001B', '?'], /─ Help: Alerts ─/],
	[['\u001B', '1', '\r'], /─ dag-1 ─.*Esc closes/],
	[['X'], /─ Why: dag-1 ─.*paused: the path is not measured/],
	[['\u001B', ':'], /─ What to do ─/],
	// The other kinds of node, on the screens that show most of them.
	[['\u001B', 'n', 'n', '2'], /─ evm-1: consensus ─/],
	[['4'], /─ evm-1: network ─/],
	[['n', '2'], /─ bft-1: consensus ─[^]*View changes by reason/],
	[['n', 'X'], /─ Why: gone ─/],
	[['\u001B', '1', 'G'], /▸.*east\/raw/],
];

function paused(gate: FrameGate<Moment>, columns: number, rows: number): Frames {
	const shell = renderFrames(
		<Shell
			frames={gate}
			controls={{
				setIntervalMs: () => undefined,
				setPaused: gate.setPaused,
				copy: () => undefined,
				suspend: () => undefined,
				quit: () => undefined,
			}}
			actions={noActions}
			screens={screens}
			look={createLook({ theme: 'dark', isAscii: false, colorDepth: 8 })}
			profile="default"
			intervalMs={1000}
			whyAbsent={() => undefined}
			hint={undefined}
		/>,
		columns,
		rows,
	);
	cleanups.push(() => {
		shell.unmount();
		gate.stop();
	});
	return shell;
}

/** Every view, but for how old the header says that the picture is. */
async function drawAll(shell: Frames): Promise<string[]> {
	const frames: string[] = [];
	for (const [keys, shows] of views) {
		await shell.pressEach(keys);
		await expect.poll(() => shell.plain(), waiting).toMatch(shows);
		frames.push(shell.last().replace(/PAUSED \dm \d\ds/, 'PAUSED'));
	}
	for (const key of 'N'.repeat(20)) shell.press(key);
	// And back to the order of the beginning, through all columns.
	while (!/worst first/.test(shell.plain())) {
		// Sorted by a column that is not drawn, the picture stays: the help shows that the keys were taken.
		await shell.pressEach(['1', 's', '?']);
		await expect.poll(() => shell.plain(), waiting).toMatch(/─ Help: /);
		await shell.pressEach(['\u001B']);
	}
	return frames;
}

describe.each([
	[80, 24],
	[120, 40],
	[200, 60],
] as const)('a paused moment at %i×%i', { timeout: 120_000 }, (columns, rows) => {
	it('is drawn the same whatever goes on, and the same when it was written and read back', async () => {
		const clock = createTestClock(startMs);
		const rich = createRichFleet(clock);
		rich.goOn(40);
		const gate = createFrameGate(rich.moments, { framesPerSecond: 4, clock });
		gate.setPaused(true);
		clock.advance(minuteMs);
		const { state: moment } = gate.getSnapshot();
		const shell = paused(gate, columns, rows);
		const before = await drawAll(shell);
		expect(new Set(before).size).toBe(views.length);

		rich.goOn(150);
		expect(gate.getSnapshot().ageMs).toBeGreaterThan(208_000);
		expect(await drawAll(shell)).toEqual(before);

		const read = readMoment(writeMoment(moment));
		const still = { getSnapshot: () => read, subscribe: () => () => undefined };
		const replayed = createFrameGate(still, { framesPerSecond: 4, clock });
		replayed.setPaused(true);
		clock.advance(minuteMs);
		expect(await drawAll(paused(replayed, columns, rows))).toEqual(before);

		gate.setPaused(false);
		expect(await drawLive(shell)).not.toBe(before[0]);
	});
});

async function drawLive(shell: Frames): Promise<string> {
	shell.press('1');
	await expect.poll(() => shell.plain(), waiting).not.toContain('PAUSED');
	return shell.last();
}

describe('a paused view', () => {
	it('says how old it is, and keeps its clock', async () => {
		const clock = createTestClock(startMs);
		const rich = createRichFleet(clock);
		rich.goOn(3);
		const gate = createFrameGate(rich.moments, { framesPerSecond: 4, clock });
		gate.setPaused(true);
		const shell = paused(gate, 120, 40);
		await expect.poll(() => shell.plain(), waiting).toMatch(/PAUSED 0 s .*03:04:08 UTC/);
		rich.goOn(61);
		await expect.poll(() => shell.plain(), waiting).toMatch(/PAUSED 1m 0\ds .*03:04:08 UTC/);
	});

	it.each([
		['a', '6', 'a'],
		['z', '6', 'z'],
		['S', '6', 'S'],
		['P', '4', 'P'],
		['B', '4', 'B'],
		['T', '4', 'T'],
		['C', '4', 'C'],
		['\u0012', '1', 'Ctrl-R'],
	])('refuses %j in one line that says what to press', async (key, screen, name) => {
		const clock = createTestClock(startMs);
		const rich = createRichFleet(clock);
		rich.goOn(3);
		const gate = createFrameGate(rich.moments, { framesPerSecond: 4, clock });
		gate.setPaused(true);
		const shell = paused(gate, 120, 40);
		shell.press(screen);
		await expect.poll(() => shell.plain(), waiting).toMatch(/─/);
		shell.press(key);
		await expect
			.poll(() => shell.plain(), waiting)
			.toContain(`paused: press p to go on, then ${name}`);
	});

	it('lists the silences, and refuses to end one', async () => {
		const clock = createTestClock(startMs);
		const rich = createRichFleet(clock);
		rich.goOn(3);
		const gate = createFrameGate(rich.moments, { framesPerSecond: 4, clock });
		gate.setPaused(true);
		const shell = paused(gate, 120, 40);
		shell.press('6');
		await expect.poll(() => shell.plain(), waiting).toMatch(/─ Alerts ─/);
		shell.press('u');
		await expect.poll(() => shell.plain(), waiting).toMatch(/─ Silences ─/);
		shell.press('\r');
		await expect
			.poll(() => shell.plain(), waiting)
			.toContain('paused: press p to go on, then Enter');
	});
});
