import { setImmediate as settlePromises } from 'node:timers/promises';
import { RuleTestMistake } from '../alerts/rule-test.ts';
import type { PolledCheck, PolledNode, Round, TestMonitor } from '../alerts/rule-test.ts';
import { createGroupAnalysis } from '../analysis/groups.ts';
import { PollError } from '../domain/errors.ts';
import { createSimulatedClock } from '../domain/simulated-clock.ts';
import type { Target } from '../domain/target.ts';
import type { Severity } from '../domain/words.ts';
import { componentChecks } from '../health/scheduled/registry.ts';
import type { Finding } from '../sections/finding.ts';
import { findings } from '../sections/findings.ts';
import type { Group } from '../sections/group/schema.ts';
import type { ComponentHealth } from '../sections/health/component-health.ts';
import type { Reading } from '../sections/snapshot.ts';
import type { NodeSources } from './node-source.ts';
import { ownStateOf } from './alert-problems.ts';
import { openMonitor } from './open-monitor.ts';
import type { Monitor } from './open-monitor.ts';

/** Rounds are played, never due. */
const neverMs = 2 ** 40;

/** A monitor on simulated time, whose nodes answer as a rule test says. */
export function openSimulatedMonitor(): TestMonitor {
	const clock = createSimulatedClock(0);
	const sources = createScriptedSources();
	const analysis = createGroupAnalysis();
	let groups: readonly Group[] | undefined;
	let isConnected = true;
	const monitor = openMonitor({
		targets: [],
		clock,
		reportBug(error) {
			throw error;
		},
		outside: {
			sources,
			evaluateGroups: (nodes, nowMs) => groups ?? analysis.evaluate(nodes, nowMs),
			// As with one witness configured, which answers while the connection works.
			gatherFacts: () =>
				Promise.resolve({
					witnesses: [{ name: 'witness', hasAnswered: isConnected }],
					hasInterface: true,
					hasDefaultRoute: true,
				}),
			maxInFlight: Number.POSITIVE_INFINITY,
		},
	});

	return {
		async watch(round) {
			({ groups, isConnected } = round);
			clock.advance(round.nowMs, Math.max(0, round.nowMs - clock.now()));
			await monitor.start();
			watchOnly(round.nodes, monitor);
			await playRound(round, monitor, sources);
			await monitor.compare();
			// The scheduler takes a node up again a moment after its result.
			await settlePromises();
			const { nodes, witness, groups: compared } = monitor.moment();
			const ownState = ownStateOf({
				problem: round.isStateKept ? undefined : 'it is lost in this test',
				isDiskFull: false,
				directory: '',
			});
			const snapshots = nodes.map(({ snapshot }) => snapshot);
			const input = { nodes: snapshots, groups: compared, witness, ownState };
			return { ...input, observed: monitor.fleet.judge.observe(input, round.nowMs) };
		},
		reload(rules) {
			// Without any built-in rule, health is judged by all: the user's rules may name any finding.
			const hasBuiltIn = [...rules.values()].some(({ code }) => code !== undefined);
			if (hasBuiltIn) monitor.fleet.judge.reload(rules);
		},
		stop: monitor.stop,
	};
}

/** Adds the nodes of a round that are new, and removes the others. */
function watchOnly(nodes: readonly PolledNode[], monitor: Monitor): void {
	const names = new Set(nodes.map(({ name }) => name));
	for (const { snapshot } of monitor.moment().nodes) {
		const { name } = snapshot.target;
		if (!names.has(name)) monitor.remove(name);
	}
	for (const node of nodes) if (!monitor.fleet.node(node.name)) monitor.add(toTarget(node));
}

function toTarget({ name, kind, url, group, tags }: PolledNode): Target {
	return { name, kind, url, group, tags, intervalMs: neverMs, timeoutMs: neverMs };
}

/** Polls the nodes that answer or fail in this round, and adds what their probes and checks found. */
async function playRound(
	{ nodes, nowMs }: Round,
	monitor: Monitor,
	sources: ScriptedSources,
): Promise<void> {
	for (const { name, probes, outlook, poll, checks } of nodes) {
		if (probes) monitor.attach(name, { probes });
		if (outlook) monitor.attach(name, { outlook });
		if (!poll) continue;
		const polled = new Promise<void>((resolve) => {
			const end = monitor.on((event) => {
				if (event.type !== 'polled' || event.node !== name) return;
				end();
				resolve();
			});
		});
		sources.answer(name, poll);
		monitor.pollNow(name);
		await polled;
		if (checks) monitor.attach(name, { components: componentsOf(checks, nowMs) });
	}
}

type Answer = NonNullable<PolledNode['poll']>;

interface ScriptedSources extends NodeSources {
	/** Answers the poll that waits for it, or the next one. */
	readonly answer: (name: string, answer: Answer) => void;
}

function createScriptedSources(): ScriptedSources {
	const answers = new Map<string, Answer>();
	const waiting = new Map<string, (answer: Answer) => void>();
	return {
		open: ({ name }) => ({
			async poll() {
				const answer = answers.get(name) ?? (await nextAnswer(name));
				answers.delete(name);
				return readingOf(answer);
			},
			close() {
				waiting.delete(name);
			},
		}),
		close: () => undefined,
		answer(name, answer) {
			const take = waiting.get(name);
			waiting.delete(name);
			if (take) take(answer);
			else answers.set(name, answer);
		},
	};

	function nextAnswer(name: string): Promise<Answer> {
		return new Promise((resolve) => {
			waiting.set(name, resolve);
		});
	}
}

function readingOf(answer: Answer): Reading {
	if ('reading' in answer) return answer.reading;
	throw new PollError(answer.code, 'no answer in this test');
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
					...(isTroubled && { severity: says, issue: codeOf(name, says) ?? check.issue }),
					values: [],
					lastCheckAt: new Date(atMs).toISOString(),
					durationMs: 0,
				},
			],
		};
	});
}

/** The finding of that severity, where a check sees several. */
function codeOf(check: string, severity: Severity): string | undefined {
	return Object.entries<Finding>(findings).find(
		([, finding]) => 'check' in finding && finding.check === check && finding.severity === severity,
	)?.[0];
}
