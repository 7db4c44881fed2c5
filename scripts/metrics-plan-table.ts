import { fileURLToPath } from 'node:url';
import type { AnyField } from '../source/sections/field.ts';
import { sectionEntries } from '../source/sections/registry.ts';
import { alertConfig, listNames, metricsPlan } from './metrics-plan-rows.ts';
import type { PlanRow } from './metrics-plan-rows.ts';

export const metricsPlanPath = fileURLToPath(new URL('../docs/metrics-plan.md', import.meta.url));

const introduction = `# The metrics plan

Generated from \`scripts/metrics-plan-rows.ts\` and the fields of the sections by \`npm run plan\`; do not edit. Each line
of the plan of a consensus node, and where it is: the field of the snapshot, its name in Prometheus exposition, the
screen that shows it, and the test that asserts its value. Why a cell is empty stands in it, in italics.
[Decision 17](decisions/0017-metrics-plan.md) explains the form.`;

const efficiency = `## How efficiency is reckoned

Over the last minute, where the node does not tell it: of consensus, blocks committed over views passed; of the
network, messages handled without an error over messages received; of storage, bytes of live data over bytes on disk.
A share of delivered messages is messages sent and not lost over messages sent.`;

/** The name of a field in Prometheus exposition; of a distribution, that of its parts. */
export function prometheusNameOf(path: string): string | undefined {
	const [section = '', ...rest] = path.split('.');
	const fields = sectionEntries.find(([name]) => name === section)?.[1].fields ?? {};
	const own = rest.join('.');
	const direct: AnyField | undefined = fields[own];
	if (direct) return direct.metric;
	return fields[`${own}.p50`]?.metric?.replace('_p50_', '_*_') ?? listNames[path];
}

/** The whole page; a test compares it with the committed file. */
export function metricsPlanText(): string {
	const rows = metricsPlan.map((row) => `| ${cellsOf(row).join(' | ')} |`);
	const alerts = Object.entries(alertConfig).map(([name, rule]) => `| \`${name}\` | \`${rule}\` |`);
	return `${[
		introduction,
		[
			'| plan | line | field | Prometheus | screen | test |',
			'| --- | --- | --- | --- | --- | --- |',
			...rows,
		].join('\n'),
		'## Thresholds of the plan’s AlertConfig',
		['| threshold | rule |', '| --- | --- |', ...alerts].join('\n'),
		efficiency,
	].join('\n\n')}\n`;
}

/** The cells of one line; none is empty. */
export function cellsOf({
	plan,
	line,
	field,
	screen,
	test,
	because,
	metric: own,
}: PlanRow): string[] {
	const reason = because === undefined ? '' : `_${because}_`;
	const metric = own ?? (field === undefined ? undefined : prometheusNameOf(field));
	const code = (text: string | undefined, instead: string) =>
		text === undefined ? instead : `\`${text}\``;
	return [
		plan,
		line,
		code(field, reason),
		code(metric, reason),
		screen ?? reason,
		code(test, reason),
	];
}
