import type { ReactNode } from 'react';
import { screens } from '../../screens/registry.ts';
import { createFleet } from '../../source/fleet/fleet.ts';
import { createMoments } from '../../source/fleet/moments.ts';
import { createJudge } from '../../source/health/judge.ts';
import { watchNodes } from '../helpers/monitor.ts';
import { runScreen } from '../../source/main.tsx';
import { settingsWith } from '../helpers/settings.ts';

/** The real screen with one component that throws: what a bug of ours would do. */
function Crashing(): ReactNode {
	throw new Error('a component crashed on purpose');
}

try {
	await runScreen({
		settings: settingsWith(),
		moments: createMoments(createFleet(createJudge())),
		startWatch: () => Promise.resolve(watchNodes([])),
		stdin: process.stdin,
		stdout: process.stdout,
		signal: new AbortController().signal,
		screens: { ...screens, overview: Crashing },
	});
} catch (error) {
	process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
	process.exit(1);
}
