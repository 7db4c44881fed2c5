import type { Action } from '../alerts/alert-state.ts';
import { peekLedger } from '../alerts/delivery/journal.ts';
import type { Ledger } from '../alerts/delivery/ledger.ts';
import { alertLockWords } from '../alerts/delivery/lock-words.ts';
import { acquireLock } from '../domain/lock.ts';
import { createAlertEngine } from '../alerts/engine.ts';
import type { AlertEngine } from '../alerts/engine.ts';
import type { Incident } from '../alerts/incident.ts';
import { removeLitter } from '../alerts/state-file.ts';
import type { Channel } from '../domain/channel.ts';
import { systemClock } from '../domain/clock.ts';
import type { ReadableStore } from '../domain/store.ts';
import type { AlertingStatus } from '../sections/alerting/schema.ts';
import { openAlertCycle, sizesOf } from './alert-cycle.ts';
import type { CycleOptions } from './alert-cycle.ts';
import type { AlertingOptions, AlertSettings } from './alerting-options.ts';
import { createAlertingStore } from './alerting-store.ts';
import { createEvaluationLoop } from './evaluation-loop.ts';
import { createIncidentCommands } from './node-commands.ts';

/** The alerts of a fleet, from evaluation to delivery. */
export interface Alerting {
	/** In mode `own` until `close`. */
	readonly state: ReadableStore<AlertingStatus>;
	/** Applies a person's action within a second. */
	act(action: Action): void;
	/** Uses other rules, mutes and channels from the next evaluation on. Rejects when channels cannot be opened. */
	reload(settings: AlertSettings): Promise<void>;
	/** Ends evaluation, gives attempts under way `drainMs`, and releases the directory. */
	close(drainMs?: number): Promise<void>;
}

/** Polls that end soon after one another are evaluated once, after they were compared. */
const afterChangeMs = 250;
const periodMs = 1000;

/**
 * Evaluates the rules for every watched node, group and peer soon after each change and at least once a
 * second. Alerts go to the fleet and to the channels; their changes are on disk before they are sent.
 * Throws `UserError` when another process has the directory, and system errors when it cannot be read.
 */
export async function openAlerting(options: AlertingOptions): Promise<Alerting> {
	const lock = options.lock ?? (await acquireLock(options.directory, { words: alertLockWords }));
	try {
		const { clock = systemClock } = options;
		return await open({ ...options, clock, now: clock.now, lock });
	} catch (error) {
		await lock.release();
		throw error;
	}
}

async function open(options: CycleOptions): Promise<Alerting> {
	const { fleet, lock, settings, clock, reportBug } = options;
	const engine = await openEngine(options);
	const store = createAlertingStore({
		mode: 'own',
		problems: [],
		silences: [],
		...sizesOf(settings),
	});
	const cycle = await openAlertCycle(options, engine, store);
	const loop = createEvaluationLoop({ evaluate: () => cycle.run(), periodMs, clock, reportBug });
	const unsubscribe = fleet.subscribe(() => {
		if (!cycle.isShowing()) loop.schedule(afterChangeMs);
	});
	loop.schedule(0);
	return {
		state: store,
		act(action) {
			engine.act(action);
			loop.schedule(0);
		},
		reload: (next) => loop.run(() => cycle.use(next)),
		async close(drainMs) {
			unsubscribe();
			await loop.close();
			await cycle.close(drainMs);
			await lock.release();
		},
	};
}

async function openEngine(options: CycleOptions): Promise<AlertEngine> {
	const { directory, settings, clock, warn } = options;
	const { rules, quiet, channels } = settings;
	await removeLitter(directory, clock.now());
	return createAlertEngine({
		rules,
		quiet,
		directory,
		commands: createIncidentCommands(options),
		delivered: deliveredAlerts(await peekLedger(directory), channels),
		now: clock.now,
		steadyNow: clock.steadyNow,
		warn,
		afterWrite: options.afterWrite,
	});
}

/** What the receivers of these channels believe to be firing. */
function deliveredAlerts({ groups }: Ledger, channels: readonly Channel[]): readonly Incident[] {
	return channels.flatMap(({ name }) =>
		Object.values(groups[name] ?? {}).flatMap(({ delivered }) =>
			Object.values(delivered).map(({ incident }) => incident),
		),
	);
}
