import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { alertConfig, metricsPlan } from '../../scripts/metrics-plan-rows.ts';
import {
	cellsOf,
	metricsPlanPath,
	metricsPlanText,
	prometheusNameOf,
} from '../../scripts/metrics-plan-table.ts';
import { listMetrics, peerMetrics } from '../../source/export/metrics/list-metrics.ts';
import { fieldMetrics } from '../../source/sections/field-metrics.ts';
import { builtInRules } from '../../source/sections/findings.ts';
import { sectionEntries } from '../../source/sections/registry.ts';
import { nodeSchema } from '../../source/sections/snapshot.ts';

interface Shape {
	readonly properties?: Readonly<Record<string, Shape>>;
}
const root = new URL('../../', import.meta.url);
const schema = z.toJSONSchema(nodeSchema) as Shape; // JSON Schema has more than this reads.

function shapeAt(path: string): Shape | undefined {
	return path
		.split('.')
		.reduce<Shape | undefined>((shape, name) => shape?.properties?.[name], schema);
}

const exported = new Set([
	...fieldMetrics.map(({ name }) => name),
	...[...listMetrics, ...peerMetrics].map(({ name }) => name),
]);

const screenTexts = new Map(
	['consensus', 'dag', 'network', 'resources', 'overview'].map((name) => {
		const folder = new URL(`screens/${name}/`, root);
		const texts = readdirSync(folder).map((file) => readFileSync(new URL(file, folder), 'utf8'));
		return [name, texts.join('\n')];
	}),
);

it('docs/metrics-plan.md is current: npm run plan', () => {
	expect(readFileSync(metricsPlanPath, 'utf8')).toBe(metricsPlanText());
});

it.each(metricsPlan.flatMap(({ metric }) => metric ?? []))('%s is exported', (metric) => {
	expect(exported.has(metric)).toBe(true);
});

it('no cell of the table is empty', () => {
	for (const row of metricsPlan) for (const cell of cellsOf(row)) expect(cell.trim()).not.toBe('');
});

const withField = metricsPlan.flatMap(({ field, screen, test, line }) =>
	field === undefined ? [] : [{ field, screen, test, line }],
);

describe.each(withField)('$line', ({ field, screen, test }) => {
	it('is a field of the snapshot, and has a name for Prometheus that is exported', () => {
		expect(shapeAt(field)).toBeDefined();
		const name = prometheusNameOf(field) ?? '';
		expect(exported.has(name.replace('_*_', '_p50_'))).toBe(true);
	});

	it('is on its screen: the section’s facts, or the field by its name', () => {
		const [section = '', name = ''] = field.split('.');
		const fields = sectionEntries.find(([each]) => each === section)?.[1].fields ?? {};
		const isFact = Object.keys(fields).some((path) => path === name || path.startsWith(`${name}.`));
		const text = screenTexts.get(screen ?? '') ?? '';
		expect(text.includes(isFact ? `'${section}'` : name), `${screen}`).toBe(true);
	});

	it('has a test that names it', () => {
		const name = field.split('.').at(-1) ?? '';
		expect(readFileSync(new URL(test ?? '', root), 'utf8')).toContain(name);
	});
});

it('every threshold of AlertConfig is a built-in rule', () => {
	for (const rule of Object.values(alertConfig)) expect(builtInRules).toHaveProperty([rule]);
	expect(Object.keys(alertConfig)).toHaveLength(12);
});
