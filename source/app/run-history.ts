import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { acquireLock } from '../domain/lock.ts';
import type { Lock } from '../domain/lock.ts';
import { historyDirectory } from '../config/paths.ts';
import type { HistorySettings } from '../config/history.ts';
import type { Clock } from '../domain/clock.ts';
import { exitCodes, messageOf, UserError } from '../domain/errors.ts';
import { repeat } from '../domain/repeat.ts';
import { createStore } from '../domain/store.ts';
import type { ReadableStore } from '../domain/store.ts';
import { openHistory } from '../history/client.ts';
import type { HistoryClient } from '../history/client.ts';
import { framePaths } from './frame-paths.ts';
import type { Monitor } from './open-monitor.ts';
import { startOutlook } from './outlook.ts';
import { createRecorder } from './recorder.ts';
import type { Recorder } from './recorder.ts';

/** Built beside the command line, as an entry of its own. */
export const historyEntry = fileURLToPath(new URL('../history.js', import.meta.url));
/** A history that ends with its run is held in memory. */
const memoryBytes = 40_000_000;
const takeOverMs = 10_000;
const fileName = 'history.db';

export function historyFile(profile: string, env: NodeJS.ProcessEnv): string {
	return join(historyDirectory(profile, { env }), fileName);
}

export interface RunHistoryOptions {
	readonly monitor: Pick<Monitor, 'moment' | 'on' | 'attach'>;
	/** Absent when nothing is recorded. */
	readonly settings: HistorySettings | undefined;
	/** Absent for other nodes than a profile's: their history ends with the run. */
	readonly profile: string | undefined;
	readonly env: NodeJS.ProcessEnv;
	readonly clock: Clock;
	readonly entry?: string;
}

/** The history of a run: what it records, or what another process of the profile does. */
export interface RunHistory {
	/** What answers questions now; undefined while there is none. */
	readonly client: () => HistoryClient | undefined;
	/** What is wrong; undefined when nothing is. */
	readonly problem: ReadableStore<string | undefined>;
	readonly close: () => Promise<void>;
}

/**
 * Records what the monitor sees. One process of a profile does; another one reads what that writes, and
 * takes its place when it has ended. Never rejects: what is wrong is a problem.
 */
export function startHistory(options: RunHistoryOptions): RunHistory {
	const run = new Run(options);
	if (!options.settings) {
		return { client: run.client, problem: run.problem, close: () => Promise.resolve() };
	}
	const looking = repeat(options.clock, takeOverMs, () => run.look());
	const outlook = startOutlook({ ...options, client: run.client });
	return {
		client: run.client,
		problem: run.problem,
		async close() {
			await looking.stop();
			await outlook.stop();
			await run.close();
		},
	};
}

class Run {
	readonly problem = createStore<string | undefined>(undefined);
	readonly client = (): HistoryClient | undefined => this.#client;
	readonly #options: RunHistoryOptions;
	#client: HistoryClient | undefined;
	#recorder: Recorder | undefined;
	#lock: Lock | undefined;

	constructor(options: RunHistoryOptions) {
		this.#options = options;
	}

	/** Begins to record where nobody does. */
	async look(): Promise<void> {
		if (this.#recorder) return;
		const { profile, env } = this.#options;
		try {
			if (profile !== undefined) {
				this.#lock = await acquireLock(historyDirectory(profile, { env }), { patienceMs: 0 });
			}
		} catch (error) {
			this.#read(error);
			return;
		}
		const reading = this.#client;
		this.#client = undefined;
		await reading?.close();
		const client = this.#open('write');
		this.#recorder = createRecorder({ ...this.#options, client });
	}

	async close(): Promise<void> {
		if (this.#recorder) await this.#recorder.close();
		else await this.#client?.close();
		await this.#lock?.release();
	}

	/** Reads what the process that has the lock writes. */
	#read(error: unknown): void {
		const isTaken = error instanceof UserError && error.exitCode === exitCodes.unavailable;
		if (!isTaken) this.problem.update(() => `history: not recorded: ${messageOf(error)}`);
		else if (!this.#client) this.#open('read');
	}

	#open(mode: 'write' | 'read'): HistoryClient {
		const { profile, env, settings, entry = historyEntry } = this.#options;
		if (!settings) throw new Error('a history without settings');
		const retention =
			profile === undefined
				? { ...settings, maxBytes: Math.min(settings.maxBytes, memoryBytes) }
				: settings;
		const client = openHistory(entry, {
			file: profile === undefined ? undefined : historyFile(profile, env),
			mode,
			retention,
			framePaths: framePaths(),
		});
		this.#client = client;
		client.problem.subscribe(() => {
			this.problem.update(() => client.problem.getSnapshot());
		});
		return client;
	}
}
