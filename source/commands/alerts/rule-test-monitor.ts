import { RuleTestMistake } from '../../alerts/rule-test.ts';
import type { PolledCheck, PolledNode, Round, TestMonitor } from '../../alerts/rule-test.ts';
import { createGroupAnalysis } from '../../analysis/groups.ts';
import { decide, findSuspicion } from '../../analysis/witness.ts';
import type { ComponentHealth } from '../../sections/health/component-health.ts';
import { PollError } from '../../domain/errors.ts';
import type { Witness } from '../../sections/group/schema.ts';
import type { NodeSnapshot } from '../../sections/snapshot.ts';
import type { Target } from '../../domain/target.ts';
import { createFleet } from '../../fleet/fleet.ts';
import { judge } from '../../health/judge.ts';
import { componentChecks } from '../../health/scheduled/registry.ts';

/**
 * What lies between polls and rules, as in a running nodetop: the fleet keeps what the nodes told, the
 * nodes of one network are compared, and the judge finds what is wrong with each.
 */
export function openTestMonitor(): TestMonitor {
	const fleet = createFleet(judge);
	const analysis = createGroupAnalysis();
	const watched = new Map<string, Target>();
	let witness: Witness | undefined;

	function choose(nodes: readonly PolledNode[]): void {
		const names = new Set(nodes.map(({ name }) => name));
		for (const name of watched.keys()) {
			if (names.has(name)) continue;
			watched.delete(name);
			fleet.remove(name);
		}
		for (const node of nodes) {
			if (watched.has(node.name)) continue;
			const target = toTarget(node);
			watched.set(node.name, target);
			fleet.add(target);
		}
	}

	function poll(node: PolledNode, atMs: number): void {
		const { name, poll: outcome, probes } = node;
		const target = watched.get(name);
		if (probes) fleet.attach(name, { probes }, atMs);
		if (!target || !outcome) return;
		fleet.apply({
			target,
			atMs,
			missedSlots: 0,
			outcome:
				'reading' in outcome
					? { status: 'read', reading: outcome.reading }
					: { status: 'failed', error: new PollError(outcome.code, 'no answer in this test') },
		});
		if (node.checks) fleet.attach(name, { components: componentsOf(node.checks, atMs) }, atMs);
	}

	return {
		watch({ nowMs, nodes, groups, isConnected }: Round) {
			choose(nodes);
			for (const node of nodes) poll(node, nowMs);
			const snapshots = fleet.getSnapshot().nodes.map(({ snapshot }) => snapshot);
			witness = blame(snapshots, isConnected, witness, nowMs);
			fleet.compare({ groups: groups ?? analysis.evaluate(snapshots, nowMs), witness, nowMs });
			const state = fleet.getSnapshot();
			return {
				nodes: state.nodes.map(({ snapshot }) => snapshot),
				groups: state.groups,
				witness: state.witness,
			};
		},
	};
}

/** As the schedule leaves them, had it just run. */
function componentsOf(checks: readonly PolledCheck[], atMs: number): ComponentHealth[] {
	return checks.map(({ name, says, where }) => {
		const check = componentChecks.find((each) => `${each.component}.${each.name}` === name);
		if (!check) {
			const known = componentChecks.map((each) => `${each.component}.${each.name}`);
			throw new RuleTestMistake(where, `is no check; there are ${known.join(', ')}`);
		}
		const isTroubled = says === 'warning' || says === 'critical';
		const status = isTroubled ? 'degraded' : says;
		return {
			component: check.component,
			status,
			checks: [
				{
					name: check.name,
					status,
					message: `${name} in this test`,
					...(isTroubled && { severity: says, issue: check.issue }),
					values: [],
					lastCheckAt: new Date(atMs).toISOString(),
					durationMs: 0,
				},
			],
		};
	});
}

function toTarget({ name, kind, url, group, tags }: PolledNode): Target {
	return { name, kind, url, group, tags, intervalMs: 1000, timeoutMs: 1000 };
}

/** As with one witness configured, which answers while the connection works. */
function blame(
	nodes: readonly NodeSnapshot[],
	isConnected: boolean,
	last: Witness | undefined,
	nowMs: number,
): Witness | undefined {
	const suspicion = findSuspicion(nodes);
	if (!suspicion) return undefined;
	const { verdict, message, evidence } = decide(suspicion, {
		witnesses: [{ name: 'witness', hasAnswered: isConnected }],
		hasInterface: true,
		hasDefaultRoute: true,
	});
	const at = new Date(nowMs).toISOString();
	const since = last?.verdict === verdict ? last.since : at;
	return { verdict, at, since, message, evidence: [...evidence], failing: [...suspicion.failing] };
}
