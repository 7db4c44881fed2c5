import type { RuleCondition, RuleEntry } from '../domain/rule.ts';
import { findings as alerting } from './alerting/findings.ts';
import type { OwnState } from './alerting/schema.ts';
import { findings as chain } from './chain/findings.ts';
import { findings as clock } from './clock/findings.ts';
import { findings as consensus } from './consensus/findings.ts';
import { findings as database } from './database/findings.ts';
import { findings as dag } from './dag/findings.ts';
import type { Finding, Findings, Sighting } from './finding.ts';
import { findings as group } from './group/findings.ts';
import type { Group, ConnectionVerdict } from './group/schema.ts';
import { findings as health } from './health/findings.ts';
import type { Issue } from './health/schema.ts';
import { findings as identity } from './identity/findings.ts';
import { findings as mempool } from './mempool/findings.ts';
import { findings as network } from './network/findings.ts';
import { findings as performance } from './performance/findings.ts';
import { findings as poll } from './poll/findings.ts';
import { findings as outlook } from './outlook/findings.ts';
import { findings as probes } from './probes/findings.ts';
import { findings as processFindings } from './process/findings.ts';
import { findings as reputation } from './reputation/findings.ts';
import { findings as resources } from './resources/findings.ts';
import { codeOf, ruleNameOf } from './rule-names.ts';
import { findings as storage } from './storage/findings.ts';
import { findings as transfers } from './transfers/findings.ts';
import { findings as validators } from './validators/findings.ts';

/** Every finding by its code, in the order in which findings of equal severity are listed. */
export const findings = {
	...poll,
	...consensus,
	...validators,
	...group,
	...clock,
	...identity,
	...chain,
	...health,
	...network,
	...performance,
	...mempool,
	...dag,
	...resources,
	...storage,
	...database,
	...reputation,
	...transfers,
	...processFindings,
	...probes,
	...outlook,
	...alerting,
} satisfies Findings;

export type FindingCode = keyof typeof findings;

const byCode: Findings = findings;

/** The finding of a code, or of the rule of that name; `undefined` for a rule of the user's own. */
export function findingOf(codeOrRule: string): Finding | undefined {
	const code = codeOf(codeOrRule);
	return Object.hasOwn(byCode, code) ? byCode[code] : undefined;
}

const messageOfScope = {
	node: '{node}: {finding}',
	satellite: '{node}: {finding}',
	validator: '{finding}',
	group: '{group}: {finding}',
	fleet: '{finding}',
} as const;

/** The built-in rules by name: one for each finding, with the finding's timing and words. */
export const builtInRules: Readonly<Record<string, RuleEntry>> = Object.fromEntries(
	Object.entries(byCode).map(([code, finding]) => [ruleNameOf(code), ruleOf(code, finding)]),
);

function ruleOf(code: string, finding: Finding): RuleEntry {
	const { component, severity, holdMs, keepFiringMs, mutes, unit } = finding;
	const { scope = 'node' } = finding;
	return {
		scope,
		component,
		condition: conditionOf(code, finding),
		forMs: holdMs,
		message: finding.alertMessage ?? messageOfScope[scope],
		...(severity !== undefined && { severity }),
		...(keepFiringMs !== undefined && { keepFiringForMs: keepFiringMs }),
		...(unit !== undefined && { unit }),
		...(mutes && {
			mutes: { by: mutes.by, rules: mutes.codes.map((muted) => ruleNameOf(muted)) },
		}),
	};
}

function conditionOf(code: string, finding: Finding): RuleCondition {
	if ('missingFields' in finding) return { noData: true };
	const { frozenBy, needs } = finding;
	const explained = frozenBy === undefined ? {} : { frozenBy };
	if ('condition' in finding) return { ...finding.condition, ...explained };
	return {
		issue: code,
		...explained,
		...(needs !== undefined && { needs }),
		...('check' in finding && { check: finding.check }),
	};
}

const ofGroups = Object.entries(byCode).flatMap(([code, finding]) =>
	'whenGroup' in finding ? [{ code, finding }] : [],
);
const ofFleets = Object.entries(byCode).flatMap(([code, finding]) =>
	'whenFleet' in finding ? [{ code, finding }] : [],
);

/** What is wrong with a network as a whole. */
export function groupIssues(group: Group): readonly Issue[] {
	return ofGroups.flatMap(({ code, finding }) => {
		const sighting = finding.whenGroup(group);
		return sighting === undefined || sighting === 'unknown'
			? []
			: [toIssue(code, finding, sighting, group.since)];
	});
}

/** What is wrong with our own connection, or with nodetop's own state. */
export function fleetIssues(
	witness: ConnectionVerdict | undefined,
	ownState?: OwnState,
): readonly Issue[] {
	return ofFleets.flatMap(({ code, finding }) => {
		const sighting = finding.whenFleet(witness, ownState);
		return sighting ? [toIssue(code, finding, sighting, witness?.since ?? '')] : [];
	});
}

function toIssue(code: string, finding: Finding, sighting: Sighting, since: string): Issue {
	const { message, evidence, nextStep = finding.nextStep, severity } = sighting;
	return {
		code,
		component: finding.component,
		severity: finding.severity ?? severity ?? 'warning',
		message,
		since,
		...(evidence !== undefined && { evidence }),
		nextStep,
	};
}
