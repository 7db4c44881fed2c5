import type {
	CheckResult,
	ComponentHealth,
} from '../../source/sections/health/component-health.ts';
import type { Group } from '../../source/sections/group/schema.ts';
import type { Vertex } from '../../source/sections/dag/schema.ts';
import type { Target } from '../../source/domain/target.ts';
import type { UnjudgedNode } from '../../source/sections/finding.ts';
import type { Dialled } from '../../source/health/local/dial.ts';
import type { DirectoryResult } from '../../source/health/local/directory.ts';
import type { LocalFacts } from '../../source/health/local/local-view.ts';
import type { Pressure } from '../../source/health/local/pressure.ts';
import type { ProcessFacts } from '../../source/health/local/process-facts.ts';
import type { Recent } from '../../source/health/scheduled/component-check.ts';
import { createNodeHealth } from '../../source/health/scheduled/node-health.ts';
import { judgeOnce } from '../helpers/judge-once.ts';
import { targetFor } from '../helpers/targets.ts';

export const startMs = Date.parse('2026-01-01T00:00:00Z');
export const ago = (seconds: number) => new Date(startMs - seconds * 1000).toISOString();

/** What one round is made of; what is left out was not told. */
export interface Scenario {
	readonly node?: Partial<UnjudgedNode>;
	readonly target?: Partial<Target>;
	readonly progressAtMs?: number;
	readonly group?: Group;
	readonly recent?: Partial<Record<string, readonly number[]>>;
	readonly process?: Partial<ProcessFacts>;
	readonly pressure?: Pressure;
	readonly directory?: DirectoryResult;
	readonly dialled?: Dialled;
	readonly afterMs?: number;
}

export const groupIn = (state: Group['state'], nodes: readonly string[]): Group => ({
	name: 'evm:1',
	kind: 'evm',
	nodes: [...nodes],
	state,
	since: ago(60),
	message: `they are ${state}`,
	members: nodes.map((node) => ({ node, position: 'level' })),
});

const processFacts: ProcessFacts = {
	pid: 7,
	state: 'S',
	startTicks: 100,
	uptimeSeconds: 90,
	threads: 12,
	openFiles: undefined,
	openFilesLimit: undefined,
	cgroup: {},
	system: { threads: undefined, limit: undefined },
};

export function factsOf({ process, pressure, directory, dialled }: Scenario): LocalFacts {
	const seen = <Value>(value: Value | undefined) =>
		Promise.resolve(value === undefined ? { because: 'not looked at' } : { value });
	return {
		process: () => seen(process && { ...processFacts, ...process }),
		memoryPressure: () => seen(pressure),
		directory: () => seen(directory),
		dialled: () => seen(dialled),
	};
}

export function nodeOf({ node }: Scenario): UnjudgedNode {
	return {
		target: { name: 'n1', kind: 'evm', url: 'http://n1' },
		poll: { status: 'ok', failures: 0 },
		...node,
	};
}

export function recentOf({ recent = {} }: Scenario): Recent {
	return { last: (metric, count) => [...(recent[metric] ?? [])].slice(-count) };
}

/** The rounds of one node, thirty seconds apart unless told; gives those of the last. */
export async function play(...scenarios: readonly Scenario[]): Promise<ComponentHealth[]> {
	let nowMs = startMs;
	let scenario: Scenario = {};
	const target = targetFor('http://n1', { name: 'n1', ...scenarios[0]?.target });
	const health = createNodeHealth({
		target,
		local: { begin: () => factsOf(scenario) },
		now: () => nowMs,
		reportBug: (error) => {
			throw error;
		},
	});
	let result: ComponentHealth[] = [];
	for (const next of scenarios) {
		scenario = next;
		nowMs += next.afterMs ?? 30_000;
		const input = {
			node: nodeOf(scenario),
			memory: { progressAtMs: scenario.progressAtMs },
			group: scenario.group,
			nowMs: startMs,
		};
		const { issues } = judgeOnce(input);
		result = await health.round({
			...input,
			issues,
			recent: recentOf(scenario),
		});
	}
	return result;
}

export async function checkOf(
	name: string,
	...scenarios: readonly Scenario[]
): Promise<CheckResult> {
	const result = (await play(...scenarios)).flatMap(({ checks }) => checks);
	const found = result.find((check) => check.name === name);
	if (!found) throw new Error(`no check ${name}`);
	return found;
}

export const vertex = (id: string, parents: readonly string[], layer?: number): Vertex => ({
	id,
	parents: [...parents],
	...(layer !== undefined && { layer }),
});

export const groupOf = (position: string, state = 'agreed', names = ['n1', 'n2', 'n3']): Group => ({
	name: 'evm:1',
	kind: 'evm',
	nodes: names,
	state: state as Group['state'],
	since: ago(60),
	message: 'as it is',
	members: names.map((node) => ({
		node,
		position: (node === 'n1' ? 'level' : position) as 'level',
		...(state === 'partitioned' && { side: node === 'n1' ? 0 : 1 }),
	})),
	...(state === 'partitioned' && { sides: [['n1'], names.slice(1)] }),
});
