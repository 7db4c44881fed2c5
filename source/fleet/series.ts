import { metrics } from '../sections/metrics.ts';
import type { SampleRow } from '../sections/samples.ts';
import type { NodeSnapshot } from '../sections/snapshot.ts';

const metricEntries = Object.entries(metrics);

/** A row of samples. A poll that failed leaves a gap in every number. */
export function sampleOf(node: NodeSnapshot): SampleRow {
	if (node.poll.status === 'failed') return {};
	return Object.fromEntries(metricEntries.map(([name, metric]) => [name, metric.read(node)]));
}
