import * as z from 'zod';
import { groupSchema } from './group/schema.ts';
import type { Rule, RuleComparison, RuleScope } from '../domain/rule.ts';
import { nodeSchema } from './snapshot.ts';

/** What is wrong with a path of a rule, and what could be meant. */
export interface FieldProblem {
	readonly problem: string;
	readonly nextSteps: readonly string[];
}

/** Finds a path in a rule that no subject of its scope can ever report. */
export type FieldCheck = (rule: Rule) => FieldProblem | undefined;

/** As much of JSON Schema as the schemas of the snapshot use. */
interface Shape {
	readonly type?: unknown;
	readonly properties?: Readonly<Record<string, Shape>>;
	readonly additionalProperties?: Shape | boolean;
	readonly items?: Shape;
}

interface AskedPath {
	readonly path: string;
	readonly isCount: boolean;
}

/** A misspelt field is never reported, so its rule would silently never fire. */
export function createFieldCheck(): FieldCheck {
	const roots = new Map<RuleScope, Shape>();
	return (rule) => {
		for (const { path, isCount } of pathsOf(rule)) {
			const root = roots.get(rule.scope) ?? rootOf(rule.scope);
			roots.set(rule.scope, root);
			for (const alternative of path.split('|')) {
				const problem = findProblem(root, alternative, isCount);
				if (problem) return problem;
			}
		}
		return undefined;
	};
}

function pathsOf({ condition }: Rule): AskedPath[] {
	const needs = (condition.needs ?? []).map((path) => ({ path, isCount: false }));
	const asked = [condition, ...(condition.where ?? [])].flatMap((each) => pathsOfValue(each));
	return [...asked, ...needs];
}

function pathsOfValue({ value }: RuleComparison): AskedPath[] {
	if (value === undefined) return [];
	const { field, age, rate, increase, changes, average, count, per } = value;
	const isCount = count !== undefined;
	return [
		...[field, age, rate, increase, changes, average].map((path) => ({ path, isCount: false })),
		...[count, per].map((path) => ({ path, isCount })),
	].flatMap(({ path, isCount: counts }) => (path === undefined ? [] : [{ path, isCount: counts }]));
}

/** The same roots as `subjects.ts` gives to the candidates of a scope. */
function rootOf(scope: RuleScope): Shape {
	if (scope === 'group') return shapeOf(groupSchema);
	if (scope === 'fleet') {
		const names = ['nodes', 'up', 'degraded', 'down', 'unknown'];
		return { properties: Object.fromEntries(names.map((name) => [name, { type: 'integer' }])) };
	}
	const node = shapeOf(nodeSchema);
	if (scope === 'node') return node;
	const lists = {
		peer: [node.properties?.['network']?.properties?.['peerList']],
		satellite: [
			node.properties?.['storage']?.properties?.['satellites'],
			node.properties?.['reputation']?.properties?.['satellites'],
		],
		validator: [node.properties?.['validators']?.properties?.['list']],
	}[scope];
	const entries = lists.map((list) => list?.items?.properties ?? {});
	return { properties: Object.assign({ node }, ...entries) };
}

function shapeOf(schema: z.ZodType): Shape {
	return z.toJSONSchema(schema) as Shape; // JSON Schema has more properties than this reads.
}

function findProblem(root: Shape, path: string, isCount: boolean): FieldProblem | undefined {
	let shape = root;
	const walked: string[] = [];
	for (const step of path.split('.')) {
		const name = step.replace(/\[\]$/, '');
		const next = childOf(shape, name);
		const where = walked.length === 0 ? 'the snapshot' : walked.join('.');
		if (next === undefined) {
			const known = Object.keys(shape.properties ?? {});
			return {
				problem: `${path}: there is no "${name}" in ${where}`,
				nextSteps: known.length > 0 ? [`what is there: ${known.join(', ')}`] : [],
			};
		}
		walked.push(name);
		if (step !== name && next.items === undefined) {
			return { problem: `${path}: ${walked.join('.')} is no list`, nextSteps: [] };
		}
		shape = step === name ? next : (next.items ?? next);
	}
	const isMany = shape.properties !== undefined || hasEntries(shape);
	if (isMany === isCount) return undefined;
	const problem = isCount ? 'has no entries to count' : 'is no single value';
	return { problem: `${path} ${problem}`, nextSteps: [] };
}

function childOf(shape: Shape, name: string): Shape | undefined {
	const { properties = {}, additionalProperties } = shape;
	if (Object.hasOwn(properties, name)) return properties[name];
	return typeof additionalProperties === 'object' ? additionalProperties : undefined;
}

function hasEntries({ items, additionalProperties }: Shape): boolean {
	return items !== undefined || typeof additionalProperties === 'object';
}
