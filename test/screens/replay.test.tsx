import { afterEach, describe, expect, it } from 'vitest';
import { createLook } from '../../components/look.ts';
import { screens } from '../../screens/registry.ts';
import { noActions } from '../../screens/services.ts';
import { Shell } from '../../screens/shell/shell.tsx';
import { createRecorder } from '../../source/app/recorder.ts';
import { createTimeTravel } from '../../source/app/time-travel.ts';
import { createFrameGate } from '../../source/frames/frame-gate.ts';
import { renderFrames } from '../helpers/frames.ts';
import type { Frames } from '../helpers/frames.ts';
import { openMemoryHistory } from '../helpers/memory-history.ts';
import { createRichFleet } from '../helpers/rich-fleet.ts';
import { createTestClock } from '../helpers/test-clock.ts';

const startMs = Date.UTC(2026, 0, 2, 3, 4, 5);
const waiting = { timeout: 10_000, interval: 5 };
const cleanups: (() => void)[] = [];

afterEach(() => {
	for (const cleanup of cleanups.splice(0)) cleanup();
});

/** A live screen of a fleet that was recorded for a minute. */
async function recordedScreen(): Promise<Frames> {
	const clock = createTestClock(startMs);
	const rich = createRichFleet(clock);
	const client = await openMemoryHistory(clock.now);
	const monitor = { moment: rich.moments.getSnapshot, on: () => () => undefined };
	const recorder = createRecorder({ monitor, client, clock });
	for (let second = 0; second < 60; second += 1) {
		rich.goOn(1);
		await new Promise((resolve) => setImmediate(resolve));
	}
	await recorder.stop();
	const travel = createTimeTravel({
		present: rich.moments,
		isLive: true,
		ask: () => client.ask,
		clock,
	});
	const gate = createFrameGate(travel.moments, { framesPerSecond: 4, clock });
	const stopFollowing = travel.state.subscribe(gate.showNow);
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
			travel={travel}
			hint={undefined}
		/>,
		100,
		30,
	);
	cleanups.push(() => {
		stopFollowing();
		shell.unmount();
		gate.stop();
	});
	return shell;
}

describe('a screen in a replay', () => {
	it('says so and of when, refuses what happens now, and goes back to the present', async () => {
		const shell = await recordedScreen();
		await expect.poll(() => shell.plain(), waiting).toMatch(/every 1s .*03:05:05 UTC/);
		for (const key of '{') shell.press(key);
		await expect.poll(() => shell.plain(), waiting).toMatch(/ REPLAY 2026-01-02 03:04:\d\d UTC /);
		expect(shell.plain()).toContain('L live');
		expect(shell.plain()).not.toContain('every 1s');
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
		expect(shell.plain()).toContain('every 1s');
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
