import { Histograms } from '../histogram.ts';

/** What one run of a node observes, in seconds, under the names of QuDAG's node operations plan. */
export class DagHistograms {
	readonly all = new Histograms();
	readonly finality = this.all.create({
		name: 'consensus_finality_time_histogram',
		help: 'Seconds from attaching a vertex to its finality',
		bounds: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
	});
	readonly latency = this.all.create({
		name: 'network_latency_histogram',
		help: 'Seconds of a round trip to a peer',
		bounds: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
	});
}
