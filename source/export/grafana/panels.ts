/** A panel in Grafana's classic JSON. */
export interface Panel {
	readonly id: number;
	readonly type: 'timeseries' | 'stat' | 'table';
	readonly title: string;
	readonly datasource: DataSource;
	readonly gridPos: {
		readonly h: number;
		readonly w: number;
		readonly x: number;
		readonly y: number;
	};
	readonly targets: readonly object[];
	readonly fieldConfig: { readonly defaults: object; readonly overrides: readonly object[] };
	readonly options: object;
	readonly transformations?: readonly object[];
}

type Unplaced = Omit<Panel, 'id' | 'gridPos'>;

interface DataSource {
	readonly type: 'prometheus';
	readonly uid: string;
}

/** The one that the variable chooses. */
export const dataSource: DataSource = { type: 'prometheus', uid: '${datasource}' };

function target(expr: string, rest: object): object {
	return { refId: 'A', datasource: dataSource, expr, ...rest };
}

export function queryPanel(
	title: string,
	expr: string,
	unit: string,
	legendFormat = '{{node}}',
): Unplaced {
	return {
		type: 'timeseries',
		title,
		datasource: dataSource,
		targets: [target(expr, { legendFormat })],
		fieldConfig: { defaults: { unit }, overrides: [] },
		options: {
			legend: { displayMode: 'list', placement: 'bottom' },
			tooltip: { mode: 'multi', sort: 'desc' },
		},
	};
}

export function statusPanel(title: string, expr: string): Unplaced {
	return {
		type: 'stat',
		title,
		datasource: dataSource,
		targets: [target(expr, { legendFormat: '{{state}}{{severity}}', instant: true })],
		fieldConfig: { defaults: { unit: 'short' }, overrides: [] },
		options: { reduceOptions: { calcs: ['lastNotNull'] }, textMode: 'value_and_name' },
	};
}

export function tablePanel(title: string, expr: string): Unplaced {
	const hidden = Object.fromEntries(
		['Time', '__name__', 'job', 'instance', 'Value'].map((name) => [name, true]),
	);
	return {
		type: 'table',
		title,
		datasource: dataSource,
		targets: [target(expr, { format: 'table', instant: true })],
		fieldConfig: { defaults: {}, overrides: [] },
		options: {},
		transformations: [{ id: 'organize', options: { excludeByName: hidden } }],
	};
}

const columns = 2;
const width = 24 / columns;
const height = 8;

/** Two beside each other, from the top. */
export function panelsInRows(panels: readonly Unplaced[]): Panel[] {
	return panels.map((panel, index) => ({
		id: index + 1,
		...panel,
		gridPos: {
			h: height,
			w: width,
			x: (index % columns) * width,
			y: Math.floor(index / columns) * height,
		},
	}));
}
