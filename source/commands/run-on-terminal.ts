import { setFlagsFromString } from 'node:v8';
import type { Settings } from '../config/settings.ts';
import { UserError } from '../domain/errors.ts';
import type { Target } from '../domain/target.ts';
import { alertingOff } from '../alerts/alerting-state.ts';
import type { SettingsFlags } from '../config/settings.ts';
import { createStore } from '../domain/store.ts';
import { createFleet } from '../fleet/fleet.ts';
import { judge } from '../health/judge.ts';
import type { NetworkTracker } from '../nettest/network-tracker.ts';
import type { CommandContext } from './command.ts';
import type { ScreenAlerting } from './screen-alerting.ts';
import { probingOf } from './probing-options.ts';

/** The statistics of the network look at every poll that is a second apart from the one before. */
const followMs = 1000;

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
	if (!process.stdin.isTTY) {
		throw new UserError('the screen needs a keyboard, but standard input is not a terminal', {
			nextSteps: ['use --once for one snapshot', 'over ssh, ask for a terminal: ssh -t'],
		});
	}
	const { context, settings, targets, hint } = run;
	if (targets.length <= smallFleet) keepHeapSmall();
	const { runScreen } = await import('../main.tsx');
	const fleet = createFleet(judge);
	for (const target of targets) fleet.add(target);
	const bugs = new Set<string>();
	let tracker: NetworkTracker | undefined;
	let following: NodeJS.Timeout | undefined;
	const reportBug = (error: unknown, name = 'alerts'): void => {
		bugs.add(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
	};
	const alerting = createStore(alertingOff);
	let alertingRun: ScreenAlerting | undefined;
	try {
		return await runScreen({
			settings,
			fleet,
			hint,
			alerting,
			measurePath: async (name, signal) => {
				const target = targets.find((each) => each.name === name);
				const { measurePathTo } = await import('./diagnose.ts');
				return target && measurePathTo(target, signal);
			},
			runNetworkTest: async (asked) => {
				const { runScreenTest } = await import('./screen-tests.ts');
				const { env, now } = context;
				return runScreenTest(asked, { env, now, settings, targets, fleet });
			},
			networkMemory: (name) => tracker?.memoryOf(name),
			stdin: process.stdin,
			stdout: process.stdout,
			signal: context.signal,
			startWatch: async () => {
				const { createWatch } = await import('../polling/watch.ts');
				const { createNetworkTracker } = await import('../nettest/network-tracker.ts');
				const follower = createNetworkTracker();
				tracker = follower;
				following = setInterval(() => {
					for (const { snapshot } of fleet.getSnapshot().nodes) follower.observe(snapshot);
				}, followMs);
				keepYoungGenerationSmall();
				const watch = createWatch(targets, {
					fleet,
					now: context.now,
					witnesses: settings.witnesses,
					probing: probingOf(settings, context),
					healthIntervalMs: settings.healthIntervalMs,
					readOnly: settings.readOnly,
					reportBug: (error, { name }) => {
						reportBug(error, name);
					},
				});
				const { startScreenAlerting } = await import('./screen-alerting.ts');
				alertingRun = startScreenAlerting({
					context,
					flags: run.flags,
					profile: run.alertProfile,
					fleet,
					state: alerting,
					reportBug,
				});
				return watch;
			},
		});
	} finally {
		clearInterval(following);
		await alertingRun?.close();
		for (const bug of bugs) {
			context.stderr.write(`nodetop: a bug of nodetop while reading ${bug}\n`);
		}
	}
}

/**
 * A poll and a frame are many small objects that die at once; V8 answers by growing their space to
 * 3 × 16 MB. It is held at what it has when this is called: 2 × 8 MB once the first frame is painted.
 */
function keepYoungGenerationSmall(): void {
	setFlagsFromString('--semi-space-growth-factor=1');
}

/** More nodes than this make so much garbage that collecting it often costs more than the memory. */
const smallFleet = 30;

/**
 * Called before the screen is loaded, it holds the young generation at 2 × 4 MB; and V8, which lets the
 * old objects more than double before it collects them, does so at half more than is alive. Ten nodes
 * take 140 to 150 MB after three minutes instead of 225, for 7 % more CPU; a hundred would take half
 * as much CPU again.
 */
function keepHeapSmall(): void {
	keepYoungGenerationSmall();
	setFlagsFromString('--heap-growing-percent=50');
}
