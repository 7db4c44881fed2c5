import type { Samples } from '../domain/measure.ts';

/** What windows need of one subject between two looks at it. */
export interface SubjectMemory {
	/** Time watched, of a clock that never goes back. */
	steadyMs: number;
	lastMs: number;
	/** Shared by all findings: a window belongs to its field. */
	readonly samples: Samples;
}

export interface Memory {
	of(subject: string, nowMs: number): SubjectMemory;
	forget(node: string): void;
}

export function createMemory(): Memory {
	const subjects = new Map<string, SubjectMemory>();
	return {
		of(subject, nowMs) {
			let known = subjects.get(subject);
			if (!known) {
				known = { steadyMs: 0, lastMs: nowMs, samples: new Map() };
				subjects.set(subject, known);
			}
			// A clock that is set back stands still here until it is past its last time.
			known.steadyMs += Math.max(0, nowMs - known.lastMs);
			known.lastMs = nowMs;
			return known;
		},
		forget(node) {
			for (const subject of subjects.keys()) {
				if (subject === `node ${node}` || subject.startsWith(`satellite ${node} `))
					subjects.delete(subject);
			}
		},
	};
}
