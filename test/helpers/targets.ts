import type { PollContext } from '../../source/adapters/adapter.ts';
import { createHttp } from '../../source/adapters/http.ts';
import { notMeasured } from '../../source/domain/own-delay.ts';
import type { Target } from '../../source/domain/target.ts';

/** A target with the defaults that most tests want. */
export function targetFor(url: string, overrides: Partial<Target> = {}): Target {
	return { name: 'n1', kind: undefined, url, intervalMs: 1000, timeoutMs: 10_000, ...overrides };
}

/** A poll context without a deadline of its own. */
export function contextFor(target: Target, overrides: Partial<PollContext> = {}): PollContext {
	return {
		signal: new AbortController().signal,
		now: Date.now,
		http: createHttp(target),
		delay: notMeasured,
		...overrides,
	};
}
