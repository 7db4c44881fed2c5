import type { Moment } from '../sections/moment.ts';
import type { SnapshotDocument } from '../sections/snapshot.ts';
import type { FamilyOptions } from './metrics/families.ts';
import { influxAddress, otlpAddress } from './push-address.ts';
import type { PushAddress } from './push-address.ts';
import { exportFormats } from './registry.ts';
import type { ExportFormat, FormatName } from './registry.ts';

/** What is exported: the state of all nodes at one time. */
export interface ExportInput {
	readonly moment: Moment;
	/** The same moment as the one document. */
	readonly document: SnapshotDocument;
}

/** Makes text of one moment after another. */
export type WriteExport = (input: ExportInput) => string;

interface Exporter {
	/** For `nodetop export --help`. */
	readonly help: string;
	readonly contentType: string;
	/** What one text more does to a file that has some already. */
	readonly file: 'append' | 'replace';
	/** The first line of each text is a heading, which a file has once. */
	readonly hasHeading?: boolean;
	/** Where and how a text is pushed; by default to the URL as it is, with a bearer token. */
	readonly pushAddress?: (url: URL) => PushAddress;
	/** Loads the code of the format: nothing of it is read before. */
	readonly load: (options: FamilyOptions) => Promise<WriteExport>;
}

/** A format that `--once` has too. */
function ofDocument(name: FormatName, rest: Omit<Exporter, 'help' | 'load'>): Exporter {
	const { help, load }: ExportFormat = exportFormats[name];
	return {
		...rest,
		help,
		load: async () => {
			const write = await load();
			return ({ document, moment: { atMs } }) =>
				write(document, { color: false, ascii: false, nowMs: atMs });
		},
	};
}

const prometheusText = 'text/plain; version=0.0.4; charset=utf-8';

/** Every format of `nodetop export`, by its name. Adding one adds its file and one entry here. */
export const exporters = {
	prometheus: {
		help: 'metrics as Prometheus text; a file is replaced, as the textfile collector wants it',
		contentType: prometheusText,
		file: 'replace',
		load: async (options) => {
			const { familiesOf } = await import('./metrics/families.ts');
			const { toPrometheusText } = await import('./metrics/prometheus-text.ts');
			return ({ document }) => toPrometheusText(familiesOf(document, options));
		},
	},
	openmetrics: {
		help: 'the same as OpenMetrics text',
		contentType: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
		file: 'replace',
		load: async (options) => {
			const { familiesOf } = await import('./metrics/families.ts');
			const { toOpenMetrics } = await import('./metrics/prometheus-text.ts');
			return ({ document }) => toOpenMetrics(familiesOf(document, options));
		},
	},
	seed: {
		help: "metrics by the names of QuDAG's node operations plan, as Prometheus text",
		contentType: prometheusText,
		file: 'replace',
		load: async () => {
			const write = (await import('./metrics/seed.ts')).createSeedExporter();
			return ({ moment }) => write(moment);
		},
	},
	json: ofDocument('json', { contentType: 'application/json', file: 'append' }),
	ndjson: ofDocument('ndjson', { contentType: 'application/x-ndjson', file: 'append' }),
	'plan-json': {
		help: 'the JSON of that plan, {"timestamp","metrics":{…}}, one line a node',
		contentType: 'application/x-ndjson',
		file: 'append',
		load: async () => {
			const { toPlanJson } = await import('./plan-json.ts');
			return ({ document }) => toPlanJson(document);
		},
	},
	csv: ofDocument('csv', {
		contentType: 'text/csv; charset=utf-8',
		file: 'append',
		hasHeading: true,
	}),
	influx: {
		help: 'InfluxDB line protocol; --push takes the write URL of InfluxDB 1 or 2',
		contentType: 'text/plain; charset=utf-8',
		file: 'append',
		pushAddress: influxAddress,
		load: async (options) => {
			const { toInflux } = await import('./influx.ts');
			return ({ document }) => toInflux(document, options);
		},
	},
	otlp: {
		help: 'metrics for OpenTelemetry (OTLP/HTTP as JSON), one request a line',
		contentType: 'application/json',
		file: 'append',
		pushAddress: (url) => otlpAddress(url, '/v1/metrics'),
		load: async (options) => {
			const { toOtlpMetrics } = await import('./otlp/metrics.ts');
			return ({ document }) => toOtlpMetrics(document, options);
		},
	},
	'otlp-traces': {
		help: 'the newest poll of each node as a trace (OTLP/HTTP as JSON), one request a line',
		contentType: 'application/json',
		file: 'append',
		pushAddress: (url) => otlpAddress(url, '/v1/traces'),
		load: async () => {
			const { toOtlpTraces } = await import('./otlp/traces.ts');
			return ({ document }) => toOtlpTraces(document);
		},
	},
} as const satisfies Readonly<Record<string, Exporter>>;

export type ExporterName = keyof typeof exporters;

/** The exporter of a name; undefined when there is none. */
export function exporterOf(name: string): Exporter | undefined {
	return Object.hasOwn(exporters, name) ? exporters[name as ExporterName] : undefined;
}
