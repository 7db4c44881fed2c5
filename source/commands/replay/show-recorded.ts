import { basename } from 'node:path';
import { adapterOf } from '../../adapters/registry.ts';
import { createPast } from '../../app/past.ts';
import type { Recorded } from '../../app/recorded.ts';
import { createTimeTravel } from '../../app/time-travel.ts';
import type { Settings } from '../../config/settings.ts';
import { clean } from '../../domain/clean.ts';
import type { Moment } from '../../sections/moment.ts';
import type { CommandContext } from '../command.ts';
import { requireKeyboard } from '../screen/require-keyboard.ts';

interface Shown {
	readonly context: CommandContext;
	readonly settings: Settings;
	readonly recorded: Recorded;
	/** The first one that is shown. */
	readonly moment: Moment;
	/** Absent for the history of the profile. */
	readonly file: string | undefined;
}

/** Runs the screen over what was recorded: nothing is polled, and there is no present to go back to. */
export async function showRecorded(shown: Shown): Promise<number> {
	requireKeyboard();
	shown.context.signals?.handle();
	const { context, settings, recorded, moment, file } = shown;
	const { runScreen } = await import('../../main.tsx');
	const travel = createTimeTravel({
		present: { getSnapshot: () => moment, subscribe: () => () => undefined },
		isLive: false,
		ask: () => recorded.ask,
		clock: context.clock,
	});
	const profile = file === undefined ? settings.profile : clean(basename(file), 40);
	return runScreen({
		settings: { ...settings, profile },
		moments: travel.moments,
		travel,
		past: createPast(() => recorded.ask),
		whyAbsent: (kind, section) => {
			const absent: Readonly<Partial<Record<string, string>>> =
				adapterOf(kind)?.absentSections ?? {};
			return absent[section];
		},
		stdin: process.stdin,
		stdout: process.stdout,
		signal: context.signal,
		startWatch: () =>
			Promise.resolve({
				pollNow: () => undefined,
				setIntervalMs: () => undefined,
				stop: travel.stop,
			}),
	});
}
