import type { SnapshotDocument } from '../../sections/snapshot.ts';
import { familiesOf } from './families.ts';
import type { FamilyOptions } from './families.ts';
import { toOpenMetrics, toPrometheusText } from './prometheus-text.ts';

/** Of Prometheus text, as `/metrics` and `/metrics/seed` give it. */
export const prometheusContentType = 'text/plain; version=0.0.4; charset=utf-8';
const openMetricsContentType = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/** What `/metrics` answers: OpenMetrics to a scraper that asks for it, else Prometheus text. */
export function answerMetrics(
	document: SnapshotDocument,
	accept: string | undefined,
	options?: FamilyOptions,
): { readonly contentType: string; readonly body: string } {
	const families = familiesOf(document, options);
	return /application\/openmetrics-text/i.test(accept ?? '')
		? { contentType: openMetricsContentType, body: toOpenMetrics(families) }
		: { contentType: prometheusContentType, body: toPrometheusText(families) };
}
