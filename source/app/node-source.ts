import type { Beside, PollContext, Source } from '../adapters/adapter.ts';
import { createHttp } from '../adapters/http.ts';
import type { Http } from '../adapters/http.ts';
import { adapterOf } from '../adapters/registry.ts';
import type { Clock } from '../domain/clock.ts';
import { unusedProxyHint } from '../domain/connection.ts';
import { PollError } from '../domain/errors.ts';
import type { Target } from '../domain/target.ts';
import type { Poll } from '../polling/attempt.ts';
import { maskUrl } from '../domain/secret.ts';
import type { Reading } from '../sections/snapshot.ts';
import { createFailover } from './failover.ts';
import type { Place } from './failover.ts';
import { createHostFallback } from './host-fallback.ts';
import { openSource } from './open-source.ts';

/** What is polled for one target. */
export interface NodeSource {
	readonly poll: Poll;
	/** Frees sockets. No poll follows. */
	readonly close: () => void;
}

/** Opens the sources of all targets of a monitor. Scripted in simulations. */
export interface NodeSources {
	/** `onIdentified` is called once, when the kind of a target without one has been detected. */
	readonly open: (target: Target, onIdentified: (kind: string) => void) => NodeSource;
	readonly close: () => void;
}

/** Sources that read the nodes themselves, over HTTP or as their kind requires. */
export function createNodeSources(clock: Clock): NodeSources {
	const host = createHostFallback(clock);
	return {
		open(target, onIdentified) {
			const http = createHttp(target);
			const source = openAll(target, http, onIdentified);
			const beside = besideOf(target);
			const { now } = clock;
			const poll = (context: PollContext) =>
				beside ? beside.poll(context, () => source.poll(context)) : source.poll(context);
			return {
				poll: async (signal, delay) => {
					const reading = await poll({ signal, now, http, delay }).catch(nameUnusedProxy(target));
					return host.complete(target, withCertificate(reading, http, now()));
				},
				close: () => {
					source.close();
					beside?.close();
				},
			};
		},
		close: host.close,
	};
}

const dayMs = 86_400_000;

/** Of the first address of a node: the others are asked only while that one is away. */
function withCertificate(reading: Reading, http: Http, nowMs: number): Reading {
	const endsAtMs = http.certificateEndsAtMs?.();
	if (endsAtMs === undefined) return reading;
	const days = (endsAtMs - nowMs) / dayMs;
	return { ...reading, certificateDaysLeft: Math.round(days * 100) / 100 };
}

function besideOf(target: Target): Beside | undefined {
	return target.kind === undefined ? undefined : adapterOf(target.kind)?.beside?.(target);
}

/** Where a node is not reached, says that other programs here would have asked a proxy. */
function nameUnusedProxy({ unusedProxy }: Target): (error: unknown) => never {
	return (error) => {
		const isAbsent =
			error instanceof PollError && (error.code === 'unreachable' || error.code === 'timeout');
		if (!isAbsent || unusedProxy === undefined) throw error;
		const steps = [error.nextStep, unusedProxyHint(unusedProxy, 'node')];
		throw new PollError(error.code, error.message, {
			nextStep: steps.filter(Boolean).join('; '),
			cause: error.cause,
		});
	};
}

/** One source for all addresses of a node. */
function openAll(target: Target, http: Http, onIdentified: (kind: string) => void): Source {
	const source = openSource(target, http, onIdentified);
	const { fallbacks = [], shownUrl = maskUrl(target.url) } = target;
	if (fallbacks.length === 0) return source;
	const others = fallbacks.map((fallback): Place => {
		const other = { ...target, ...fallback };
		const otherHttp = createHttp(other);
		return {
			shownUrl: fallback.shownUrl,
			source: openSource(other, otherHttp, onIdentified),
			context: (context) => ({ ...context, http: otherHttp }),
		};
	});
	return createFailover(
		[{ shownUrl, source, context: (context) => context }, ...others],
		target.timeoutMs,
	);
}
