import { setFlagsFromString } from 'node:v8';

/** More nodes than this make so much garbage that collecting it often costs more than the memory. */
const smallFleet = 30;

/**
 * V8's last compiler takes seconds and, in each of its threads, megabytes that are never given back, for
 * code that runs once a second. The one before it, Maglev, is on from Node 24; where it is not, this one is
 * needed.
 */
const hasMaglev = Number.parseInt(process.versions.node, 10) >= 24;

/** When flags are set: before the program is loaded, or once it runs and polls. */
export type HeapPhase = 'loading' | 'running';

/**
 * The V8 flags of a monitor that lasts, on a screen or without one. A poll and a frame are many small
 * objects that die at once; V8 answers by growing their space to 3 × 16 MB. With few nodes that space is held at
 * 2 × 4 MB from the start, and old objects, which V8 lets more than double before it collects them, are
 * collected at a quarter more than is alive. With many it is held at what it has once polling begins.
 */
export function heapFlags(phase: HeapPhase, nodeCount: number): readonly string[] {
	const holdYoungGeneration = '--semi-space-growth-factor=1';
	if (phase === 'running') return [holdYoungGeneration];
	if (nodeCount > smallFleet) return [];
	const few = [holdYoungGeneration, '--heap-growing-percent=25'];
	return hasMaglev ? [...few, '--no-turbofan'] : few;
}

export function limitHeap(phase: HeapPhase, nodeCount: number): void {
	for (const flag of heapFlags(phase, nodeCount)) setFlagsFromString(flag);
}
