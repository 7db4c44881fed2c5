import { useCallback } from 'react';
import { useAnswer } from '../../hooks/use-answer.ts';
import type { Answered } from '../../hooks/use-answer.ts';
import type { Past, PastChanges } from '../../source/history/past.ts';

/** A live view asks again no more often: frames are so far apart while nothing happens. */
const refreshMs = 10_000;

/** What differs between two recorded moments. */
export function useChanges(
	{ changes }: Past,
	fromMs: number,
	untilMs: number,
): Answered<PastChanges> {
	const lengthMs = untilMs - fromMs;
	const endMs = Math.ceil(untilMs / refreshMs) * refreshMs;
	return useAnswer(changes, { fromMs: endMs - lengthMs, untilMs: endMs });
}

const beforeMs = 10 * 60_000;

/** What changed in the ten minutes before something began, Unix ms; nothing where nothing has begun. */
export function useBefore(past: Past, beganMs: number | undefined): Answered<PastChanges> {
	const { changes } = past;
	const ask = useCallback(
		(untilMs: number | null) =>
			untilMs === null
				? Promise.reject(new Error('nothing is wrong'))
				: changes({ fromMs: untilMs - beforeMs, untilMs }),
		[changes],
	);
	return useAnswer(ask, beganMs ?? null);
}
