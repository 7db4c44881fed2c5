import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { startInTerminal } from '../test/helpers/terminal.ts';
import type { TestTerminal } from '../test/helpers/terminal.ts';

const ticksPerSecond = 100;
const bytesPerPage = 4096;

export function median(values: readonly number[]): number {
	return quantile(values, 0.5);
}

export function quantile(values: readonly number[], share: number): number {
	const sorted = values.toSorted((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** Wall milliseconds of a whole process, median of several runs after one that is not counted. */
export function timeProcess(args: readonly string[], runs: number): number {
	const times = Array.from({ length: runs + 1 }, () => {
		const started = performance.now();
		spawnSync(process.execPath, args, { stdio: 'ignore' });
		return performance.now() - started;
	});
	return median(times.slice(1));
}

/** Milliseconds from start until the screen shows what `isThere` looks for. */
export async function timeFirstFrame(
	args: readonly string[],
	isThere: (text: string) => boolean,
): Promise<number> {
	const started = performance.now();
	const terminal = startInTerminal(process.execPath, args);
	try {
		while (!isThere(terminal.text())) await pause(1);
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
	const before = { cpuSeconds: cpuSeconds(terminal.pid), written: terminal.raw().length };
	const started = performance.now();
	await pause(windowMs);
	const seconds = (performance.now() - started) / 1000;
	return {
		cpuRatio: (cpuSeconds(terminal.pid) - before.cpuSeconds) / seconds,
		residentBytes: residentBytes(terminal.pid),
		bytesPerSecond: (terminal.raw().length - before.written) / seconds,
	};
}

/** Milliseconds from each key press to the first byte that answers it. */
export async function timeKeys(
	terminal: TestTerminal,
	key: string,
	count: number,
	gapMs: number,
): Promise<number[]> {
	const times: number[] = [];
	for (let n = 0; n < count; n++) {
		const length = terminal.raw().length;
		const started = performance.now();
		terminal.press(key);
		while (terminal.raw().length === length && performance.now() - started < 1000) await pause(0);
		times.push(performance.now() - started);
		await pause(gapMs);
	}
	return times;
}

function statOf(pid: number): string[] {
	const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
	return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function cpuSeconds(pid: number): number {
	const fields = statOf(pid);
	return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

function residentBytes(pid: number): number {
	return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * bytesPerPage;
}
