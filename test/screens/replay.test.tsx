import { afterEach, describe, expect, it } from 'vitest';
import { openRecordedScreen } from '../helpers/recorded-screen.tsx';
import type { RecordedScreen } from '../helpers/recorded-screen.tsx';

const waiting = { timeout: 40_000, interval: 5 };
const opened: RecordedScreen[] = [];

afterEach(() => {
	for (const screen of opened.splice(0)) screen.close();
});

async function recordedScreen(): Promise<RecordedScreen> {
	const screen = await openRecordedScreen({ columns: 110 });
	opened.push(screen);
	return screen;
}

describe('a screen in a replay', () => {
	it('says so and of when, refuses what happens now, and goes back to the present', async () => {
		const shell = await recordedScreen();
		await expect.poll(() => shell.plain(), waiting).toMatch(/every 1 s .*03:05:05 UTC/);
		for (const key of '{') shell.press(key);
		await expect.poll(() => shell.plain(), waiting).toMatch(/ REPLAY 2026-01-02 03:04:\d\d UTC /);
		expect(shell.plain()).toContain('L live');
		expect(shell.plain()).not.toContain('every 1 s');
		shell.press('P');
		await expect
			.poll(() => shell.plain(), waiting)
			.toContain('replay: press L for the present, then P');
		shell.press(' ');
		await expect.poll(() => shell.plain(), waiting).toMatch(/playing 10×/);
		shell.press('+');
		await expect.poll(() => shell.plain(), waiting).toMatch(/playing 30×/);
		shell.press('L');
		await expect.poll(() => shell.plain(), waiting).not.toContain('REPLAY');
		expect(shell.plain()).toContain('every 1 s');
	});

	it('goes to a time that is typed', async () => {
		const shell = await recordedScreen();
		await expect.poll(() => shell.plain(), waiting).toMatch(/─ Nodes ─/);
		shell.press(':');
		await expect.poll(() => shell.plain(), waiting).toMatch(/─ What to do ─/);
		shell.press('at 03:04:31');
		await expect.poll(() => shell.plain(), waiting).toContain('Go to 2026-01-02 03:04:31 UTC');
		shell.press('\r');
		await expect.poll(() => shell.plain(), waiting).toMatch(/ REPLAY 2026-01-02 03:04:\d\d UTC /);
	});
});
