import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { checkConfig } from '../../source/app/configuration.ts';
import { rulesTable } from '../../scripts/rules-table.ts';
import { builtInRules } from '../../source/sections/findings.ts';
import { buildRuleSet } from '../../source/sections/rule-set.ts';
import { documentSchema } from '../../source/sections/snapshot.ts';
import type { RuleEntry } from '../../source/domain/rule.ts';
import { orderings, ruleEntrySchema } from '../../source/domain/rule.ts';

const page = readFileSync(fileURLToPath(new URL('../../docs/alerts.md', import.meta.url)), 'utf8');
const examples = [...page.matchAll(/```json\n([^]*?)```/g)].map(([, text = '']) => text);

function isField(path: string): boolean {
	let schema: unknown = documentSchema.shape.nodes.element;
	for (const part of path.split(/\.|(?=\[\])/)) {
		if (schema instanceof z.ZodOptional) schema = schema.unwrap();
		if (part === '[]' && schema instanceof z.ZodArray) schema = schema.element;
		else if (schema instanceof z.ZodObject) schema = schema.shape[part];
		else return false;
	}
	return schema !== undefined;
}

describe('the manual of alerts', () => {
	it.each(examples.map((text, index) => [index, text] as const))(
		'has an example that is a profile: %i',
		(_index, text) => {
			const { profiles } = checkConfig({ profiles: { default: JSON.parse(text) } }, 'docs');
			const { rules = {} } = profiles?.['default'] ?? {};
			const set = buildRuleSet(builtInRules, rules);
			for (const [name, { enabled }] of Object.entries(rules)) {
				expect(set.has(name)).toBe(enabled !== false);
			}
		},
	);

	it('has every key of a rule in its table, and nearly all in an example', () => {
		for (const key of Object.keys(ruleEntrySchema.shape)) {
			expect(page).toContain(`| \`${key}\``);
		}
		const text = examples.join('\n');
		const shown = Object.keys(ruleEntrySchema.shape).filter((key) => !text.includes(`"${key}":`));
		expect(shown).toEqual(['scope', 'mutes', 'maxAlerts']);
	});

	it('has every form of a condition in an example', () => {
		const conditions = examples
			.map((text) => JSON.parse(text) as { rules?: Record<string, RuleEntry> })
			.flatMap(({ rules = {} }) => Object.values(rules).map(({ condition }) => condition));
		const keys = new Set(conditions.flatMap((condition) => Object.keys(condition ?? {})));
		const values = new Set(conditions.flatMap((condition) => Object.keys(condition?.value ?? {})));
		const forms = ['value', 'oneOf', 'noneOf', 'absentIsGood', 'issue', 'needs', 'frozenBy'];
		expect([...keys].toSorted()).toEqual([...forms, ...orderings, 'noData', 'where'].toSorted());
		expect([...values].toSorted()).toEqual(
			['field', 'age', 'count', 'rate', 'increase', 'changes', 'average', 'overMs', 'per']
				.concat('baselineMs')
				.toSorted(),
		);
	});

	it('names only fields that the snapshot has', () => {
		const text = examples.join('\n');
		const named = /"(?:field|age|count|rate|increase|changes|average|per)": "([^"]+)"/g;
		const paths = [...text.matchAll(named)].flatMap(([, path = '']) => path.split('|'));
		expect(paths.length).toBeGreaterThan(8);
		expect(paths.filter((path) => !isField(path))).toEqual([]);
	});

	it('lists the built-in rules as they are (npm run rules writes them)', () => {
		expect(page).toContain(rulesTable());
	});
});
