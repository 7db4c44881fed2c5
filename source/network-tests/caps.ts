import { UserError } from '../domain/errors.ts';
import { formatBytes } from '../domain/format.ts';
import type { TestOptions } from './test.ts';

/** The limits of any test of one target. */
export const caps = {
	count: { least: 1, most: 1000 },
	intervalMs: { least: 20, most: 60_000 },
	timeoutMs: { least: 50, most: 30_000 },
	durationMs: { least: 200, most: 60_000 },
	bytes: { least: 1024, most: 100_000_000 },
	ratePerSecond: { least: 1, most: 1000 },
} as const;

/** The most bytes that one test may receive, because replies may have any length. */
export const mostReceivedBytes = caps.bytes.most;
/** The reason when a test ended early. */
export const byteCapReason = `the replies reached ${formatBytes(mostReceivedBytes)}, the limit of a test`;
/** Requests in a row without an answer after which a test ends. */
export const mostUnansweredInARow = 5;

/** Peers dialled in one connectivity test, and how many at once. */
export const mostPeers = 500;
export const mostDialsAtOnce = 16;
/** Concurrent requests of a stress test; further ones wait, and their wait is counted. */
export const mostInFlight = 256;

type Capped = keyof typeof caps;

const flagOf: Readonly<Record<Capped, string>> = {
	count: '--count',
	intervalMs: '--every',
	timeoutMs: '--timeout',
	durationMs: '--for',
	bytes: '--bytes',
	ratePerSecond: '--rate',
};

/** Throws `UserError` naming the flag when an option is past its cap. */
export function checkCaps(options: TestOptions): void {
	for (const [name, { least, most }] of Object.entries(caps)) {
		// The keys of `caps` are its own.
		const value = options[name as Capped];
		if (value === undefined || (value >= least && value <= most)) continue;
		const unit = name.endsWith('Ms') ? ' ms' : '';
		throw new UserError(
			`${flagOf[name as Capped]}: ${value}${unit} is outside the limits of a test, ${least} to ${most}${unit}`,
			{
				nextSteps: ['for more, use a load-testing tool, and ask the owner of the node first'],
			},
		);
	}
}
