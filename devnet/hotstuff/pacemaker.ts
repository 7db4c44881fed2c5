import type { World } from '../node-process.ts';
import type { Cancel } from '../virtual-clock.ts';
import type { Committee, QuorumCertificate, TimeoutCertificate } from './committee.ts';
import type { Counters, ViewChangeReason } from './counters.ts';
import type { VotingRecord } from './settings.ts';
import { createTimeoutTally } from './tally.ts';

export interface PacemakerOptions {
	readonly world: World;
	readonly committee: Committee;
	readonly counters: Counters;
	/** Keeps the view over restarts. */
	readonly record: VotingRecord;
	/** The timeout of a view after one that was successful. */
	readonly timeoutMs: number;
	readonly isPaused: () => boolean;
	/** Broadcasts that the view has timed out here; repeated while the view lasts. */
	readonly announceTimeout: () => void;
	readonly onView: () => void;
}

const maxDoublings = 3;

/**
 * Keeps the replicas in one view. A view ends by the certificate of its block, or by a certificate that
 * a quorum has timed out; every replica that receives either certificate follows. The timeout doubles
 * with each view in a row that timed out. Its announcement is repeated, because messages may be lost.
 */
export class Pacemaker {
	readonly #options: PacemakerOptions;
	readonly #tally: ReturnType<typeof createTimeoutTally>;
	#enteredAtMs: number;
	#timedOutAtMs: number | undefined;
	#hasProposal = false;
	#cancel: Cancel = () => undefined;

	constructor(options: PacemakerOptions) {
		this.#options = options;
		this.#tally = createTimeoutTally(options.committee);
		this.#enteredAtMs = options.world.nowMs();
	}

	get view(): number {
		return this.#options.record.view;
	}

	/** The certificate that began the view, when the view before had timed out. */
	get entry(): TimeoutCertificate | undefined {
		return this.#options.record.entry;
	}

	/** The present timeout of a view. */
	timeoutMs(): number {
		const { timeoutMs, counters } = this.#options;
		return timeoutMs * 2 ** Math.min(counters.consecutiveTimeouts, maxDoublings);
	}

	start(): void {
		this.#enteredAtMs = this.#options.world.nowMs();
		this.#schedule(this.timeoutMs());
		this.#options.onView();
	}

	/** A proposal of this view arrived. */
	onProposal(): void {
		this.#hasProposal = true;
	}

	/** Follows the certificate of a block. */
	follow(certificate: QuorumCertificate): void {
		const { record, counters } = this.#options;
		if (certificate.view < record.view) return;
		counters.consecutiveTimeouts = 0;
		record.entry = undefined;
		this.#enter(certificate.view + 1, certificate.view > record.view ? 'behind' : undefined);
	}

	followTimeouts(certificate: TimeoutCertificate): void {
		const { record, counters } = this.#options;
		if (certificate.view < record.view) return;
		counters.consecutiveTimeouts += 1;
		counters.maxConsecutiveTimeouts = Math.max(
			counters.maxConsecutiveTimeouts,
			counters.consecutiveTimeouts,
		);
		record.entry = certificate;
		const ownReason = this.#hasProposal ? 'noQuorum' : 'noProposal';
		this.#enter(certificate.view + 1, certificate.view > record.view ? 'behind' : ownReason);
	}

	/** A view has timed out at a replica, which may be this one. */
	onTimeout(from: string, view: number): void {
		const { world, committee, counters, record } = this.#options;
		if (view < record.view) return;
		const count = this.#tally.add(from, view);
		// At least one honest replica timed out: to wait longer than that one would gain nothing.
		const isEnough = view === record.view && count > committee.faulty;
		if (isEnough && this.#timedOutAtMs === undefined && from !== world.name) this.#timeOut();
		const certificate = this.#tally.certificate(view);
		if (!certificate || view < record.view) return;
		counters.timeoutCertificates += 1;
		this.followTimeouts(certificate);
	}

	#timeOut(): void {
		const { world, counters, record, timeoutMs, isPaused, announceTimeout } = this.#options;
		// Repeated at the least interval: the doubling is for slow networks, not for lost messages.
		this.#schedule(timeoutMs);
		if (isPaused()) return;
		if (this.#timedOutAtMs === undefined) {
			this.#timedOutAtMs = world.nowMs();
			counters.timeouts += 1;
		}
		announceTimeout();
		this.onTimeout(world.name, record.view);
	}

	#enter(view: number, reason: ViewChangeReason | undefined): void {
		const { world, counters, record, onView } = this.#options;
		const nowMs = world.nowMs();
		counters.viewDuration.observe((nowMs - this.#enteredAtMs) / 1000);
		if (reason !== undefined) {
			counters.lastViewChange = { from: record.view, to: view, reason };
			counters.viewChanges.set(reason, (counters.viewChanges.get(reason) ?? 0) + 1);
		}
		if (this.#timedOutAtMs !== undefined) {
			counters.viewChangeDuration.observe((nowMs - this.#timedOutAtMs) / 1000);
		}
		record.view = view;
		this.#enteredAtMs = nowMs;
		this.#timedOutAtMs = undefined;
		this.#hasProposal = false;
		this.#schedule(this.timeoutMs());
		onView();
	}

	#schedule(delayMs: number): void {
		this.#cancel();
		this.#cancel = this.#options.world.after(delayMs, () => {
			this.#timeOut();
		});
	}
}
