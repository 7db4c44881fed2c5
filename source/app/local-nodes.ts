import type { Adapter } from '../adapters/adapter.ts';
import { showSpec } from '../config/node-spec.ts';
import type { Settings } from '../config/settings.ts';
import { systemClock } from '../domain/clock.ts';
import { PollError } from '../domain/errors.ts';
import { linkAbort } from '../domain/linked-abort.ts';
import { ownDelay, waitWithoutDelay } from '../domain/own-delay.ts';
import type { Target } from '../domain/target.ts';
import type { Surroundings } from './surroundings.ts';

/** A node that answers at one of its kind's usual addresses on this machine. */
export interface LocalNode {
	readonly target: Target;
	/** What it says it is. */
	readonly what: string;
}

type LocalSettings = Pick<Settings, 'intervalMs' | 'timeoutMs' | 'mappings' | 'mine'>;

const searchTimeoutMs = 1500;

/** Sends each kind's harmless question to its usual local addresses, all at once. */
export async function findLocalNodes(
	settings: LocalSettings,
	{ signal, clock }: Pick<Surroundings, 'signal' | 'clock'>,
): Promise<LocalNode[]> {
	const { createHttp } = await import('../adapters/http.ts');
	const { adapters } = await import('../adapters/registry.ts');
	const delay = ownDelay.begin();
	const bounded = linkAbort(signal);
	const stopWaiting = waitWithoutDelay({
		limitMs: searchTimeoutMs,
		span: delay,
		clock: systemClock,
		onEnd: () => bounded.abort(),
	});
	const questions = (Object.values(adapters) as Adapter[]).flatMap((adapter) =>
		adapter.localUrls.map((url) => ({ adapter, url })),
	);
	const answers = await Promise.all(
		questions.map(async ({ adapter, url }): Promise<LocalNode | undefined> => {
			const { host } = new URL(url);
			const target = localTarget(`${adapter.kind}-${host}`, adapter.kind, url, settings);
			const http = createHttp(target);
			const context = { signal: bounded.signal, now: clock.now, http, delay };
			try {
				const match = await adapter.probe(target, context);
				return match && { target, what: match.found };
			} catch (error) {
				if (error instanceof PollError) return undefined;
				throw error;
			}
		}),
	).finally(() => {
		stopWaiting();
		bounded.unlink();
		delay.end();
	});
	return answers.filter((node) => node !== undefined);
}

export function localTarget(
	name: string,
	kind: string,
	url: string,
	settings: LocalSettings,
): Target {
	const { intervalMs, timeoutMs, mappings, mine } = settings;
	const commandName = showSpec({ name, url });
	return { name, kind, url, commandName, intervalMs, timeoutMs, mappings, mine };
}
