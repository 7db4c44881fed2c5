import type { SnapshotDocument } from '../../sections/snapshot.ts';
import { familiesOf } from '../metrics/families.ts';
import type { FamilyOptions } from '../metrics/families.ts';
import type { Family } from '../metrics/family.ts';
import { attributes, resourceOf, scopeOf, toNanos } from './attributes.ts';

/** UCUM, as OpenTelemetry's conventions name units. */
const units: Readonly<Record<string, string>> = {
	seconds: 's',
	bytes: 'By',
	ratio: '1',
	dollars: 'USD',
};
const cumulative = 2;

/**
 * An `ExportMetricsServiceRequest` of opentelemetry-proto 1 in its JSON form, for `POST /v1/metrics`. Counters
 * are cumulative sums without a start: their node knows when it began.
 */
export function toOtlpMetrics(document: SnapshotDocument, options?: FamilyOptions): string {
	const timeUnixNano = toNanos(Date.parse(document.takenAt));
	const metrics = familiesOf(document, options).map((family) => toMetric(family, timeUnixNano));
	const scopeMetrics = [{ scope: scopeOf(document), metrics }];
	return `${JSON.stringify({ resourceMetrics: [{ resource: resourceOf(document), scopeMetrics }] })}\n`;
}

function toMetric({ name, type, help, samples }: Family, timeUnixNano: string): object {
	const dataPoints = samples
		.filter(({ value }) => Number.isFinite(value))
		.map(({ labels, value }) => ({
			attributes: attributes(labels),
			timeUnixNano,
			asDouble: value,
		}));
	const data =
		type === 'counter'
			? { sum: { aggregationTemporality: cumulative, isMonotonic: true, dataPoints } }
			: { gauge: { dataPoints } };
	return { name, description: help, unit: unitOf(name), ...data };
}

function unitOf(name: string): string {
	const base = name.replace(/_total$/, '');
	if (base.endsWith('_per_second')) return base.endsWith('_bytes_per_second') ? 'By/s' : '1/s';
	return units[base.split('_').at(-1) ?? ''] ?? '1';
}
