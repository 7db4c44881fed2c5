import { metrics } from '../sections/metrics.ts';
import type { SampleRow } from '../sections/samples.ts';
import type { NodeSnapshot } from '../sections/snapshot.ts';

const metricEntries = Object.entries(metrics);

/**
 * What is not whole keeps five digits: more than any chart shows, and less than half of the bytes that the
 * history takes. Rounded here, so that a replay shows what the live screen showed.
 */
const keptDigits = 5;

/** A row of samples. A poll that failed leaves a gap in every number. */
export function sampleOf(node: NodeSnapshot): SampleRow {
	const row: Record<string, number> = {};
	if (node.poll.status === 'failed') return row;
	for (const [name, metric] of metricEntries) {
		const value = metric.read(node);
		if (value === undefined) continue;
		row[name] = Number.isInteger(value) ? value : Number(value.toPrecision(keptDigits));
	}
	return row;
}
