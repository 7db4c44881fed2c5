import type { RuleComparison, RuleEntry, RuleScope, RuleUnit } from '../domain/rule.ts';
import type { Component, Health, Severity } from '../domain/words.ts';
import type { OwnState } from './alerting/schema.ts';
import type { Group, ConnectionVerdict } from './group/schema.ts';
import type { CheckedComponent, CheckResult } from './health/component-health.ts';
import type { NodeMemory } from './node-memory.ts';
import type { NodeSnapshot } from './snapshot.ts';

/** A node before it is judged. */
export type UnjudgedNode = Omit<NodeSnapshot, 'health'>;

/** What a finding about a node may look at. */
export interface FindingInput {
	readonly node: UnjudgedNode;
	readonly memory: NodeMemory;
	/** The node's network at the last comparison. */
	readonly group?: Group | undefined;
	/** Present while several nodes fail at once. */
	readonly witness?: ConnectionVerdict | undefined;
	readonly nowMs: number;
}

/** What was found wrong. */
export interface Sighting {
	/** Overrides the definition's; needed where the definition has none. */
	readonly severity?: Severity | undefined;
	readonly message: string;
	readonly evidence?: string | undefined;
	/** Overrides the definition's. */
	readonly nextStep?: string | undefined;
	readonly value?: number | string | undefined;
	readonly threshold?: number | string | undefined;
	/** The node's health for this finding; by default degraded, and up for `info`. */
	readonly health?: Health | undefined;
}

/** Thresholds of a finding that a function sees. `limitsOf` in the docs reads them too. */
export type Limits = Pick<RuleComparison, 'above' | 'atLeast' | 'below' | 'atMost'>;

interface Common {
	readonly component: Component;
	/** Absent where the level that was passed, or the sighting, says how severe it is. */
	readonly severity?: Severity;
	/** How long it must last before its alert fires. */
	readonly holdMs: number;
	/** How long it must be good before its alert is resolved. */
	readonly keepFiringMs?: number;
	/** Fields without which its absence is no data. */
	readonly needs?: string[];
	/** Codes of findings that explain this one: while one of them is there, this one is no data. */
	readonly frozenBy?: string[];
	/** Whether its check looks at this machine and not at the node's answers: it is current while polls fail. */
	readonly isSeenHere?: true | ((node: UnjudgedNode) => boolean);
	/** One cause shows at every node of a host or of a network: all of them have one alert. */
	readonly onePer?: 'host' | 'group';
	/** Codes whose alerts are not sent while this one's is there. */
	readonly mutes?: { codes: string[]; by: 'node' | 'group' | 'fleet' };
	/** What it means for the person who runs the node. */
	readonly meaning: string;
	readonly nextStep: string;
	readonly unit?: RuleUnit;
	/** The alert's message where `{node}: {finding}` does not fit. */
	readonly alertMessage?: string;
	/** For the documentation: what a function compares with, where `limits` cannot say it. */
	readonly bad?: string;
}

/** Seen by comparing a field of the snapshot, now or over a window. */
export interface ConditionFinding extends Common {
	readonly scope?: Extract<RuleScope, 'node' | 'group' | 'satellite' | 'validator'>;
	readonly condition: NonNullable<RuleEntry['condition']>;
	/** With `{value}`, `{threshold}` and the labels of the subject. */
	readonly message: string;
	/** What the message ends with at this node. */
	detail?(input: FindingInput): string | undefined;
	/** How severe it is at this node, where that is worse than the level that was passed. */
	severityAt?(input: FindingInput): Severity | undefined;
	/** Whether something else explains the value: then it is good. */
	unless?(input: FindingInput): boolean;
	/** What the thresholds are multiplied by for this node. */
	stretch?(input: FindingInput): number;
	/** A scheduled check that sees the same, for nodes without the field. */
	readonly check?: `${CheckedComponent}.${string}`;
}

/** Seen at each poll by a function. */
export interface PollFinding extends Common {
	readonly scope?: 'node';
	readonly limits?: Limits;
	/** `unknown`: nothing can be said now. */
	when(input: FindingInput): Sighting | 'unknown' | undefined;
}

/** Seen by a scheduled check, named as in `storage.space`. */
export interface CheckFinding extends Common {
	readonly scope?: 'node';
	readonly limits?: Limits;
	readonly check: `${CheckedComponent}.${string}`;
	/** Whether a good poll after the check shows that what it found is over. */
	contradictedBy?(input: FindingInput, found: CheckResult): boolean;
}

/** Seen by comparing the nodes of one network. */
export interface GroupFinding extends Common {
	readonly scope: 'group';
	readonly severity: Severity;
	/** `unknown`: nothing can be said about the group now. */
	whenGroup(group: Group): Sighting | 'unknown' | undefined;
	/** How it shows at one node of the group, with the same severity. */
	when(input: FindingInput): Sighting | undefined;
}

/** Seen when several nodes fail at once, or at nodetop itself. */
export interface FleetFinding extends Common {
	readonly scope: 'fleet';
	readonly severity: Severity;
	whenFleet(
		witness: ConnectionVerdict | undefined,
		ownState: OwnState | undefined,
	): Sighting | undefined;
	/** How it shows at one node that does not answer. */
	when(input: FindingInput): Sighting | undefined;
}

/** A node stopped reporting fields that it used to report. */
export interface MissingFieldsFinding extends Common {
	readonly scope?: 'node';
	readonly severity: Severity;
	readonly missingFields: true;
}

/** One thing that can be wrong: its thresholds, its timing and its words, for health and alerts alike. */
export type Finding =
	| ConditionFinding
	| PollFinding
	| CheckFinding
	| GroupFinding
	| FleetFinding
	| MissingFieldsFinding;

/** Findings by code. */
export type Findings = Readonly<Record<string, Finding>>;
