import type { Samples } from '../domain/measure.ts';
import type { EntryScope } from '../sections/entries.ts';
import type { Plan, Planned } from './plan.ts';

/** What windows need of one subject between two looks at it. */
export interface SubjectMemory {
	/** Time watched, of a clock that never goes back. */
	steadyMs: number;
	lastMs: number;
	/** Shared by all findings: a window belongs to its field. */
	readonly samples: Samples;
	/** The sections that a node ever had, and by them the findings of a plan that can say something about it. */
	readonly sections: Set<string>;
	plan: Plan | undefined;
	planned: readonly Planned[];
}

export interface Memory {
	ofNode(node: string, nowMs: number): SubjectMemory;
	ofEntry(scope: EntryScope, node: string, id: string, nowMs: number): SubjectMemory;
	ofGroup(group: string, nowMs: number): SubjectMemory;
	/** Forgets a node and its entries. */
	forget(node: string): void;
}

type Subjects = Map<string, SubjectMemory>;

export function createMemory(): Memory {
	const nodes: Subjects = new Map();
	const groups: Subjects = new Map();
	const entries = new Map<string, Subjects>();
	return {
		ofNode: (node, nowMs) => advanced(nodes, node, nowMs),
		ofEntry(scope, node, id, nowMs) {
			let ofNode = entries.get(node);
			if (!ofNode) entries.set(node, (ofNode = new Map()));
			return advanced(ofNode, `${scope} ${id}`, nowMs);
		},
		ofGroup: (group, nowMs) => advanced(groups, group, nowMs),
		forget(node) {
			nodes.delete(node);
			entries.delete(node);
		},
	};
}

function advanced(subjects: Subjects, name: string, nowMs: number): SubjectMemory {
	let known = subjects.get(name);
	if (!known) {
		known = {
			steadyMs: 0,
			lastMs: nowMs,
			samples: new Map(),
			sections: new Set(),
			plan: undefined,
			planned: [],
		};
		subjects.set(name, known);
	}
	// A clock that is set back stands still here until it is past its last time.
	known.steadyMs += Math.max(0, nowMs - known.lastMs);
	known.lastMs = nowMs;
	return known;
}
