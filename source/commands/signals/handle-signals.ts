import { constants } from 'node:os';
import { exitCodes } from '../../domain/errors.ts';
import { listening } from './watchdog-message.ts';
import type { WatchdogData } from './watchdog.ts';

/** What a command can say about signals. */
export interface SignalHandling {
	/** From now on a signal aborts the run's signal, and the command ends in order. */
	readonly handle: () => void;
	/** `handle`, and a watchdog for the case that the main thread is stuck and cannot. */
	readonly guard: () => Promise<void>;
	/** Signals keep the system's own effect, however long the run lasts: for a command that leaves nothing in disorder. */
	readonly leave: () => void;
	/** From now on SIGHUP calls the listener instead of ending the run. */
	readonly onHangUp: (listener: () => void) => void;
	/** The exit code of the signal that ended the run; undefined without one. */
	readonly exitCode: () => number | undefined;
}

const codeOf = {
	SIGINT: exitCodes.interrupted,
	SIGTERM: exitCodes.terminated,
	SIGHUP: exitCodes.hungUp,
} as const;

/** Where the watchdog finds Node's own exit: Ink replaces it by one that draws the screen once more. */
const exitKey = 'nodetop.exit';

/**
 * A command that runs for less than this needs no watchdog: until then a signal has the system's own
 * effect, which ends the process at once, stuck or not.
 */
const guardAfterMs = 400;

/**
 * How this process takes SIGINT, SIGTERM and SIGHUP. Nothing is handled at first; every run is guarded
 * once it has lasted `guardAfterMs`, and earlier by a command that asks for it; one that only reads may do without.
 */
export function createSignalHandling(version: string, abort: () => void): SignalHandling {
	let exitCode: number | undefined;
	let hangUp: (() => void) | undefined;
	const takesHangUp = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
	Reflect.set(globalThis, Symbol.for(exitKey), Reflect.get(process, 'reallyExit'));
	let isHandled = false;
	let guarded: Promise<void> | undefined;

	function handle(): void {
		if (isHandled) return;
		isHandled = true;
		for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
			process.on(name, () => {
				if (name === 'SIGHUP' && hangUp) {
					hangUp();
					return;
				}
				exitCode = codeOf[name];
				abort();
			});
		}
	}

	function guard(): Promise<void> {
		handle();
		guarded ??= startWatchdog(version, takesHangUp);
		return guarded;
	}

	const guarding = setTimeout(() => void guard(), guardAfterMs).unref();
	return {
		handle,
		guard,
		leave: () => {
			clearTimeout(guarding);
		},
		onHangUp: (listener) => {
			hangUp = listener;
			Atomics.store(takesHangUp, 0, 1);
		},
		exitCode: () => exitCode,
	};
}

/**
 * Starts the thread of `watchdog.ts`. A process that cannot have one (no memory for a thread)
 * works without: its signals are handled as long as it is not stuck.
 */
async function startWatchdog(version: string, takesHangUp: Int32Array): Promise<void> {
	const [{ Worker }, { stateDirectory }] = await Promise.all([
		import('node:worker_threads'),
		import('../../config/paths.ts'),
	]);
	const workerData: WatchdogData = {
		signals: Object.entries(codeOf).map(([name, exitCode]) => ({
			name,
			// The keys of `codeOf` are names of signals.
			number: constants.signals[name as keyof typeof codeOf],
			exitCode,
		})),
		takesHangUp,
		directory: stateDirectory({ env: process.env }),
		version,
		exitKey,
		isTerminal: process.stdout.isTTY,
	};
	try {
		// Beside dist/cli.js, which holds this module.
		const worker = new Worker(new URL('./watchdog.js', import.meta.url), {
			workerData,
			// Only Node's own binding lets a thread hear the signals of its process.
			execArgv: ['--expose-internals'],
			resourceLimits: { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16, stackSizeMb: 1 },
			trackUnmanagedFds: false,
		});
		const { promise: listens, resolve } = Promise.withResolvers<void>();
		worker.on('error', () => undefined);
		worker.on('exit', resolve);
		worker.on('message', (message) => {
			if (message === listening) resolve();
			else worker.postMessage(message, []);
		});
		// A signal that came before would find the main thread stuck and nobody else.
		await listens;
		worker.unref();
	} catch {
		// The system gives no thread.
	}
}
