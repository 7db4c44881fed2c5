import { readdirSync, readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import type { Stopwatch } from './stopwatch.ts';

/** The resources that a node reports. */
export interface ResourceUsage {
	/** Per cent of one core. */
	readonly cpu_usage: number;
	readonly memory_usage: {
		readonly resident: number;
		readonly virtual_memory?: number;
		readonly heap_allocated: number;
		readonly heap_used: number;
	};
	readonly thread_count?: number;
	readonly open_file_descriptors?: number;
}

/**
 * All nodes run in one process, and only their processing time can be measured separately. The CPU of
 * a node is that of the process since the last reading, over at least 1 s, shared by the processing
 * time of the nodes. Memory, threads and descriptors are those of the whole process, the same for each
 * node. Threads, descriptors and virtual memory come from `/proc`, and are absent where there is none.
 */
export interface ProcessMeter {
	usageOf(stopwatch: Stopwatch): ResourceUsage;
}

interface Sample {
	readonly atMs: number;
	readonly cpuMs: number;
	readonly busyMs: ReadonlyMap<Stopwatch, number>;
}

const leastSpanMs = 1000;

export function createProcessMeter(stopwatches: readonly Stopwatch[]): ProcessMeter {
	const take = (): Sample => {
		const { user, system } = process.cpuUsage();
		return {
			atMs: performance.now(),
			cpuMs: (user + system) / 1000,
			busyMs: new Map(stopwatches.map((stopwatch) => [stopwatch, stopwatch.busyMs])),
		};
	};
	let from = take();
	let to = from;
	let shared = readShared();

	const refresh = (): void => {
		const nowMs = performance.now();
		if (to !== from && nowMs - to.atMs < leastSpanMs) return;
		if (to !== from) from = to;
		to = take();
		shared = readShared();
	};

	return {
		usageOf(stopwatch) {
			refresh();
			const busyMs = (of: Stopwatch) => (to.busyMs.get(of) ?? 0) - (from.busyMs.get(of) ?? 0);
			let allBusyMs = 0;
			for (const each of stopwatches) allBusyMs += busyMs(each);
			const share = allBusyMs > 0 ? busyMs(stopwatch) / allBusyMs : 1 / stopwatches.length;
			const spanMs = Math.max(1, to.atMs - from.atMs);
			return { cpu_usage: (100 * share * (to.cpuMs - from.cpuMs)) / spanMs, ...shared };
		},
	};
}

function readShared(): Omit<ResourceUsage, 'cpu_usage'> {
	const { rss, heapTotal, heapUsed } = process.memoryUsage();
	const status = readProc(() => readFileSync('/proc/self/status', 'utf8'));
	const virtualKilobytes = numberIn(status, /^VmSize:\s+(\d+) kB$/m);
	const threads = numberIn(status, /^Threads:\s+(\d+)$/m);
	// Without the descriptor that lists the others.
	const openFiles = readProc(() => readdirSync('/proc/self/fd').length - 1);
	return {
		memory_usage: {
			resident: rss,
			...(virtualKilobytes !== undefined && { virtual_memory: virtualKilobytes * 1024 }),
			heap_allocated: heapTotal,
			heap_used: heapUsed,
		},
		...(threads !== undefined && { thread_count: threads }),
		...(openFiles !== undefined && { open_file_descriptors: openFiles }),
	};
}

function readProc<Value>(read: () => Value): Value | undefined {
	try {
		return read();
	} catch {
		// Not a Linux: the figure is absent.
		return undefined;
	}
}

function numberIn(text: string | undefined, pattern: RegExp): number | undefined {
	const found = text === undefined ? undefined : pattern.exec(text)?.[1];
	return found === undefined ? undefined : Number(found);
}
