import type { ResourceUsage } from '../process-meter.ts';
import type { Replica } from './replica.ts';

/** What the metrics of a replica are read from. */
export interface Scrape {
	readonly replica: Replica;
	/** Seconds of CPU that the replica has used. */
	readonly cpuSeconds: number;
	readonly resources: ResourceUsage;
}
