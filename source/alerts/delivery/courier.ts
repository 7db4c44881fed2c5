import type { Channel } from '../../domain/channel.ts';
import { attemptSend } from './channels/registry.ts';
import type { ChannelState } from './delivery.ts';
import type { Journal } from './journal.ts';
import type { LedgerRecord, Queued } from './ledger.ts';
import { compareSeverity, severityOf } from './message.ts';
import { createTokenBucket, longestDelayMs, retryDelayMs } from './retry.ts';
import type { Outcome } from './retry.ts';
import type { SendContext } from './sender.ts';

interface CourierOptions extends Omit<SendContext, 'signal'> {
	readonly channel: Channel;
	readonly journal: Journal;
	readonly warn: (message: string) => void;
	/** Called after a message left the queue. */
	readonly onDone: () => void;
}

/** Carries one channel's messages, one at a time. */
export interface Courier {
	/** Looks at the queue now; without effect while it is at work. */
	wake(): void;
	state(): ChannelState;
	/** Whether the receiver refused for good what it was last given. */
	isRefused(): boolean;
	close(drainMs: number): Promise<void>;
}

/** Longest that a timer runs, so that a clock set back costs no more. */
const maxSleepMs = 60_000;

/** Starts at rest; `wake` sets it to work. */
export function createCourier(options: CourierOptions): Courier {
	const { channel, journal, now, warn } = options;
	const bucket = createTokenBucket(channel.burst, channel.messagesPerMinute);
	const closing = new AbortController();
	let isClosed = false;
	let atWork: Promise<void> | undefined;
	let timer: NodeJS.Timeout | undefined;
	let pausedUntilMs = 0;
	let lastSentAtMs: number | undefined;
	let problem: string | undefined;
	let isRefused = false;

	const mine = (): Queued[] =>
		Object.values(journal.ledger.queue).filter(({ message }) => message.channel === channel.name);

	function wake(): void {
		if (isClosed || atWork !== undefined) return;
		clearTimeout(timer);
		atWork = work().finally(() => {
			atWork = undefined;
			// What was queued during the last step found the courier at work.
			if (!isClosed && mine().some(({ nextAtMs }) => nextAtMs <= now())) sleep(1);
		});
	}

	async function work(): Promise<void> {
		for (;;) {
			const nowMs = now();
			const next = firstDue(mine(), nowMs);
			if (next === undefined) return;
			const waitMs = Math.max(next.nextAtMs, pausedUntilMs) - nowMs;
			// A wait longer than any that we make means that the clock was set back.
			if (waitMs > 0 && waitMs <= longestDelayMs) {
				sleep(waitMs);
				return;
			}
			const noTokenMs = bucket.take(nowMs);
			if (noTokenMs > 0) {
				pausedUntilMs = nowMs + noTokenMs;
				continue;
			}
			const context = { ...options, signal: closing.signal };
			const outcome = await attemptSend(channel, next.message, context, reportBug);
			if (isClosed && outcome.kind !== 'sent') return;
			await journal.append([recordOf(next, outcome)]);
			if (isClosed) return;
			options.onDone();
		}
	}

	function recordOf({ message, attempts }: Queued, outcome: Outcome): LedgerRecord {
		const { id } = message;
		const atMs = now();
		if (outcome.kind === 'sent') {
			lastSentAtMs = atMs;
			problem = outcome.note;
			isRefused = false;
			return { type: 'sent', id, atMs };
		}
		problem = outcome.reason;
		if (outcome.kind === 'refused') {
			isRefused = true;
			warn(`${channel.name}: not delivered: ${outcome.reason}`);
			return { type: 'undelivered', id, atMs, reason: outcome.reason };
		}
		const { reason, retryAfterMs } = outcome;
		const nextAtMs = Math.ceil(atMs + retryDelayMs(attempts + 1, retryAfterMs));
		if (nextAtMs - message.createdAtMs > channel.giveUpAfterMs) {
			warn(`${channel.name}: given up after ${attempts + 1} attempts: ${reason}`);
			return { type: 'undelivered', id, atMs, reason: `given up: ${reason}` };
		}
		// Whoever asks for patience asks it for all messages, not for this one.
		if (retryAfterMs !== undefined) pausedUntilMs = nextAtMs;
		return { type: 'delayed', id, nextAtMs, reason };
	}

	function sleep(delayMs: number): void {
		clearTimeout(timer);
		timer = setTimeout(wake, Math.min(delayMs, maxSleepMs));
	}

	function reportBug(error: unknown): void {
		const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
		warn(`${channel.name}: this is a bug of nodetop, please report it\n${stack}`);
	}

	return {
		wake,
		state() {
			const queue = mine();
			const oldest = Math.min(...queue.map(({ message }) => message.createdAtMs));
			return {
				name: channel.name,
				type: channel.type,
				queued: queue.length,
				oldestQueuedAtMs: Number.isFinite(oldest) ? oldest : undefined,
				lastSentAtMs,
				problem: problem ?? queue.find(({ reason }) => reason !== undefined)?.reason,
			};
		},
		isRefused: () => isRefused,
		async close(drainMs) {
			isClosed = true;
			clearTimeout(timer);
			const cutOff = setTimeout(() => {
				closing.abort();
			}, drainMs);
			await atWork;
			clearTimeout(cutOff);
		},
	};
}

/** The message whose turn comes first; of those whose turn it is, the most severe, then the oldest. */
function firstDue(queue: readonly Queued[], nowMs: number): Queued | undefined {
	const dueMs = Math.max(nowMs, Math.min(...queue.map(({ nextAtMs }) => nextAtMs)));
	return queue
		.filter(({ nextAtMs }) => nextAtMs <= dueMs)
		.toSorted(
			(a, b) =>
				compareSeverity(severityOf(b.message), severityOf(a.message)) ||
				a.message.createdAtMs - b.message.createdAtMs,
		)[0];
}
