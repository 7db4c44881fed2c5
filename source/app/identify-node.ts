import { createHttp } from '../adapters/http.ts';
import { identify } from '../adapters/probe.ts';
import type { Identified } from '../adapters/probe.ts';
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
	return identify(target, { signal, now: clock.now, http: createHttp(target) });
}
