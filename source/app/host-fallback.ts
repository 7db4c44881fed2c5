import type { Adapter, Source } from '../adapters/adapter.ts';
import { createHttp } from '../adapters/http.ts';
import { adapters } from '../adapters/registry.ts';
import type { Reading } from '../sections/snapshot.ts';
import type { Clock } from '../domain/clock.ts';
import { isLocal } from '../domain/reach.ts';
import { notMeasured } from '../domain/own-delay.ts';
import type { Target } from '../domain/target.ts';

/** Resources of this machine, for the nodes on it that report none of their own. */
export interface HostFallback {
	/** Fills in `resources` where the node is on this machine and gave none. Never waits. */
	complete(target: Target, reading: Reading): Reading;
	close(): void;
}

const refreshMs = 10_000;
const measureTimeoutMs = 5000;
/** A machine under load cannot be measured at times: until then its last figures stand. */
const keptMs = 5 * 60_000;

/**
 * Measures at most every ten seconds, because it starts other programs; in the background, and only while
 * such nodes are polled.
 */
export function createHostFallback(
	clock: Clock,
	hostAdapter: Adapter = adapters.host,
): HostFallback {
	const target: Target = {
		name: 'host',
		kind: 'host',
		url: 'host:',
		intervalMs: refreshMs,
		timeoutMs: measureTimeoutMs,
	};
	const http = createHttp(target);
	let source: Source | undefined;
	let latest: Reading['resources'];
	let readAtMs = Number.NEGATIVE_INFINITY;
	let measuredAtMs = Number.NEGATIVE_INFINITY;
	let isMeasuring = false;

	async function measure(): Promise<void> {
		isMeasuring = true;
		try {
			const opened = source ?? hostAdapter.open(target, http);
			source = opened;
			const signal = AbortSignal.timeout(measureTimeoutMs);
			latest = (await opened.poll({ signal, now: clock.now, http, delay: notMeasured })).resources;
			readAtMs = clock.steadyNow();
		} catch {
			// Without figures of the host the section stays absent, as the node left it.
			if (clock.steadyNow() - readAtMs >= keptMs) latest = undefined;
		} finally {
			measuredAtMs = clock.steadyNow();
			isMeasuring = false;
		}
	}

	return {
		complete(node, reading) {
			if (reading.resources !== undefined || node.proxy || !isLocal(node.url)) return reading;
			if (!isMeasuring && clock.steadyNow() - measuredAtMs >= refreshMs) void measure();
			return latest === undefined ? reading : { ...reading, resources: latest };
		},
		close: () => source?.close(),
	};
}
