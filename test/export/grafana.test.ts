import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { dashboardNames, toDashboard } from '../../source/export/grafana/dashboards.ts';
import { fieldMetrics } from '../../source/sections/field-metrics.ts';
import { hasPromtool, promtool } from '../helpers/promtool.ts';

const canParse = hasPromtool('the queries of dashboards');

/** The parts of Grafana's classic dashboard (schema version 39) that nodetop writes. */
const dataSource = z.strictObject({
	type: z.literal('prometheus'),
	uid: z.literal('${datasource}'),
});
const panel = z.looseObject({
	id: z.int().positive(),
	type: z.enum(['timeseries', 'stat', 'table']),
	title: z.string().min(1),
	datasource: dataSource,
	gridPos: z.strictObject({
		h: z.int().positive(),
		w: z.int().min(1).max(24),
		x: z.int().min(0).max(23),
		y: z.int().min(0),
	}),
	targets: z
		.array(z.looseObject({ refId: z.string(), datasource: dataSource, expr: z.string() }))
		.min(1),
	fieldConfig: z.strictObject({ defaults: z.object(), overrides: z.array(z.object()) }),
});
const dashboard = z.looseObject({
	uid: z.string().regex(/^[\w-]{1,40}$/),
	schemaVersion: z.literal(39),
	templating: z.object({ list: z.array(z.looseObject({ name: z.string(), type: z.string() })) }),
	annotations: z.object({ list: z.array(z.looseObject({ expr: z.string() })).min(1) }),
	panels: z.array(panel).min(1),
});

const all = dashboardNames.map((name) => dashboard.parse(toDashboard(name)));
const expressions = all.flatMap(({ panels }) =>
	panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
);

describe('dashboards', () => {
	it('have ids of their own, and no two panels in one place', () => {
		expect(new Set(all.map(({ uid }) => uid)).size).toBe(all.length);
		for (const { panels } of all) {
			expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
			const places = panels.map(({ gridPos: { x, y } }) => `${x} ${y}`);
			expect(new Set(places).size).toBe(panels.length);
		}
	});

	it('choose the data source, the kind and the node by variables', () => {
		for (const { templating } of all) {
			expect(templating.list.map(({ name }) => name)).toEqual(['datasource', 'kind', 'node']);
		}
	});

	it('show every field that has a metric', () => {
		const text = expressions.join('\n');
		for (const { name } of fieldMetrics) expect(text).toMatch(new RegExp(`\\b${name}\\b`));
	});

	it('take the prefix of the metrics', () => {
		const text = JSON.stringify(toDashboard('overview', 'mynet'));
		expect(text).toContain('mynet_node_height');
		expect(text).not.toContain('nodetop_');
	});

	it.skipIf(!canParse)('ask PromQL that Prometheus understands', () => {
		const rules = expressions.map((expr, index) => ({
			record: `r${index}`,
			expr: expr.replaceAll('$__rate_interval', '5m').replaceAll(/\$(kind|node)/g, '.*'),
		}));
		const directory = mkdtempSync(path.join(tmpdir(), 'nodetop-grafana-'));
		const file = path.join(directory, 'rules.yml');
		writeFileSync(file, JSON.stringify({ groups: [{ name: 'g', rules }] }));
		const checked = promtool(['check', 'rules', file]);
		rmSync(directory, { recursive: true });
		expect(checked).toMatchObject({ exitCode: 0 });
	});
});
