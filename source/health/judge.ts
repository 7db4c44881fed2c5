import { noData } from '../domain/observe.ts';
import type { Observations, Observed } from '../domain/observe.ts';
import { builtInRules } from '../sections/findings.ts';
import type { OwnState } from '../sections/alerting/schema.ts';
import type { Group, ConnectionVerdict } from '../sections/group/schema.ts';
import type { HealthReport } from '../sections/health/schema.ts';
import type { PollReport } from '../sections/poll/schema.ts';
import { buildRuleSet } from '../sections/rule-set.ts';
import type { RuleSet } from '../sections/rule-set.ts';
import type { NodeSnapshot } from '../sections/snapshot.ts';
import { createMemory } from './memory.ts';
import {
	observationsIn,
	observationsOfEntries,
	observationsOfFleet,
	observationsOfGroup,
	observationsOfNode,
} from './observations-of.ts';
import type { ObservationList } from './observation-list.ts';
import type { JudgeInput, ObservationsOfEntries } from './observations-of.ts';
import { planOf } from './plan.ts';
import { foundIn, reportOf } from './report.ts';

/** Decides once for each finding whether it is there. Health, alerts and diagnosis read the result. */
export interface Judge {
	/** Says how a node is, and why. An issue that was there before keeps its `since`. */
	judgeNode(input: JudgeInput, previous: HealthReport | undefined): HealthReport;
	/** Every observation about these subjects: of the nodes as they were last judged. */
	observe(subjects: JudgedSubjects, nowMs: number): Observed;
	/** Other rules from the next poll on. */
	reload(rules: RuleSet): void;
}

export interface JudgedSubjects {
	readonly nodes: readonly NodeSnapshot[];
	readonly groups: readonly Group[];
	readonly witness?: ConnectionVerdict | undefined;
	readonly ownState?: OwnState | undefined;
}

/** Whether the node was polled once, and did not answer. */
function isFirst({ status, failures, lastGoodAt }: PollReport): boolean {
	return status === 'failed' && failures === 1 && lastGoodAt === undefined;
}

const nothingYet: Observations = { get: () => noData };

/** The newest observations about one node. */
interface Judgement {
	readonly observations: ObservationList;
	readonly entries: ObservationsOfEntries;
	/** Of a failed first poll: health shows them, but no alert rests on one poll alone. */
	readonly isFirst: boolean;
}

/** A judge for these rules; by default the built-in ones. */
export function createJudge(rules: RuleSet = buildRuleSet(builtInRules)): Judge {
	let plan = planOf(rules);
	const memory = createMemory();
	const judged = new Map<string, Judgement>();

	return {
		judgeNode(input, previous) {
			const { node, components, nowMs } = input;
			const checked = components === undefined ? {} : { components };
			if (node.poll.status === 'pending') return { status: 'unknown', issues: [], ...checked };
			const { name } = node.target;
			const last = judged.get(name);
			const observations = observationsOfNode(plan, memory, input, last?.observations);
			const entries = observationsOfEntries(plan, memory, input);
			judged.set(name, { observations, entries, isFirst: isFirst(node.poll) });
			const found = foundIn(plan, observations, entries);
			return { ...reportOf(found, previous, nowMs), ...checked };
		},
		observe({ nodes, groups, witness, ownState }, nowMs) {
			const elsewhere = new Map<string, Observations>();
			const names = new Set<string>();
			for (const node of nodes) {
				const { name } = node.target;
				names.add(name);
				if (!judged.has(name)) elsewhere.set(name, observationsIn(node));
			}
			for (const name of judged.keys()) {
				if (names.has(name)) continue;
				judged.delete(name);
				memory.forget(name);
			}
			const byGroup = new Map(
				groups.map((each) => [each.name, observationsOfGroup(plan, memory, each, nowMs)]),
			);
			const fleet = observationsOfFleet(plan, witness, ownState);
			return {
				node(name) {
					const judgement = judged.get(name);
					if (!judgement) return elsewhere.get(name);
					return judgement.isFirst ? nothingYet : judgement.observations;
				},
				entry: (scope, name, id) => judged.get(name)?.entries[scope].get(id),
				group: (name) => byGroup.get(name),
				fleet,
			};
		},
		reload(next) {
			plan = planOf(next);
		},
	};
}
