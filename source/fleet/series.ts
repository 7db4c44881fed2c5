import { metrics } from '../sections/metrics.ts';
import type { SampleRow } from '../sections/samples.ts';
import type { NodeSnapshot } from '../sections/snapshot.ts';

const metricEntries = Object.entries(metrics);

/** A row of samples. A poll that failed leaves a gap in every number. */
export function sampleOf(node: NodeSnapshot): SampleRow {
	const row: Record<string, number> = {};
	if (node.poll.status === 'failed') return row;
	for (const [name, metric] of metricEntries) {
		const value = metric.read(node);
		if (value !== undefined) row[name] = value;
	}
	return row;
}
