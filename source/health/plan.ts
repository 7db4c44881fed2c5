import type { Rule } from '../domain/rule.ts';
import type { Finding } from '../sections/finding.ts';
import { isEntryScope } from '../sections/entries.ts';
import type { EntryScope } from '../sections/entries.ts';
import { findingOf } from '../sections/findings.ts';
import type { RuleSet } from '../sections/rule-set.ts';
import { nodeObserver } from './observers.ts';
import type { JudgedFinding, ObserveNode } from './observers.ts';
import { sectionsNeeded } from './sections-needed.ts';

/** A finding with the profile's changes to it. */
export interface Planned extends JudgedFinding {
	/** In the plan. */
	readonly position: number;
	/** What it says about one node. */
	readonly observe: ObserveNode;
	/** Of a node that never had one of these sections it says nothing; absent where that cannot be known. */
	readonly sections?: readonly string[] | undefined;
}

/** The findings that judge health: every built-in rule that is enabled. */
export interface Plan {
	readonly all: readonly Planned[];
	/** Where the finding of a code is in `all`. */
	readonly positions: ReadonlyMap<string, number>;
	/** `undefined` for each of them: observations that are still to be made. */
	readonly blank: readonly undefined[];
	/** Those that judge the entries of a list of a node. */
	readonly ofEntries: Readonly<Record<EntryScope, readonly Planned[]>>;
	readonly ofGroups: readonly Planned[];
	/** Those that judge nodes of a kind, or show there, and look at one of the sections that such a node had. */
	ofNode(kind: string, sections: ReadonlySet<string>): readonly Planned[];
}

export function planOf(rules: RuleSet): Plan {
	const all: Planned[] = [];
	for (const rule of rules.values()) {
		const { code } = rule;
		const finding = code === undefined ? undefined : findingOf(code);
		if (code === undefined || !finding) continue;
		const judged = { code, rule, finding, isReplaced: isReplaced(rule, code, finding) };
		const sections = sectionsNeeded(judged);
		all.push({ ...judged, position: all.length, observe: nodeObserver(judged), sections });
	}
	const known = new Map<string, readonly Planned[]>();
	return {
		all,
		positions: new Map(all.map(({ code, position }) => [code, position])),
		blank: all.map(() => undefined),
		ofEntries: {
			satellite: all.filter(({ rule }) => rule.scope === 'satellite'),
			validator: all.filter(({ rule }) => rule.scope === 'validator'),
		},
		ofGroups: all.filter(({ rule }) => rule.scope === 'group'),
		ofNode(kind, sections) {
			const key = [kind, ...[...sections].toSorted()].join(' ');
			const chosen = known.get(key) ?? all.filter((each) => isAbout(each, kind, sections));
			known.set(key, chosen);
			return chosen;
		},
	};
}

function isAbout(planned: Planned, kind: string, sections: ReadonlySet<string>): boolean {
	const isPossible = planned.sections?.some((each) => sections.has(each)) ?? true;
	return isPossible && isOfKind(planned, kind);
}

function isOfKind({ rule: { scope, kinds }, finding }: Planned, kind: string): boolean {
	if (isEntryScope(scope) || kinds?.includes(kind) === false) return false;
	return scope === 'node' || 'whenGroup' in finding || 'whenFleet' in finding;
}

function isReplaced({ condition }: Rule, code: string, finding: Finding): boolean {
	return 'condition' in finding
		? condition.value !== finding.condition.value
		: condition.issue !== code;
}
