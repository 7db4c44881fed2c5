import { dataSource } from './panels.ts';

/** The data source, the kind and the node that a dashboard shows. */
export function variables(isOneNode: boolean): readonly object[] {
	const all = isOneNode
		? {}
		: { includeAll: true, multi: true, allValue: '.*', current: { text: 'All', value: '$__all' } };
	return [
		{ name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus' },
		labelVariable('kind', 'label_values(nodetop_node_info, kind)', {
			includeAll: true,
			multi: true,
			allValue: '.*',
			current: { text: 'All', value: '$__all' },
		}),
		labelVariable('node', 'label_values(nodetop_node_info{kind=~"$kind"}, node)', all),
	];
}

function labelVariable(name: string, query: string, rest: object): object {
	return {
		name,
		label: name === 'kind' ? 'Kind' : 'Node',
		type: 'query',
		datasource: dataSource,
		query: { query, refId: name },
		refresh: 2,
		sort: 1,
		...rest,
	};
}

/** Marks where an alert of nodetop fires. */
export function annotations(): readonly object[] {
	return [
		{
			name: 'Alerts of nodetop',
			enable: true,
			iconColor: 'red',
			datasource: dataSource,
			expr: 'nodetop_alert{state="firing",severity=~"warning|critical"} == 1',
			titleFormat: '{{rule}}',
			textFormat: '{{node}}{{network}}',
			tagKeys: 'severity,rule',
		},
	];
}
