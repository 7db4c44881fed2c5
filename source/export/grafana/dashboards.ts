import type { Unit } from '../../domain/units.ts';
import { derivedMetrics, fieldMetrics, isCounter } from '../../sections/field-metrics.ts';
import type { FieldMetric } from '../../sections/field-metrics.ts';
import { sections } from '../../sections/registry.ts';
import type { SectionName } from '../../sections/registry.ts';
import { defaultPrefix } from '../metrics/families.ts';
import { panelsInRows, queryPanel, statusPanel, tablePanel } from './panels.ts';
import type { Panel } from './panels.ts';
import { annotations, variables } from './variables.ts';

/** A dashboard of Grafana in its classic JSON (schema version 39, Grafana 11), which files can provision. */
export interface Dashboard {
	readonly uid: string;
	readonly title: string;
	readonly tags: readonly string[];
	readonly timezone: string;
	readonly editable: boolean;
	readonly graphTooltip: number;
	readonly schemaVersion: number;
	readonly refresh: string;
	readonly time: { readonly from: string; readonly to: string };
	readonly templating: { readonly list: readonly object[] };
	readonly annotations: { readonly list: readonly object[] };
	readonly panels: readonly Panel[];
}

/** What each dashboard shows: sections of a node, each field with a metric as one chart. */
const contents: Readonly<
	Record<string, { readonly title: string; readonly sections: readonly SectionName[] }>
> = {
	consensus: { title: 'Consensus', sections: ['consensus', 'chain', 'dag'] },
	network: { title: 'Network', sections: ['network', 'probes', 'poll'] },
	system: { title: 'System', sections: ['resources', 'process', 'identity', 'clock'] },
	storage: { title: 'Storage', sections: ['storage'] },
	storj: { title: 'Storj', sections: ['storage', 'earnings'] },
};

export const dashboardNames: readonly string[] = ['overview', ...Object.keys(contents), 'node'];

/** What a dashboard of the user shows: sections, and fields by their path. */
export interface OwnDashboard {
	readonly title?: string | undefined;
	readonly fields: readonly string[];
}

/** One of nodetop's dashboards, made from the fields that have a metric. */
export function toDashboard(name: string, prefix: string = defaultPrefix): Dashboard {
	if (name === 'overview')
		return dashboardOf({ name, title: 'Overview', panels: overviewPanels() }, prefix);
	if (name === 'node') {
		const all = Object.keys(sections) as SectionName[]; // The keys of a constant object.
		const parts = { name, title: 'One node', panels: sectionPanels(all), isOfOneNode: true };
		return dashboardOf(parts, prefix);
	}
	const { title = name, sections: shown = [] } = contents[name] ?? {};
	const panels = [...sectionPanels(shown), ...satellitePanels(name)];
	return dashboardOf({ name, title, panels }, prefix);
}

/** A dashboard of the user. */
export function toOwnDashboard(
	name: string,
	{ title = name, fields }: OwnDashboard,
	prefix: string = defaultPrefix,
): Dashboard {
	const panels = fields.flatMap((wanted) =>
		fieldMetrics
			.filter(({ section, path }) => section === wanted || `${section}.${path}` === wanted)
			.map(fieldPanel),
	);
	return dashboardOf({ name, title, panels }, prefix);
}

interface DashboardParts {
	readonly name: string;
	readonly title: string;
	readonly panels: readonly Omit<Panel, 'id' | 'gridPos'>[];
	readonly isOfOneNode?: boolean;
}

function dashboardOf(
	{ name, title, panels, isOfOneNode = false }: DashboardParts,
	prefix: string,
): Dashboard {
	const text = JSON.stringify({
		uid: `nodetop-${name}`,
		title: `nodetop: ${title}`,
		tags: ['nodetop'],
		timezone: 'browser',
		editable: true,
		graphTooltip: 1,
		schemaVersion: 39,
		refresh: '30s',
		time: { from: 'now-3h', to: 'now' },
		templating: { list: variables(isOfOneNode) },
		annotations: { list: annotations() },
		panels: panelsInRows(panels),
	} satisfies Dashboard);
	// Every metric of nodetop begins so; what a person wrote does not.
	return JSON.parse(text.replaceAll(/\bnodetop_/g, `${prefix}_`)) as Dashboard;
}

function overviewPanels(): Omit<Panel, 'id' | 'gridPos'>[] {
	return [
		statusPanel('Nodes by health', 'sum by (state) (nodetop_nodes)'),
		statusPanel('Firing alerts', 'sum by (severity) (nodetop_alerts{state="firing"})'),
		tablePanel('Health of each node', `nodetop_health_status{${chosen}} == 1`),
		tablePanel('Findings', `nodetop_health_issue{${chosen}}`),
		...derivedMetrics.map(({ name, help }) =>
			queryPanel(
				help.split(':', 1)[0] ?? name,
				`${name}{${chosen}}`,
				name.endsWith('_seconds') ? 's' : 'short',
			),
		),
		queryPanel('Poll latency', `nodetop_poll_latency_seconds{${chosen}}`, 's'),
	];
}

const chosen = 'kind=~"$kind",node=~"$node"';

function sectionPanels(names: readonly SectionName[]): Omit<Panel, 'id' | 'gridPos'>[] {
	return fieldMetrics.filter(({ section }) => names.includes(section)).map(fieldPanel);
}

function fieldPanel(metric: FieldMetric): Omit<Panel, 'id' | 'gridPos'> {
	const { name, help, words, unit } = metric;
	const title = help.replace(/ \(.*\)$/, '');
	if (words) return tablePanel(title, `${name}{${chosen}} == 1`);
	if (unit === 'age' || unit === 'time') {
		return queryPanel(`${title}: age`, `time() - ${name}{${chosen}}`, 's');
	}
	if (isCounter(name)) {
		return queryPanel(`${title} per second`, `rate(${name}{${chosen}}[$__rate_interval])`, 'cps');
	}
	return queryPanel(title, `${name}{${chosen}}`, grafanaUnit(unit, name));
}

/** Units as Grafana names them. */
function grafanaUnit(unit: Unit, name: string): string {
	if (name.endsWith('_bytes_per_second')) return 'Bps';
	if (name.endsWith('_seconds')) return 's';
	if (name.endsWith('_bytes')) return 'bytes';
	if (name.endsWith('_ratio')) return 'percentunit';
	if (name.endsWith('_dollars')) return 'currencyUSD';
	return unit === 'perSecond' ? 'ops' : 'short';
}

function satellitePanels(name: string): Omit<Panel, 'id' | 'gridPos'>[] {
	if (name !== 'storj') return [];
	return ['audit_score', 'suspension_score', 'online_score'].map((score) =>
		queryPanel(
			`Reputation: ${score.replaceAll('_', ' ')}`,
			`nodetop_reputation_${score}_ratio{${chosen}}`,
			'percentunit',
			'{{node}} {{satellite}}',
		),
	);
}
