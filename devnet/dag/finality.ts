import type { HeldVertex } from './vertex-shelf.ts';
import { createSampleWindow } from '../meters.ts';
import type { Distribution } from '../meters.ts';
import type { NodeContext } from './node-context.ts';

/** How long this node's own decisions took it: from attaching a vertex to holding it for final. */
export interface Finality {
	record(entry: HeldVertex): void;
	/** Milliseconds, of the last minute; `undefined` when nothing became final in it. */
	distribution(): Distribution | undefined;
	readonly lastAtMs: number | undefined;
	readonly lastAtWallMs: number | undefined;
}

const windowMs = 60_000;

export function createFinality(context: NodeContext): Finality {
	const times = createSampleWindow(windowMs);
	let lastAtMs: number | undefined;
	let lastAtWallMs: number | undefined;
	return {
		record({ attachedAtMs }) {
			lastAtMs = context.nowMs();
			lastAtWallMs = context.wallNowMs();
			times.add(lastAtMs - attachedAtMs, lastAtMs);
		},
		distribution: () => times.distribution(context.nowMs()),
		get lastAtMs() {
			return lastAtMs;
		},
		get lastAtWallMs() {
			return lastAtWallMs;
		},
	};
}
