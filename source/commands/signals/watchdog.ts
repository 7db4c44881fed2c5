import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { listening } from './watchdog-message.ts';

/**
 * The thread that ends the process when a signal asks for it and the main thread is stuck. It sleeps until a
 * signal comes. Then it asks the main thread whether it still runs, until the process has ended; when no
 * answer comes, it writes down what the main thread was doing, gives the terminal back and ends the process.
 * docs/decisions/0009-watchdog.md says why it is built so.
 */
export interface WatchdogData {
	readonly signals: readonly {
		readonly name: string;
		readonly number: number;
		readonly exitCode: number;
	}[];
	/** 1 at index 0: the main thread takes SIGHUP for something else than an end. */
	readonly takesHangUp: Int32Array;
	/** Where the file with the stack goes. */
	readonly directory: string;
	readonly version: string;
	/** The name of the global symbol under which the main thread keeps Node's own `process.reallyExit`. */
	readonly exitKey: string;
	/** Whether standard output is a terminal, which may show a screen. */
	readonly isTerminal: boolean;
}

/** `Signal` of Node's internal binding `signal_wrap`, as its `process.on` uses it. */
interface SignalBinding {
	readonly Signal: new () => {
		onsignal: (number: number) => void;
		start(number: number): number;
	};
}

const askEveryMs = 100;
/** Questions without an answer. A count, not a time: on a busy machine this thread is late as well. */
const mostUnanswered = 12;
const stackWithinMs = 500;
const endWithinMs = 400;
const restoreWithinMs = 300;

/** A whole frame, no mouse, no pasting, the first screen, the cursor, no colours. */
const terminalReset =
	'\u001B[?2026l\u001B[?1000l\u001B[?1002l\u001B[?1003l\u001B[?1006l\u001B[?2004l\u001B[?1049l\u001B[?25h\u001B[0m';

// This file is only ever the entry of a thread, which `handle-signals.ts` starts with this.
const data = workerData as WatchdogData;

/** Evaluated in the main thread, on top of what it is stuck in. */
const readStack = `(() => {
	const { stackTraceLimit } = Error;
	Error.stackTraceLimit = 100;
	const { stack } = new Error('stuck in');
	Error.stackTraceLimit = stackTraceLimit;
	return stack;
})()`;

/** Evaluated in the main thread. Without its exit listeners: Ink's would draw the screen once more. */
function endWith(exitCode: number, message: string): string {
	const reset = data.isTerminal ? `writeSync(1, ${JSON.stringify(terminalReset)});` : '';
	return `(() => {
		const { writeSync, closeSync, openSync } = process.getBuiltinModule('node:fs');
		try {
			${reset}
			writeSync(2, ${JSON.stringify(message)});
			// Node would say here that it waits for a debugger, which is this thread.
			closeSync(2);
			openSync('/dev/null', 'w');
		} finally {
			globalThis[Symbol.for(${JSON.stringify(data.exitKey)})](${exitCode});
		}
	})()`;
}

/** What the main thread is doing; undefined where it is not in JavaScript. */
function stackOfMain(session: Session): Promise<string | undefined> {
	return new Promise((resolve) => {
		setTimeout(() => {
			resolve(undefined);
		}, stackWithinMs);
		const parameters = { expression: readStack, returnByValue: true };
		session.post('Runtime.evaluate', parameters, (_error, answer) => {
			// The protocol's `Runtime.evaluate` answers with a remote object, by value as asked.
			const { result } = answer as { readonly result: { readonly value?: unknown } };
			resolve(typeof result.value === 'string' ? withoutOurs(result.value) : undefined);
		});
	});
}

/** Without the frames of the expression that read it. */
function withoutOurs(stack: string): string {
	return stack.replaceAll(/^ {4}at <anonymous>:\d+:\d+\n/gm, '');
}

/** The last sentence of the message: where the stack is. */
function keepStack(signal: string, stack: string | undefined): string {
	const at = new Date().toISOString();
	const text = [
		`nodetop ${data.version}, Node ${process.version}, ${process.platform} ${process.arch}`,
		`${at}: the main thread did not react to ${signal}, and the process was ended.`,
		stack ?? 'It was not running JavaScript: no stack. It may wait for a disk or for the terminal.',
		'',
	].join('\n');
	const file = join(data.directory, `stuck-${at.replaceAll(/[:.]/g, '-')}-${process.pid}.txt`);
	try {
		mkdirSync(data.directory, { recursive: true, mode: 0o700 });
		writeFileSync(file, text, { flag: 'wx', mode: 0o600 });
		return `What it was doing is in ${file}: please report it`;
	} catch {
		return `What it was doing could not be written to ${file}:\n${text}`;
	}
}

/** Where the main thread cannot be interrupted: a child writes to the terminal, which may be blocked. */
function endByForce(message: string): void {
	if (data.isTerminal) {
		spawnSync(
			'sh',
			['-c', 'stty sane; printf %s "$1"; printf %s "$2" >&2', 'sh', terminalReset, message],
			{
				stdio: 'inherit',
				timeout: restoreWithinMs,
				killSignal: 'SIGKILL',
			},
		);
	}
	process.kill(process.pid, 'SIGKILL');
}

async function endStuck(signal: string, exitCode: number): Promise<void> {
	const session = new Session();
	session.connectToMainThread();
	const stack = await stackOfMain(session);
	const message = `nodetop: it was stuck and did not react to ${signal}, so it was ended. ${keepStack(signal, stack)}\n`;
	setTimeout(() => {
		endByForce(message);
	}, endWithinMs);
	session.post('Runtime.evaluate', { expression: endWith(exitCode, message) });
}

let unanswered = 0;
let isAsking = false;

parentPort?.on('message', () => {
	unanswered = 0;
});

function watchEnd(signal: string, exitCode: number): void {
	if (isAsking) return;
	isAsking = true;
	const timer = setInterval(() => {
		unanswered += 1;
		if (unanswered <= mostUnanswered) {
			parentPort?.postMessage('do you run?', []);
			return;
		}
		clearInterval(timer);
		void endStuck(signal, exitCode);
	}, askEveryMs);
}

// The module says that it is internal, on standard error.
process.emitWarning = () => undefined;
const { internalBinding } = createRequire(import.meta.url)('internal/test/binding') as {
	readonly internalBinding: (name: 'signal_wrap') => SignalBinding;
};
const { Signal } = internalBinding('signal_wrap');
for (const { name, number, exitCode } of data.signals) {
	const heard = new Signal();
	heard.onsignal = () => {
		if (name === 'SIGHUP' && Atomics.load(data.takesHangUp, 0) === 1) return;
		watchEnd(name, exitCode);
	};
	heard.start(number);
}
parentPort?.postMessage(listening, []);
