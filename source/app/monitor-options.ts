import { rateDirectory } from './rate-directory.ts';
import { joinRules } from './alert-settings.ts';
import type { Settings } from '../config/settings.ts';
import type { Target } from '../domain/target.ts';
import type { MonitorOptions } from './open-monitor.ts';
import { supervisionOf } from './supervision.ts';
import type { Surroundings } from './surroundings.ts';

/** How long a monitor runs: for one answer, or until it is ended. */
export type Run = 'once' | 'lasting';

/** What a monitor does by the settings. Only a monitor that lasts probes paths and schedules health checks. */
export function monitorOptions(
	run: Run,
	settings: Settings,
	targets: readonly Target[],
	{ env, clock, reportBug }: Pick<Surroundings, 'env' | 'clock' | 'reportBug'>,
): MonitorOptions {
	const { witnesses, readOnly, probes, healthIntervalMs } = settings;
	const supervision = supervisionOf({ env });
	const options = { targets, clock, reportBug, witnesses, readOnly, supervision };
	if (run === 'once') return { ...options, rules: settings.rules && joinRules(settings.rules) };
	const directory = rateDirectory(env);
	return { ...options, healthIntervalMs, probing: probes && { settings: probes, directory } };
}
