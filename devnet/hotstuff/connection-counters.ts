import type { Histogram, Histograms } from '../histogram.ts';
import { lossReasons } from '../peer-table.ts';
import type { LossReason } from '../peer-table.ts';

const sizeBounds = [64, 128, 256, 512, 1024, 2048, 4096, 16_384, 65_536, 262_144];
const handlingBounds = [0.00001, 0.0001, 0.001, 0.01, 0.1, 1];
const propagationBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
const durationBounds = [1, 5, 15, 60, 300, 1800, 7200];

/** What one run of a replica counts of its connections and of the messages on them. */
export class ConnectionCounters {
	readonly opened = new Map([
		['inbound', 0],
		['outbound', 0],
	]);
	readonly closed = new Map<LossReason, number>(lossReasons.map((reason) => [reason, 0]));
	/** By kind of error. A dial fails when nobody answers it. */
	readonly failed = new Map([['noAnswer', 0]]);
	/** By type of message: handled without an error. */
	readonly processed = new Map<string, number>();
	readonly duration: Histogram;
	readonly size: Histogram;
	/** Of the processor: everything else is simulated. */
	readonly handling: Histogram;
	readonly voteHandling: Histogram;
	readonly propagation: Histogram;

	constructor(histograms: Histograms) {
		const create = (name: string, help: string, bounds: readonly number[], label?: string) =>
			histograms.create({ name: `hotstuff2_${name}`, help, bounds, ...(label && { label }) });
		this.size = create('message_size_bytes', 'Sizes of messages received', sizeBounds, 'type');
		this.handling = create(
			'message_processing_time_seconds',
			'Time to handle a message',
			handlingBounds,
			'type',
		);
		this.propagation = create(
			'message_propagation_time_seconds',
			'From a proposal, by its own time, to its arrival',
			propagationBounds,
			'type',
		);
		this.voteHandling = create(
			'vote_processing_time_seconds',
			'Time to handle a vote',
			handlingBounds,
		);
		this.duration = create(
			'connection_duration_seconds',
			'How long closed connections lasted',
			durationBounds,
		);
	}

	onOpened(direction: 'inbound' | 'outbound'): void {
		this.opened.set(direction, (this.opened.get(direction) ?? 0) + 1);
	}

	onClosed(reason: LossReason, lastedMs: number): void {
		this.closed.set(reason, (this.closed.get(reason) ?? 0) + 1);
		this.duration.observe(lastedMs / 1000);
	}

	onDialFailed(): void {
		this.failed.set('noAnswer', (this.failed.get('noAnswer') ?? 0) + 1);
	}

	onHandled(
		type: string,
		{ seconds, isFaulty }: { readonly seconds: number; readonly isFaulty: boolean },
	): void {
		this.handling.observe(seconds, type);
		if (type === 'vote') this.voteHandling.observe(seconds);
		if (!isFaulty) this.onProcessed(type);
	}

	onProcessed(type: string): void {
		this.processed.set(type, (this.processed.get(type) ?? 0) + 1);
	}
}
