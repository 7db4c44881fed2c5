import * as z from 'zod';
import { emptyAlertState } from '../../source/alerts/alert-state.ts';
import type { AlertState } from '../../source/alerts/alert-state.ts';
import { createAlertCore } from '../../source/alerts/core.ts';
import type { AlertCore } from '../../source/alerts/core.ts';
import type { Evaluation } from '../../source/alerts/evaluation.ts';
import { createJudge } from '../../source/health/judge.ts';
import type { HealthReport } from '../../source/sections/health/schema.ts';
import type { Quiet } from '../../source/alerts/mutes.ts';
import { buildRuleSet } from '../../source/sections/rule-set.ts';
import type { RuleSet } from '../../source/sections/rule-set.ts';
import type { EvaluationInput } from '../../source/alerts/subjects.ts';
import type { Group } from '../../source/sections/group/schema.ts';
import { ruleEntrySchema } from '../../source/domain/rule.ts';
import type { RuleEntry } from '../../source/domain/rule.ts';
import type { ComponentHealth } from '../../source/sections/health/component-health.ts';
import type { Issue } from '../../source/sections/health/schema.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';

export const startMs = Date.UTC(2026, 0, 2, 3, 4, 5);
export const minuteMs = 60_000;
export const noQuiet: Quiet = { silences: [], maintenance: {} };

type Sections = Partial<Omit<NodeSnapshot, 'target' | 'poll' | 'health'>>;

export interface NodeSpec extends Sections {
	readonly name?: string;
	readonly kind?: string;
	readonly pollStatus?: NodeSnapshot['poll']['status'];
	readonly latencyMs?: number;
	readonly certificateDaysLeft?: number;
	readonly endpoints?: NodeSnapshot['poll']['endpoints'];
	readonly tags?: string[];
	readonly issues?: readonly Partial<Issue>[];
	/** What its scheduled checks left. */
	readonly components?: ComponentHealth[];
	/** Of the last poll, where it is not that of the evaluation. */
	readonly polledAtMs?: number;
}

/** A node that was polled at the time of the evaluation. */
export function node(spec: NodeSpec, atMs: number): NodeSnapshot {
	const {
		name = 'a',
		kind = 'evm',
		pollStatus = 'ok',
		latencyMs,
		certificateDaysLeft,
		endpoints,
		tags,
		issues,
		components: _components,
		polledAtMs = atMs,
		...sections
	} = spec;
	return {
		target: { name, kind, url: `http://${name}`, ...(tags && { tags }) },
		poll: {
			status: pollStatus,
			at: new Date(polledAtMs).toISOString(),
			// Not the first: no alert rests on one failed poll alone.
			failures: pollStatus === 'failed' ? 2 : 0,
			...(latencyMs !== undefined && { latencyMs, steadyLatencyMs: latencyMs }),
			...(certificateDaysLeft !== undefined && { certificateDaysLeft }),
			...(endpoints && { endpoints }),
		},
		...sections,
		health: {
			status: 'up',
			issues: (issues ?? []).map((issue) => ({
				code: 'x',
				component: 'node',
				severity: 'warning',
				message: 'm',
				since: new Date(atMs).toISOString(),
				...issue,
			})),
		},
	};
}

export const down: NodeSpec = {
	pollStatus: 'failed',
	issues: [{ code: 'nodeDown', severity: 'critical', message: 'unreachable: refused' }],
};

export function group(state: Group['state'], nodes: string[] = ['a', 'b'], name = 'evm:1'): Group {
	return {
		name,
		kind: 'evm',
		nodes,
		state,
		since: new Date(startMs).toISOString(),
		message: `they are ${state}`,
		members: nodes.map((each) => ({ node: each, position: 'level' })),
	};
}

/** Through the schema, as the configuration's are. */
export function rules(entries: Readonly<Record<string, z.input<typeof ruleEntrySchema>>>): RuleSet {
	const parsed = z.record(z.string(), ruleEntrySchema).parse(entries);
	return buildRuleSet({}, parsed);
}

/** CPU above 0.8, at once unless told otherwise. */
export function cpuRule(overrides: Partial<RuleEntry> = {}): RuleEntry {
	return {
		condition: { value: { field: 'resources.cpuRatio' }, above: 0.8 },
		message: 'CPU of {node} is {value}',
		unit: 'ratio',
		forMs: 0,
		...overrides,
	};
}

export const cpu = (cpuRatio: number | undefined, spec: NodeSpec = {}): NodeSpec => ({
	...spec,
	resources: { source: 'node', ...(cpuRatio !== undefined && { cpuRatio }) },
});

export interface Simulation {
	readonly core: AlertCore;
	readonly state: AlertState;
	nowMs: number;
	/** Moves the clocks, and evaluates these nodes as they are then. */
	after(ms: number, nodes: readonly NodeSpec[], input?: Partial<EvaluationInput>): Evaluation;
	/** Events since the last call: `fired cpu a`. */
	events(): string[];
	/** As a process that begins with what the last one saved. */
	restart(rules?: RuleSet, downMs?: number): void;
}

/** An engine in simulated time; the wall clock and the steady one go alike. */
export function simulate(initial: RuleSet, quiet: Quiet = noQuiet): Simulation {
	let current = initial;
	let core = createAlertCore(emptyAlertState(), current, quiet);
	let judge = createJudge(current);
	const reports = new Map<string, HealthReport>();
	let said: string[] = [];
	let steadyMs = 0;
	const simulation: Simulation = {
		get core() {
			return core;
		},
		get state() {
			return core.state;
		},
		nowMs: startMs,
		after(ms, specs, input = {}) {
			simulation.nowMs += ms;
			steadyMs += ms;
			const { nowMs: wallMs } = simulation;
			const { groups = [], witness } = input;
			const judged = specs.map((spec): NodeSnapshot => {
				const { health, ...unjudged } = node(spec, wallMs);
				if (spec.issues) return { ...unjudged, health };
				const { name } = unjudged.target;
				const group = groups.find(({ nodes }) => nodes.includes(name));
				const report = judge.judgeNode(
					{
						node: unjudged,
						memory: {},
						group,
						witness,
						components: spec.components,
						nowMs: wallMs,
					},
					reports.get(name),
				);
				reports.set(name, report);
				return { ...unjudged, health: report };
			});
			const subjects = { nodes: judged, groups, witness };
			const observed = judge.observe(subjects, wallMs);
			// A node with issues of its own is as its site would have judged it.
			const given = createJudge(current).observe(subjects, wallMs);
			const withIssues = new Set(
				specs.filter(({ issues }) => issues).map(({ name = 'a' }) => name),
			);
			const nodeObservations = (name: string) =>
				(withIssues.has(name) ? given : observed).node(name);
			const evaluation = core.evaluate(
				{ ...subjects, observed: { ...observed, node: nodeObservations } },
				{ wallMs, steadyMs },
			);
			said = [
				...said,
				...evaluation.transitions.map(({ event, incident }) =>
					[event, incident.rule, incident.labels['node'] ?? incident.labels['group'] ?? '']
						.join(' ')
						.trim(),
				),
			];
			return evaluation;
		},
		events() {
			const all = said;
			said = [];
			return all;
		},
		restart(next = current, downMs = 0) {
			current = next;
			simulation.nowMs += downMs;
			steadyMs = 0;
			// Through text, as over a file.
			const saved = JSON.parse(JSON.stringify(core.state)) as AlertState;
			core = createAlertCore(saved, current, quiet);
			judge = createJudge(current);
		},
	};
	return simulation;
}
