import type { Histogram, Histograms } from '../histogram.ts';

/** Seconds; from a fast disk to one that is about to fail. */
const diskBounds = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5];

/** What one run of a replica counts of its store. */
export class StoreCounters {
	reads = 0;
	writes = 0;
	deletes = 0;
	batches = 0;
	/** Operations that took so long that the replica gave them up. */
	errors = 0;
	cacheHits = 0;
	cacheMisses = 0;
	compactions = 0;
	readonly readTime: Histogram;
	readonly writeTime: Histogram;
	readonly deleteTime: Histogram;
	readonly batchTime: Histogram;
	readonly compactionTime: Histogram;

	constructor(histograms: Histograms) {
		const time = (what: string, help: string) =>
			histograms.create({
				name: `hotstuff2_storage_${what}_seconds`,
				help,
				bounds: diskBounds,
			});
		this.readTime = time('read_latency', 'Reads that went to the disk');
		this.writeTime = time('write_latency', 'Single writes, synced');
		this.deleteTime = time('delete_latency', 'Single deletes');
		this.batchTime = time('batch_latency', 'Batches, synced once');
		this.compactionTime = time('compaction_time', 'Compactions');
	}
}
