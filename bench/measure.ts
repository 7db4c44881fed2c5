import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { startInTerminal } from '../test/helpers/terminal.ts';
import type { TestTerminal } from '../test/helpers/terminal.ts';

const nanosecondsPerSecond = 1e9;
const bytesPerPage = 4096;

/** Wall milliseconds of one run of a whole process. */
export function timeProcess(args: readonly string[]): number {
	const started = performance.now();
	spawnSync(process.execPath, args, { stdio: 'ignore' });
	return performance.now() - started;
}

/** Milliseconds from start until what is shown, or was written, is what `isThere` looks for. */
export async function timeUntil(
	args: readonly string[],
	isThere: (text: string, raw: string) => boolean,
): Promise<number> {
	const started = performance.now();
	const terminal = startInTerminal(process.execPath, args);
	try {
		while (!isThere(terminal.text(), terminal.raw())) await pause(1);
		return performance.now() - started;
	} finally {
		terminal.close();
	}
}

export interface Usage {
	/** Share of one core. */
	readonly cpuRatio: number;
	readonly residentBytes: number;
	readonly bytesPerSecond: number;
}

/** What a process in a terminal uses in a steady state. Linux only: reads /proc. */
export async function measureUsage(
	terminal: TestTerminal,
	warmUpMs: number,
	windowMs: number,
): Promise<Usage> {
	await pause(warmUpMs);
	const before = { cpuSeconds: cpuSecondsOf(terminal.pid), written: terminal.raw().length };
	const started = performance.now();
	await pause(windowMs);
	const seconds = (performance.now() - started) / 1000;
	return {
		cpuRatio: (cpuSecondsOf(terminal.pid) - before.cpuSeconds) / seconds,
		residentBytes: residentBytesOf(terminal.pid),
		bytesPerSecond: Buffer.byteLength(terminal.raw().slice(before.written)) / seconds,
	};
}

/**
 * Milliseconds from each key press to the first byte that answers it. The keys are pressed in turn. Each must change the
 * picture: a cursor that stands at the end of its list answers with nothing.
 */
export async function timeKeys(
	terminal: TestTerminal,
	keys: string,
	count: number,
	gapMs: number,
): Promise<number[]> {
	const times: number[] = [];
	for (let n = 0; n < count; n++) {
		const length = terminal.raw().length;
		const started = performance.now();
		terminal.press(keys.charAt(n % keys.length));
		while (terminal.raw().length === length && performance.now() - started < 1000) await pause(0);
		times.push(performance.now() - started);
		await pause(gapMs);
	}
	return times;
}

/**
 * Processor time of the threads that a process has now. Linux only. Not from `/proc/PID/stat`: that counts who runs
 * at each tick of the clock, and a program that wakes up for less than a tick is often missed.
 */
export function cpuSecondsOf(pid: number): number {
	const tasks = readdirSync(`/proc/${pid}/task`);
	return tasks.reduce((sum, task) => sum + threadSecondsOf(`/proc/${pid}/task/${task}`), 0);
}

function threadSecondsOf(task: string): number {
	try {
		const [ran] = readFileSync(`${task}/schedstat`, 'utf8').split(' ');
		return Number(ran) / nanosecondsPerSecond;
	} catch {
		// The thread has ended meanwhile.
		return 0;
	}
}

export function residentBytesOf(pid: number): number {
	return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * bytesPerPage;
}
