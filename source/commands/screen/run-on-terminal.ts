import { setFlagsFromString } from 'node:v8';
import type { adapterOf } from '../../adapters/registry.ts';
import { actingPerson } from '../../alerts/person.ts';
import type { Settings, SettingsFlags } from '../../config/settings.ts';
import { UserError } from '../../domain/errors.ts';
import { createStore } from '../../domain/store.ts';
import type { Target } from '../../domain/target.ts';
import { createFleet } from '../../fleet/fleet.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { createMoments } from '../../fleet/moments.ts';
import { judge } from '../../health/judge.ts';
import { alertingOff } from '../../sections/alerting/schema.ts';
import type { Watch } from '../../app/watch.ts';
import type { CommandContext } from '../command.ts';
import { probingOf } from '../../app/probing-options.ts';
import type { ScreenAlerting } from './alerting.ts';
import { createScreenNetwork } from './network.ts';

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
	const { context, settings, targets, hint, flags } = run;
	if (targets.length <= smallFleet) keepHeapSmall();
	const { runScreen } = await import('../../main.tsx');
	const fleet = createFleet(judge);
	for (const target of targets) fleet.add(target);
	const bugs = createBugList();
	const network = createScreenNetwork({ context, settings, targets, fleet });
	const alerting = createStore(alertingOff);
	let alertingRun: ScreenAlerting | undefined;
	let findAdapter: typeof adapterOf | undefined;
	try {
		return await runScreen({
			settings,
			moments: createMoments(fleet, { alerting, networkOf: network.memoryOf }),
			hint,
			actions: {
				...network.actions,
				actOnAlerts: (action) => alertingRun?.act(action),
				person: actingPerson(context.env),
			},
			whyAbsent: (kind, section) => findAdapter?.(kind)?.lacks[section],
			stdin: process.stdin,
			stdout: process.stdout,
			signal: context.signal,
			async startWatch() {
				await network.follow();
				keepYoungGenerationSmall();
				const watch = await startPolling(run, fleet, bugs);
				findAdapter = (await import('../../adapters/registry.ts')).adapterOf;
				const { startScreenAlerting } = await import('./alerting.ts');
				alertingRun = startScreenAlerting({
					context,
					flags,
					profile: run.alertProfile,
					fleet,
					status: alerting,
					reportBug: (error) => {
						bugs.add('alerts', error);
					},
				});
				return watch;
			},
		});
	} finally {
		network.stop();
		await alertingRun?.close();
		bugs.print(context.stderr);
	}
}

function requireKeyboard(): void {
	if (process.stdin.isTTY) return;
	throw new UserError('the screen needs a keyboard, but standard input is not a terminal', {
		nextSteps: ['use --once for one snapshot', 'over ssh, ask for a terminal: ssh -t'],
	});
}

async function startPolling(
	{ context, settings, targets }: TerminalRun,
	fleet: Fleet,
	bugs: BugList,
): Promise<Watch> {
	const { createWatch } = await import('../../app/watch.ts');
	return createWatch(targets, {
		fleet,
		now: context.now,
		witnesses: settings.witnesses,
		probing: probingOf(settings, context),
		healthIntervalMs: settings.healthIntervalMs,
		readOnly: settings.readOnly,
		reportBug: (error, { name }) => {
			bugs.add(name, error);
		},
	});
}

interface BugList {
	add(where: string, error: unknown): void;
	print(stderr: CommandContext['stderr']): void;
}

function createBugList(): BugList {
	const bugs = new Set<string>();
	return {
		add(where, error) {
			const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
			bugs.add(`${where}: ${what}`);
		},
		print(stderr) {
			for (const bug of bugs) stderr.write(`nodetop: a bug of nodetop while reading ${bug}\n`);
		},
	};
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
 * old objects more than double before it collects them, does so at a quarter more than is alive.
 */
function keepHeapSmall(): void {
	keepYoungGenerationSmall();
	setFlagsFromString('--heap-growing-percent=25');
	if (hasMaglev) setFlagsFromString('--no-turbofan');
}

/**
 * V8's last compiler takes seconds and, in each of its threads, megabytes that are never given back, for
 * code that runs once a second. The one before it, Maglev, is on from Node 24; where it is not, this one is
 * needed.
 */
const hasMaglev = Number.parseInt(process.versions.node, 10) >= 24;
