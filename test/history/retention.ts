import type { Retention } from '../../source/history/prune.ts';

const forever = 100 * 365 * 86_400_000;

export const keepAll: Retention = {
	rawMs: forever,
	minutesMs: forever,
	hoursMs: forever,
	momentsMs: forever,
	maxBytes: Number.MAX_SAFE_INTEGER,
};
