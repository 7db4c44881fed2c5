import type { Monitor } from '../../app/open-monitor.ts';
import { createPast } from '../../app/past.ts';
import type { RunHistory } from '../../app/run-history.ts';
import { createTimeTravel } from '../../app/time-travel.ts';
import type { TimeTravel } from '../../app/time-travel.ts';
import type { Settings } from '../../config/settings.ts';
import type { Past } from '../../history/past.ts';
import type { CommandContext } from '../command.ts';

/** What a screen records, and its way back to it. */
export interface ScreenPast {
	readonly travel: TimeTravel;
	readonly past: Past;
	/** Begins to record. Its code is loaded when the first picture is painted, as all that polls. */
	readonly record: () => Promise<void>;
	readonly close: () => Promise<void>;
}

export function createScreenPast(
	run: {
		readonly context: Pick<CommandContext, 'env' | 'clock'>;
		readonly settings: Pick<Settings, 'history'>;
		/** Absent for other nodes than a profile's: their history ends with the run. */
		readonly alertProfile: string | undefined;
	},
	monitor: Monitor,
): ScreenPast {
	const { env, clock } = run.context;
	let history: RunHistory | undefined;
	const travel = createTimeTravel({
		present: monitor.moments,
		isLive: true,
		ask: () => history?.client()?.ask,
		clock,
	});
	return {
		travel,
		past: createPast(() => history?.client()?.ask),
		async record() {
			const { startHistory } = await import('../../app/run-history.ts');
			const { history: kept } = run.settings;
			history = startHistory({ monitor, settings: kept, profile: run.alertProfile, env, clock });
			history.problem.subscribe(() => {
				travel.tell(history?.problem.getSnapshot());
			});
		},
		async close() {
			travel.stop();
			await history?.close();
		},
	};
}
