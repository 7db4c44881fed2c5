import type { World } from '../node-process.ts';
import type { Cancel } from '../virtual-clock.ts';
import type { Committee, QuorumCertificate, TimeoutCertificate } from './committee.ts';
import type { Counters, ViewChangeReason } from './counters.ts';
import type { VotingRecord } from './settings.ts';
import { createTimeoutTally } from './tally.ts';

/**
 * Keeps the replicas in one view. A view ends by the certificate of its block, or when a quorum gave
 * up waiting; whoever sees either certificate follows. Who waits in vain gives up after a time that
 * doubles with each view in a row that ended so, and repeats it, for messages may be lost.
 */
export interface Pacemaker {
	readonly view: number;
	/** Why the view began, when it was by timeouts. */
	readonly entry: TimeoutCertificate | undefined;
	start(): void;
	/** Follows the certificate of a block. */
	follow(certificate: QuorumCertificate): void;
	followTimeouts(certificate: TimeoutCertificate): void;
	/** Takes the word of a replica that it gave up waiting in a view. */
	onTimeout(from: string, view: number): void;
	/** A proposal of this view came. */
	noteProposal(): void;
	/** What it waits in a view before it gives up. */
	patienceMs(): number;
}

interface PacemakerOptions {
	readonly world: World;
	readonly committee: Committee;
	readonly counters: Counters;
	/** Holds the view over restarts. */
	readonly record: VotingRecord;
	readonly timeoutMs: number;
	readonly isPaused: () => boolean;
	/** Tells the others that this replica gave up waiting in the view; repeated while it lasts. */
	readonly announceTimeout: () => void;
	readonly onView: () => void;
}

const maxDoublings = 3;

export function createPacemaker(options: PacemakerOptions): Pacemaker {
	const { world, committee, counters, record, timeoutMs } = options;
	const { isPaused, announceTimeout, onView } = options;
	const tally = createTimeoutTally(committee);
	let enteredAtMs = world.nowMs();
	let gaveUpAtMs: number | undefined;
	let hasProposal = false;
	let cancel: Cancel = () => undefined;

	const patienceMs = () => timeoutMs * 2 ** Math.min(counters.consecutiveTimeouts, maxDoublings);

	const giveUp = (): void => {
		cancel();
		// Repeated at the least interval: the doubling is for slow networks, not for lost messages.
		cancel = world.after(timeoutMs, giveUp);
		if (isPaused()) return;
		if (gaveUpAtMs === undefined) {
			gaveUpAtMs = world.nowMs();
			counters.timeouts += 1;
		}
		announceTimeout();
		onTimeout(world.name, record.view);
	};

	const enter = (next: number, reason: ViewChangeReason | undefined): void => {
		const nowMs = world.nowMs();
		counters.viewDuration.observe((nowMs - enteredAtMs) / 1000);
		if (reason !== undefined) {
			counters.viewChanges.set(reason, (counters.viewChanges.get(reason) ?? 0) + 1);
		}
		if (gaveUpAtMs !== undefined) {
			counters.viewChangeDuration.observe((nowMs - gaveUpAtMs) / 1000);
		}
		record.view = next;
		enteredAtMs = nowMs;
		gaveUpAtMs = undefined;
		hasProposal = false;
		cancel();
		cancel = world.after(patienceMs(), giveUp);
		onView();
	};

	const followTimeouts = (certificate: TimeoutCertificate): void => {
		if (certificate.view < record.view) return;
		counters.consecutiveTimeouts += 1;
		counters.maxConsecutiveTimeouts = Math.max(
			counters.maxConsecutiveTimeouts,
			counters.consecutiveTimeouts,
		);
		record.entry = certificate;
		const ownReason = hasProposal ? 'noQuorum' : 'noProposal';
		enter(certificate.view + 1, certificate.view > record.view ? 'behind' : ownReason);
	};

	const onTimeout = (from: string, theirs: number): void => {
		if (theirs < record.view) return;
		const count = tally.add(from, theirs);
		// One honest replica at least gave up: waiting longer than it does would gain nothing.
		const joins = theirs === record.view && count > committee.faulty && gaveUpAtMs === undefined;
		if (joins && from !== world.name) giveUp();
		const certificate = tally.certificate(theirs);
		if (!certificate || theirs < record.view) return;
		counters.timeoutCertificates += 1;
		followTimeouts(certificate);
	};

	return {
		get view() {
			return record.view;
		},
		get entry() {
			return record.entry;
		},
		start() {
			enteredAtMs = world.nowMs();
			cancel = world.after(patienceMs(), giveUp);
			onView();
		},
		follow(certificate) {
			if (certificate.view < record.view) return;
			counters.consecutiveTimeouts = 0;
			record.entry = undefined;
			enter(certificate.view + 1, certificate.view > record.view ? 'behind' : undefined);
		},
		followTimeouts,
		onTimeout,
		noteProposal() {
			hasProposal = true;
		},
		patienceMs,
	};
}
