import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { createFleet } from '../source/fleet/fleet.ts';
import { createMoments } from '../source/fleet/moments.ts';
import { createJudge } from '../source/health/judge.ts';
import { runScreen } from '../source/main.tsx';
import { settingsWith } from './helpers/settings.ts';

it('a signal that came while the screen was loaded ends it before it paints', async () => {
	const stdout = new PassThrough();
	const ended = runScreen({
		settings: settingsWith({ color: 'never' }),
		moments: createMoments(createFleet(createJudge())),
		startWatch: () => Promise.reject(new Error('it polls')),
		stdin: process.stdin,
		// Nothing of a terminal is used before the first frame.
		stdout: Object.assign(stdout, { getColorDepth: () => 1 }) as unknown as NodeJS.WriteStream,
		signal: AbortSignal.abort(),
	});
	expect(await ended).toBe(0);
	expect(stdout.readableLength).toBe(0);
});
