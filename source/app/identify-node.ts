import { createHttp } from '../adapters/http.ts';
import { identify } from '../adapters/probe.ts';
import type { Identified } from '../adapters/probe.ts';
import { ownDelay } from '../domain/own-delay.ts';
import type { Target } from '../domain/target.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Detects the kind of node at a target's address. Rejects with `PollError` when nothing answers there, or
 * no kind knows the answer.
 */
export function identifyNode(
	target: Target,
	{ signal, clock }: Pick<Surroundings, 'signal' | 'clock'>,
): Promise<Identified | undefined> {
	const delay = ownDelay.begin();
	const context = { signal, now: clock.now, http: createHttp(target), delay };
	return identify(target, context).finally(() => delay.end());
}
