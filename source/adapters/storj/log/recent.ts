const minuteMs = 60_000;
const minutes = 60;

export const recentNames = ['succeeded', 'canceled', 'failed', 'timed', 'slow'] as const;
export type RecentName = (typeof recentNames)[number];
export type RecentCounts = Record<RecentName, number>;

/** Counts of the last hour, by the minutes in which the lines were written. */
export interface Recent {
	add(name: RecentName, atMs: number): void;
	/** What was written in the hour before this time. */
	since(nowMs: number): RecentCounts;
}

export function createRecent(): Recent {
	const rings = {
		succeeded: new Uint32Array(minutes),
		canceled: new Uint32Array(minutes),
		failed: new Uint32Array(minutes),
		timed: new Uint32Array(minutes),
		slow: new Uint32Array(minutes),
	} satisfies Record<RecentName, Uint32Array>;
	/** The newest minute that has a place. */
	let head = Number.NEGATIVE_INFINITY;

	function advance(minute: number): void {
		const from = Math.max(head + 1, minute - minutes + 1);
		for (let each = from; each <= minute; each += 1)
			for (const name of recentNames) rings[name][each % minutes] = 0;
		head = minute;
	}

	return {
		add(name, atMs) {
			if (Number.isNaN(atMs)) return;
			const minute = Math.floor(atMs / minuteMs);
			if (minute > head) advance(minute);
			if (minute <= head - minutes) return;
			const place = minute % minutes;
			rings[name][place] = (rings[name][place] ?? 0) + 1;
		},
		since(nowMs) {
			const counts: RecentCounts = { succeeded: 0, canceled: 0, failed: 0, timed: 0, slow: 0 };
			const now = Math.floor(nowMs / minuteMs);
			for (let minute = now - minutes + 1; minute <= now + 1; minute += 1) {
				if (minute > head || minute <= head - minutes) continue;
				for (const name of recentNames) counts[name] += rings[name][minute % minutes] ?? 0;
			}
			return counts;
		},
	};
}
