import { defined } from '../domain/defined.ts';
import type { PollReport } from '../sections/poll/schema.ts';
import type { PollResult } from '../sections/poll/poll-result.ts';

/** The node's `poll` section after a poll. `steadyLatencyMs`: the shortest of the last polls in a row. */
export function reportPoll(
	previous: PollReport,
	result: PollResult,
	steadyLatencyMs: number | undefined,
): PollReport {
	const { outcome, missedSlots } = result;
	const at = new Date(result.atMs).toISOString();
	const missed = missedSlots > 0 ? { missedSlots } : {};
	if (outcome.status === 'failed') {
		const { code, message, nextStep, httpStatus } = outcome.error;
		return {
			status: 'failed',
			at,
			error: { code, message, ...defined({ nextStep, httpStatus }) },
			failures: previous.failures + 1,
			...defined({
				lastGoodAt: previous.lastGoodAt,
				certificateDaysLeft: previous.certificateDaysLeft,
			}),
			...missed,
		};
	}
	const { latencyMs, endpoints, certificateDaysLeft, cachedBy, figuresAt } = outcome.reading;
	const isPartial = (endpoints ?? []).some(
		({ status }) => status === 'failed' || status === 'unmeasured',
	);
	return {
		status: isPartial ? 'partial' : 'ok',
		at,
		...(latencyMs !== undefined && { latencyMs }),
		failures: 0,
		lastGoodAt: at,
		...missed,
		...(endpoints !== undefined && { endpoints }),
		...(steadyLatencyMs !== undefined && { steadyLatencyMs }),
		...defined({ certificateDaysLeft, cachedBy, figuresAt }),
	};
}
