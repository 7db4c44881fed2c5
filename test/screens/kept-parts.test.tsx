import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createLook } from '../../components/look.ts';
import { screens } from '../../screens/registry.ts';
import { noActions } from '../../screens/services.ts';
import { Shell } from '../../screens/shell/shell.tsx';
import { createStore } from '../../source/domain/store.ts';
import { readMoment, writeMoment } from '../../source/sections/moment-json.ts';
import type { Moment } from '../../source/sections/moment.ts';
import { renderFrames } from '../helpers/frames.ts';
import { createRichFleet } from '../helpers/rich-fleet.ts';
import { createTestClock } from '../helpers/test-clock.ts';

const startMs = Date.UTC(2026, 0, 2, 3, 4, 5);
const waiting = { timeout: 20_000, interval: 5 };
const cleanups: (() => void)[] = [];

afterEach(() => {
	for (const cleanup of cleanups.splice(0)) cleanup();
});

const looks = {
	dark: createLook({ theme: 'dark', isAscii: false, colorDepth: 8 }),
	light: createLook({ theme: 'light', isAscii: false, colorDepth: 8 }),
};

interface Shown {
	readonly size: readonly [columns: number, rows: number];
	readonly theme: keyof typeof looks;
}

interface Step {
	readonly moment: Moment;
	readonly key: string;
}

/** The pictures of the Overview after each key, pressed while a moment is shown. */
async function walk({ size, theme }: Shown, steps: readonly Step[]): Promise<string[]> {
	const [first] = steps;
	if (!first) return [];
	const frameOf = (state: Moment) => ({ state, isPaused: false, ageMs: 0 });
	const frames = createStore(frameOf(first.moment));
	const shell = renderFrames(
		<Shell
			frames={frames}
			controls={{
				setIntervalMs: () => undefined,
				setPaused: () => undefined,
				copy: () => undefined,
				suspend: () => undefined,
				quit: () => undefined,
			}}
			actions={noActions}
			screens={screens}
			look={looks[theme]}
			profile="default"
			intervalMs={1000}
			whyAbsent={() => undefined}
			hint={undefined}
		/>,
		...size,
	);
	cleanups.push(() => shell.unmount());
	await expect.poll(() => shell.plain(), waiting).toMatch(/─ Nodes ─/);
	const pictures: string[] = [];
	for (const { moment, key } of steps) {
		frames.update(() => frameOf(moment));
		// React draws it in a microtask.
		await nextTurn();
		await shell.pressEach([key]);
		pictures.push(shell.last());
	}
	return pictures;
}

/** The same moment of which nothing was drawn before. */
function unseen(moment: Moment): Moment {
	return readMoment(writeMoment(moment));
}

describe('what was drawn before of a moment', () => {
	it('stands where nothing of it changed, and nowhere else', { timeout: 60_000 }, async () => {
		const clock = createTestClock(startMs);
		const rich = createRichFleet(clock);
		rich.goOn(40);
		const now = rich.moments.getSnapshot();
		const later = { ...now, atMs: now.atMs + 62_000 };
		const steps = [now, later, now].flatMap((moment) =>
			[...'jjkjGk'].map((key) => ({ moment, key })),
		);
		for (const shown of [
			{ size: [120, 40], theme: 'dark' },
			{ size: [120, 41], theme: 'dark' },
			{ size: [120, 41], theme: 'light' },
			{ size: [160, 41], theme: 'light' },
			{ size: [200, 60], theme: 'dark' },
			{ size: [80, 16], theme: 'dark' },
		] as const) {
			const fresh = steps.map(({ moment, key }) => ({ moment: unseen(moment), key }));
			expect(await walk(shown, steps)).toEqual(await walk(shown, fresh));
		}
	});
});
