import type { Histogram, Histograms } from '../histogram.ts';
import { invalidReasons } from './transaction.ts';

const bounds = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30];

/** What one run of a replica counts of its state and of the transactions it checks. */
export class StateCounters {
	transitions = 0;
	queries = 0;
	snapshots = 0;
	validations = 0;
	readonly failures = new Map<string, number>(invalidReasons.map((reason) => [reason, 0]));
	readonly transitionTime: Histogram;
	readonly queryTime: Histogram;
	readonly snapshotTime: Histogram;
	readonly validationTime: Histogram;

	constructor(histograms: Histograms) {
		const time = (name: string, help: string) =>
			histograms.create({
				name: `hotstuff2_${name}_seconds`,
				help,
				bounds,
			});
		this.transitionTime = time('state_transition_time', 'Transactions applied to the state');
		this.queryTime = time('state_query_time', 'Queries of clients');
		this.snapshotTime = time('state_snapshot_time', 'Hashes over the whole state');
		this.validationTime = time('transaction_validation_time', 'Checks of transactions');
	}
}
