import type { adapterOf } from '../../adapters/registry.ts';
import { actingPerson } from '../../alerts/person.ts';
import { joinRules } from '../../app/alert-settings.ts';
import { limitHeap } from '../../app/heap.ts';
import { monitorOptions } from '../../app/monitor-options.ts';
import { openMonitor } from '../../app/open-monitor.ts';
import type { Monitor } from '../../app/open-monitor.ts';
import type { Settings, SettingsFlags } from '../../config/settings.ts';
import type { Target } from '../../domain/target.ts';
import { limitsIn } from '../../sections/limits.ts';
import type { LimitsOf } from '../../sections/limits.ts';
import type { Skeleton } from '../../terminal/skeleton.ts';
import type { CommandContext } from '../command.ts';
import type { ShownAlerting } from '../../app/shown-alerts/alerting.ts';
import { createBugList } from './bug-list.ts';
import type { BugList } from './bug-list.ts';
import { createScreenNetwork } from './network.ts';
import { createScreenPast } from './past.ts';
import { supervisedNodes } from './supervised-nodes.ts';
import { openSavedView } from '../../app/saved-view.ts';
import type { SavedViewFile } from '../../app/saved-view.ts';
import { createScreenSetup } from './setup.ts';
import type { ScreenSetup } from './setup.ts';

export interface TerminalRun {
	readonly context: CommandContext;
	readonly settings: Settings;
	readonly targets: readonly Target[];
	readonly hint: string | undefined;
	/** Absent for other nodes than a profile's: their alerts are of this run alone. */
	readonly alertProfile: string | undefined;
	readonly flags: SettingsFlags;
	/** Whether the mouse is on from the beginning. */
	readonly mouse?: boolean | undefined;
	/** Whether changes are printed as sentences, in place of a picture. */
	readonly screenReader?: boolean | undefined;
	/** Whether the picture changes only every few seconds. */
	readonly reducedMotion?: boolean | undefined;
	/** What is shown until the first picture. */
	readonly skeleton?: Skeleton | undefined;
	/** Does something to the demo's networks; absent where none run. */
	readonly demo?: ((deed: 'partition' | 'heal') => void) | undefined;
	/** The person goes to another profile, or begins anew with this one; absent where that makes no sense. */
	readonly onReopen?: ((profile: string) => void) | undefined;
}

/**
 * Runs the screen on the process's own terminal: it is painted before the code that polls is loaded.
 * Stacks of bugs in adapters are held back until the terminal is restored, each once.
 */
export async function runOnTerminal(run: TerminalRun): Promise<number> {
	run.context.signals?.handle();
	const { context, settings, targets } = run;
	limitHeap('loading', targets.length);
	const { runScreen } = await import('../../main.tsx');
	const bugs = createBugList();
	const monitor = openMonitor({
		...monitorOptions('lasting', settings, targets, { ...context, reportBug: bugs.add }),
		keepsNetworkMemory: true,
	});
	let alertingRun: ShownAlerting | undefined;
	let findAdapter: typeof adapterOf | undefined;
	let limitsOf: LimitsOf | undefined;
	const { travel, past, ...history } = createScreenPast(run, monitor);
	const { logs, runProcess } = supervisedNodes(context, monitor);
	const opened = await openSetup(run, bugs);
	try {
		if (!opened.signal.aborted) run.skeleton?.handOver();
		return await runScreen({
			settings,
			...opened,
			moments: travel.moments,
			travel,
			past,
			logs,
			actions: {
				...createScreenNetwork({ context, settings, targets, monitor }),
				actOnAlerts: (action) => alertingRun?.act(action),
				runProcess,
				person: actingPerson(context.env),
				demo: run.demo,
			},
			whyAbsent: (kind, section) => findAdapter?.(kind)?.absentSections[section],
			limitsOf: (field, kind) => limitsOf?.(field, kind) ?? [],
			stdin: process.stdin,
			stdout: process.stdout,
			async startWatch() {
				// After the first picture, before the first byte from outside.
				await context.signals?.guard();
				limitHeap('running');
				await monitor.start();
				findAdapter = (await import('../../adapters/registry.ts')).adapterOf;
				limitsOf = limitsIn(joinRules(settings.rules ?? { rules: {}, where: '' }));
				const { startShownAlerting } = await import('../../app/shown-alerts/alerting.ts');
				alertingRun = startShownAlerting(alertingOptions(run, monitor, bugs));
				await history.record();
				return monitor;
			},
		});
	} finally {
		await opened.saved?.settled();
		await history.close();
		await alertingRun?.close();
		monitor.stop();
		bugs.print(context.stderr);
	}
}

function alertingOptions(
	{ context, settings, flags, alertProfile: profile }: TerminalRun,
	monitor: Monitor,
	bugs: BugList,
) {
	const isRecorded = settings.history !== undefined;
	const reportBug = (error: unknown): void => {
		bugs.add(error, 'alerts');
	};
	return { context, flags, profile, monitor, isRecorded, reportBug };
}

interface OpenedSetup {
	readonly setup?: ScreenSetup;
	readonly saved?: SavedViewFile;
	/** Aborted when the run has to end, or another profile is shown. */
	readonly signal: AbortSignal;
	readonly hint: string | undefined;
	readonly isMouse: boolean;
	readonly isScreenReader: boolean;
	readonly isStill: boolean;
}

/** What the screen may change of the configuration, and the view that the profile was left with. */
async function openSetup(run: TerminalRun, bugs: BugList): Promise<OpenedSetup> {
	const { context, settings, flags, hint, alertProfile, onReopen } = run;
	const left = new AbortController();
	const signal = AbortSignal.any([context.signal, left.signal]);
	const own = {
		signal,
		hint,
		isMouse: run.mouse === true,
		isScreenReader: run.screenReader === true,
		isStill: run.reducedMotion === true,
	};
	const reportBug = (error: unknown): void => {
		bugs.add(error, 'settings');
	};
	const saved =
		alertProfile === undefined ? {} : { saved: await openSavedView(alertProfile, context) };
	if (onReopen === undefined) return { ...saved, ...own };
	const reopen = (profile: string): void => {
		onReopen(profile);
		left.abort();
	};
	return {
		...saved,
		...own,
		setup: await createScreenSetup({ context, settings, flags, reopen, reportBug }),
	};
}
