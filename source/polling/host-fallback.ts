import type { Adapter, Source } from '../adapters/adapter.ts';
import { createHttp } from '../adapters/http.ts';
import { adapters } from '../adapters/registry.ts';
import type { Reading } from '../sections/snapshot.ts';
import type { Target } from '../domain/target.ts';

/** Resources of this machine, for the nodes on it that say nothing of their own. */
export interface HostFallback {
	/** Fills in `resources` where the node is on this machine and gave none. Never waits. */
	complete(target: Target, reading: Reading): Reading;
	close(): void;
}

const hostAdapter: Adapter = adapters.host;
const refreshMs = 10_000;
const measureTimeoutMs = 5000;

/**
 * Measures at most every ten seconds, for it starts other programs; in the background, and only while
 * somebody asks.
 */
export function createHostFallback(now: () => number): HostFallback {
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
	let measuredAtMs = Number.NEGATIVE_INFINITY;
	let isMeasuring = false;

	async function measure(): Promise<void> {
		isMeasuring = true;
		try {
			const opened = source ?? hostAdapter.open(target, http);
			source = opened;
			const signal = AbortSignal.timeout(measureTimeoutMs);
			latest = (await opened.poll({ signal, now, http })).resources;
		} catch {
			// Without figures of the host the section stays absent, as the node left it.
			latest = undefined;
		} finally {
			measuredAtMs = now();
			isMeasuring = false;
		}
	}

	return {
		complete(node, reading) {
			if (reading.resources !== undefined || !isLocal(node.url)) return reading;
			if (!isMeasuring && now() - measuredAtMs >= refreshMs) void measure();
			return latest === undefined ? reading : { ...reading, resources: latest };
		},
		close: () => source?.close(),
	};
}

/** Whether an address is this machine by its name, or a Unix socket. */
export function isLocal(url: string): boolean {
	if (url.startsWith('unix:')) return true;
	if (!URL.canParse(url)) return false;
	const { hostname } = new URL(url);
	return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
