import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Action } from '../alerts/alert-state.ts';
import { journalFileName, peekLedger } from '../alerts/delivery/journal.ts';
import { readAlerts } from '../alerts/read-alerts.ts';
import { presentSilences } from '../alerts/mutes.ts';
import { fileAction, stateFileName } from '../alerts/state-file.ts';
import { createStore } from '../domain/store.ts';
import type { ReadableStore } from '../domain/store.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { AlertingStatus } from '../sections/alerting/schema.ts';
import { journalProblems } from './alert-problems.ts';
import type { AlertSettings } from './alerting.ts';

export interface AttachOptions {
	readonly fleet: Fleet;
	/** Of the profile's alerts, in which another process evaluates. */
	readonly directory: string;
	/** To say which alerts are muted; the rules themselves are not asked. */
	readonly settings: Pick<AlertSettings, 'rules' | 'quiet'>;
	readonly now: () => number;
}

/** The alerts of another process, shown here. */
export interface AttachedAlerting {
	/** In mode `attached`. */
	readonly state: ReadableStore<AlertingStatus>;
	/** Files what a person asked for; the other process does it. */
	act(action: Action): void;
	stop(): void;
}

const lookEveryMs = 500;
/** Mutes end by the clock, without a change on disk. */
const rereadEveryMs = 5000;

/**
 * Shows in the fleet the alerts that another process keeps in the directory, as they change there, and
 * files what a person does to them for that process to take. Reads only; a file that cannot be read is
 * a problem in `state`, and the alerts stay as they were.
 */
export function attachAlerting(options: AttachOptions): AttachedAlerting {
	const { fleet, directory, settings, now } = options;
	let readAtMs = Number.NEGATIVE_INFINITY;
	let seen = '';
	let unsent: readonly string[] = [];
	let timer: NodeJS.Timeout | undefined;
	let isStopped = false;
	const store = createStore<AlertingStatus>({
		mode: 'attached',
		problems: [],
		silences: [],
	});

	async function file(action: Action): Promise<void> {
		await fileAction(directory, action, now());
		readAtMs = Number.NEGATIVE_INFINITY;
	}

	async function look(): Promise<void> {
		const files = [stateFileName, journalFileName].map((name) => markOf(join(directory, name)));
		const mark = (await Promise.all(files)).join();
		const isOld = performance.now() - readAtMs >= rereadEveryMs;
		if (mark === seen && !isOld) return;
		const { alerts, state } = await readAlerts(directory, settings, now());
		const silences = presentSilences(state.silences, settings.quiet.silences, now());
		store.update((before) =>
			isDeepStrictEqual(silences, before.silences) ? before : { ...before, silences },
		);
		unsent = journalProblems(await peekLedger(directory));
		seen = mark;
		readAtMs = performance.now();
		if (isStopped || isDeepStrictEqual(alerts, fleet.getSnapshot().alerts)) return;
		fleet.setAlerts(alerts);
	}

	async function trying(work: Promise<unknown>): Promise<void> {
		const problem = await work.then(
			() => undefined,
			(error: unknown) => (error instanceof Error ? error.message : String(error)),
		);
		const own = problem === undefined ? [] : [`the alerts of the other process: ${problem}`];
		const problems = [...own, ...unsent];
		store.update((state) =>
			isDeepStrictEqual(problems, state.problems) ? state : { ...state, problems },
		);
	}

	async function lookOnAndOn(): Promise<void> {
		await trying(look());
		if (!isStopped) timer = setTimeout(() => void lookOnAndOn(), lookEveryMs);
	}

	void lookOnAndOn();
	return {
		state: store,
		act(action) {
			void trying(file(action));
		},
		stop() {
			isStopped = true;
			clearTimeout(timer);
		},
	};
}

/** Differs whenever the file was replaced. */
async function markOf(path: string): Promise<string> {
	try {
		const { ino, mtimeMs, size } = await stat(path);
		return `${ino} ${mtimeMs} ${size}`;
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
		throw error;
	}
}
