import { setFlagsFromString } from 'node:v8';

/** More nodes than this make so much garbage that collecting it often costs more than the memory. */
const smallFleet = 30;

/**
 * V8's last compiler takes seconds and, in each of its threads, megabytes that are never given back, for
 * code that runs once a second. The one before it, Maglev, is on from Node 24; where it is not, this one is
 * needed.
 */
const hasMaglev = Number.parseInt(process.versions.node, 10) >= 24;

/** When flags are set: once the nodes are known, and once it polls; or by a command that reads one file. */
export type HeapPhase = 'loading' | 'running' | 'reading';

/**
 * The V8 flags of a monitor that lasts, on a screen or without one. A poll and a frame are many small
 * objects that die at once; V8 answers by growing their space to 3 × 16 MB. With few nodes that space is held at
 * what it has when the nodes are known, 2 × 4 MB (`test/e2e/loaded.test.ts`): in 2 × 1 MB a poll is moved to the old
 * objects before it has ended. With many it is held at what it has once polling begins. Old objects, which V8 lets
 * more than double before it collects them, are collected at half more than is alive: of 210 nodes 77 MB are, and V8
 * would let them become 270 MB.
 */
export function heapFlags(phase: HeapPhase, nodeCount = 0): readonly string[] {
	const holdYoungGeneration = '--semi-space-growth-factor=1';
	// A few functions are compiled. Each thread that helps, and each call that is inlined, would keep megabytes.
	if (phase === 'reading')
		return [
			holdYoungGeneration,
			'--heap-growing-percent=25',
			'--no-turbofan',
			'--no-concurrent-recompilation',
			'--no-maglev-inlining',
		];
	if (phase === 'running') return [holdYoungGeneration];
	const collectOldObjects = '--heap-growing-percent=50';
	if (nodeCount > smallFleet) return ['--semi-space-growth-factor=2', collectOldObjects];
	const few = [holdYoungGeneration, collectOldObjects];
	return hasMaglev ? [...few, '--no-turbofan'] : few;
}

export function limitHeap(
	phase: HeapPhase,
	nodeCount?: number,
	set: (flag: string) => void = setFlagsFromString,
): void {
	for (const flag of heapFlags(phase, nodeCount)) set(flag);
}
