import type { adapterOf } from '../../adapters/registry.ts';
import { actingPerson } from '../../alerts/person.ts';
import { limitHeap } from '../../app/heap.ts';
import { monitorOptions } from '../../app/monitor-options.ts';
import { openMonitor } from '../../app/open-monitor.ts';
import type { Settings, SettingsFlags } from '../../config/settings.ts';
import type { Target } from '../../domain/target.ts';
import type { CommandContext } from '../command.ts';
import type { ScreenAlerting } from './alerting.ts';
import { createBugList } from './bug-list.ts';
import { createScreenNetwork } from './network.ts';
import { createScreenPast } from './past.ts';
import { requireKeyboard } from './require-keyboard.ts';

export interface TerminalRun {
	readonly context: CommandContext;
	readonly settings: Settings;
	readonly targets: readonly Target[];
	readonly hint: string | undefined;
	/** Absent for other nodes than a profile's: their alerts are of this run alone. */
	readonly alertProfile: string | undefined;
	readonly flags: Pick<SettingsFlags, 'config' | 'profile'>;
}

/**
 * Runs the screen on the process's own terminal: it is painted before the code that polls is loaded.
 * Stacks of bugs in adapters are held back until the terminal is restored, each once.
 */
export async function runOnTerminal(run: TerminalRun): Promise<number> {
	requireKeyboard();
	run.context.signals?.handle();
	const { context, settings, targets, hint, flags } = run;
	limitHeap('loading', targets.length);
	const { runScreen } = await import('../../main.tsx');
	const bugs = createBugList();
	const { env, clock } = context;
	const monitor = openMonitor({
		...monitorOptions('lasting', settings, targets, { env, clock, reportBug: bugs.add }),
		keepsNetworkMemory: true,
	});
	let alertingRun: ScreenAlerting | undefined;
	let findAdapter: typeof adapterOf | undefined;
	const past = createScreenPast(run, monitor);
	const { travel } = past;
	try {
		return await runScreen({
			settings,
			moments: travel.moments,
			travel,
			hint,
			actions: {
				...createScreenNetwork({ context, settings, targets, monitor }),
				actOnAlerts: (action) => alertingRun?.act(action),
				person: actingPerson(context.env),
			},
			whyAbsent: (kind, section) => findAdapter?.(kind)?.absentSections[section],
			stdin: process.stdin,
			stdout: process.stdout,
			signal: context.signal,
			async startWatch() {
				// After the first picture, before the first byte from outside.
				await context.signals?.guard();
				limitHeap('running', targets.length);
				await monitor.start();
				findAdapter = (await import('../../adapters/registry.ts')).adapterOf;
				const { startScreenAlerting } = await import('./alerting.ts');
				alertingRun = startScreenAlerting({
					context,
					flags,
					profile: run.alertProfile,
					monitor,
					reportBug: (error) => {
						bugs.add(error, 'alerts');
					},
				});
				await past.record();
				return monitor;
			},
		});
	} finally {
		await past.close();
		await alertingRun?.close();
		monitor.stop();
		bugs.print(context.stderr);
	}
}
