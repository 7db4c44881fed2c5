import { createSampleWindow } from '../meters.ts';
import type { Distribution } from '../meters.ts';
import type { World } from '../node-process.ts';
import type { HeldVertex } from './vertex-store.ts';

/** The time from attaching a vertex to its finality, by this node's own decisions. */
export interface Finality {
	record(entry: HeldVertex): void;
	/** Milliseconds over the last minute; `undefined` when nothing became final in it. */
	distribution(): Distribution | undefined;
	readonly lastAtMs: number | undefined;
	readonly lastAtWallMs: number | undefined;
}

const windowMs = 60_000;

export function createFinality(world: World, onFinal: (tookMs: number) => void): Finality {
	const times = createSampleWindow(windowMs);
	let lastAtMs: number | undefined;
	let lastAtWallMs: number | undefined;
	return {
		record({ attachedAtMs }) {
			lastAtMs = world.nowMs();
			lastAtWallMs = world.wallNowMs();
			const tookMs = lastAtMs - attachedAtMs;
			times.add(tookMs, lastAtMs);
			onFinal(tookMs);
		},
		distribution: () => times.distribution(world.nowMs()),
		get lastAtMs() {
			return lastAtMs;
		},
		get lastAtWallMs() {
			return lastAtWallMs;
		},
	};
}
