import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Action } from '../alerts/alert-state.ts';
import { journalFileName, peekLedger } from '../alerts/delivery/journal.ts';
import { presentSilences } from '../alerts/mutes.ts';
import { readAlerts } from '../alerts/read-alerts.ts';
import { fileAction, stateFileName } from '../alerts/state-file.ts';
import type { Clock, Timer } from '../domain/clock.ts';
import { messageOf } from '../domain/errors.ts';
import type { ReadableStore } from '../domain/store.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { AlertingStatus } from '../sections/alerting/schema.ts';
import { journalProblems } from './alert-problems.ts';
import type { AlertSettings } from './alerting-options.ts';
import { createAlertingStore } from './alerting-store.ts';

export interface AttachOptions {
	readonly fleet: Fleet;
	/** The directory of the profile's alerts, in which another process evaluates. */
	readonly directory: string;
	/** Decide which alerts are muted; no rule is evaluated here. */
	readonly settings: Pick<AlertSettings, 'rules' | 'quiet'>;
	readonly clock: Clock;
}

/** The alerts of another process, shown here. */
export interface AttachedAlerting {
	/** In mode `attached`. */
	readonly state: ReadableStore<AlertingStatus>;
	/** Files a person's action for the other process. */
	act(action: Action): void;
	stop(): void;
}

const lookEveryMs = 500;
/** Mutes end by the clock, without a change on disk. */
const rereadEveryMs = 5000;

/**
 * Shows in the fleet the alerts that another process keeps in the directory, and files a person's actions
 * for that process. Changes no other file. While a file cannot be read, `state` has the problem and the
 * alerts stay as they were.
 */
export function attachAlerting(options: AttachOptions): AttachedAlerting {
	const { fleet, directory, settings, clock } = options;
	const { now } = clock;
	const files = createFileWatch(
		[stateFileName, journalFileName].map((name) => join(directory, name)),
		clock,
	);
	const store = createAlertingStore({
		mode: 'attached',
		problems: [],
		silences: [],
	});
	let unsent: readonly string[] = [];
	let timer: Timer | undefined;
	let isStopped = false;

	async function file(action: Action): Promise<void> {
		await fileAction(directory, action, now());
		files.forget();
	}

	async function read(): Promise<void> {
		const { alerts, state } = await readAlerts(directory, settings, now());
		store.set({ silences: presentSilences(state.silences, settings.quiet.silences, now()) });
		unsent = journalProblems(await peekLedger(directory), now());
		if (isStopped || isDeepStrictEqual(alerts, fleet.getSnapshot().alerts)) return;
		fleet.setAlerts(alerts);
	}

	async function reportingProblems(work: Promise<unknown>): Promise<void> {
		const problem = await work.then(
			() => undefined,
			(error: unknown) => `the alerts of the other process cannot be read: ${messageOf(error)}`,
		);
		store.set({ problems: problem === undefined ? unsent : [problem, ...unsent] });
	}

	async function readOnAndOn(): Promise<void> {
		await reportingProblems(files.whenChanged(read));
		if (!isStopped) timer = clock.setTimeout(() => void readOnAndOn(), lookEveryMs);
	}

	void readOnAndOn();
	return {
		state: store,
		act(action) {
			void reportingProblems(file(action));
		},
		stop() {
			isStopped = true;
			clock.clearTimeout(timer);
		},
	};
}

/** Notices when one of some files was replaced. */
function createFileWatch(paths: readonly string[], { steadyNow }: Clock) {
	let seen = '';
	let readAtMs = Number.NEGATIVE_INFINITY;
	return {
		/** Calls `read` when a file was replaced since its last success, or that is too long ago. */
		async whenChanged(read: () => Promise<void>): Promise<void> {
			const versions = (await Promise.all(paths.map((path) => versionOf(path)))).join();
			if (versions === seen && steadyNow() - readAtMs < rereadEveryMs) return;
			await read();
			seen = versions;
			readAtMs = steadyNow();
		},
		/** Has the next call read again. */
		forget(): void {
			readAtMs = Number.NEGATIVE_INFINITY;
		},
	};
}

/** Differs whenever the file was replaced. */
async function versionOf(path: string): Promise<string> {
	try {
		const { ino, mtimeMs, size } = await stat(path);
		return `${ino} ${mtimeMs} ${size}`;
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
		throw error;
	}
}
