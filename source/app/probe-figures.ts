import type { PathFigures } from '../network-tests/paths/path-watch.ts';

/** The figures of a path as the snapshot holds them: rounded, times as text. */
export function shownFigures({ sent: _sent, shiftedAtMs, ...figures }: PathFigures) {
	const { connectMs, error, lossRatio, levelMs, usualMs, shiftMs } = figures;
	return {
		...(connectMs !== undefined && { connectMs: rounded(connectMs) }),
		...(error !== undefined && { error }),
		...(lossRatio !== undefined && { lossRatio: rounded(lossRatio) }),
		...(levelMs !== undefined && { levelMs: rounded(levelMs) }),
		...(usualMs !== undefined && { usualMs: rounded(usualMs) }),
		...(shiftMs !== undefined && { shiftMs: rounded(shiftMs) }),
		...(shiftedAtMs !== undefined && { shiftedAt: iso(shiftedAtMs) }),
	};
}

function rounded(value: number): number {
	return Math.round(value * 1000) / 1000;
}

export function iso(atMs: number): string {
	return new Date(atMs).toISOString();
}
