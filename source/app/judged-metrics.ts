import type { JudgedMetric } from '../history/analysis/outlook.ts';
import type { UnusualClass } from '../sections/outlook/schema.ts';
import { recordedMetrics } from '../sections/recorded-metrics.ts';

/** What is judged by its history, and as what. A node has few of them. */
const classes: Readonly<Record<string, UnusualClass>> = {
	'network.bytesInPerSecond': 'traffic',
	'network.bytesOutPerSecond': 'traffic',
	'poll.latencyMs': 'latency',
	'network.latencyMs.p50': 'latency',
	'consensus.averageFinalityMs': 'latency',
	'network.peers': 'peers',
	'resources.cpuRatio': 'other',
	'resources.memoryResidentBytes': 'other',
	'dag.growthPerSecond': 'other',
	finalized: 'other',
};

/** The same with their titles and units: the thread of the history knows no sections. */
export function judgedMetrics(): JudgedMetric[] {
	return Object.entries(classes).map(([name, of]) => {
		const { title = name, unit = 'number', trend } = recordedMetrics().get(name) ?? {};
		const rate = trend?.rate;
		return rate === undefined
			? { name, class: of, isCounter: false, title, unit }
			: { name, class: of, isCounter: true, title: rate, unit: 'perSecond' };
	});
}
