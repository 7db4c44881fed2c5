import { expect, it } from 'vitest';
import { createProgressWatch } from '../../../source/adapters/bft/progress.ts';
import type { ProgressEvidence } from '../../../source/adapters/bft/progress.ts';

type Step = Partial<Omit<ProgressEvidence, 'nowMs'>> & { readonly at: number };

/** Seconds in, statuses out. */
function judge(steps: readonly Step[], intervalMs = 1000) {
	const watch = createProgressWatch(intervalMs);
	return steps.map(({ at, committed, attempted, committedAtMs }) =>
		watch({ committed, attempted, committedAtMs, nowMs: at * 1000 }),
	);
}
const statuses = (steps: readonly Step[], intervalMs?: number) =>
	judge(steps, intervalMs).map(({ status }) => status);

it('is unknown until something moved, then active', () => {
	expect(
		statuses([
			{ at: 0, committed: 5 },
			{ at: 1, committed: 5 },
			{ at: 2, committed: 6 },
			{ at: 31, committed: 6 },
			{ at: 33, committed: 6 },
			{ at: 34, committed: 7 },
		]),
	).toEqual(['unknown', 'unknown', 'active', 'active', 'stalled', 'active']);
});

it('that never moved is stalled after the shortest patience', () => {
	expect(
		statuses([
			{ at: 0, committed: 5 },
			{ at: 30, committed: 5 },
			{ at: 31, committed: 5 },
		]),
	).toEqual(['unknown', 'unknown', 'stalled']);
});

it('waits ten of the usual intervals', () => {
	const slow = Array.from({ length: 6 }, (_, index) => ({ at: index * 12, committed: index }));
	expect(
		statuses([...slow, { at: 60 + 119, committed: 5 }, { at: 60 + 121, committed: 5 }]),
	).toEqual(['unknown', 'active', 'active', 'active', 'active', 'active', 'active', 'stalled']);
});

it('of a fast chain is told after ten seconds', () => {
	// Four commits between two polls, so half a second each.
	const fast = Array.from({ length: 6 }, (_, index) => ({ at: index * 2, committed: index * 4 }));
	expect(
		statuses([...fast, { at: 20, committed: 20 }, { at: 20.1, committed: 20 }]).slice(-3),
	).toEqual(['active', 'active', 'stalled']);
});

it('waits three polls, however rare they are', () => {
	expect(
		statuses(
			[
				{ at: 0, committed: 1 },
				{ at: 60, committed: 2 },
				{ at: 180, committed: 2 },
				{ at: 241, committed: 2 },
			],
			60_000,
		),
	).toEqual(['unknown', 'active', 'active', 'stalled']);
});

it('says when views change and nothing is committed', () => {
	const verdicts = judge([
		{ at: 0, committed: 1, attempted: 1 },
		{ at: 1, committed: 2, attempted: 2 },
		{ at: 20, committed: 2, attempted: 9 },
		{ at: 40, committed: 2, attempted: 17 },
	]);
	expect(verdicts.at(-1)).toEqual({
		status: 'stalled',
		note: 'its view changes, but nothing is committed',
	});
});

it('goes by the view where nothing else is told', () => {
	expect(
		statuses([
			{ at: 0, attempted: 1 },
			{ at: 1, attempted: 2 },
			{ at: 40, attempted: 2 },
		]),
	).toEqual(['unknown', 'active', 'stalled']);
});

it('trusts the time of the last commit at first, and what moves later', () => {
	expect(statuses([{ at: 1000, committed: 5, committedAtMs: 999_000 }])).toEqual(['active']);
	expect(statuses([{ at: 1000, committed: 5, committedAtMs: 900_000 }])).toEqual(['stalled']);
	// The clock of this node is a day behind.
	expect(
		statuses([
			{ at: 100_000, committed: 5, committedAtMs: 13_600_000 },
			{ at: 100_001, committed: 6, committedAtMs: 13_601_000 },
		]),
	).toEqual(['stalled', 'active']);
});

it('takes a restart for no progress, and a number past 2^53 for a number', () => {
	expect(
		statuses([
			{ at: 0, committed: '18446744073709551613' },
			{ at: 1, committed: '18446744073709551614' },
			{ at: 2, committed: 3 },
			{ at: 3, committed: 4 },
		]),
	).toEqual(['unknown', 'active', 'unknown', 'active']);
});

it('of nothing is unknown', () => {
	expect(statuses([{ at: 0 }, { at: 100 }])).toEqual(['unknown', 'unknown']);
});
