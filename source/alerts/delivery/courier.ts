import type { Channel } from '../../domain/channel.ts';
import { attemptSend } from './attempt-send.ts';
import { createAttemptLog } from './attempt-log.ts';
import type { AttemptLog } from './attempt-log.ts';
import type { ChannelState } from './delivery-state.ts';
import type { Journal } from './journal.ts';
import type { Queued } from './ledger.ts';
import { compareSeverity, severityOf } from './message.ts';
import { createTokenBucket, longestDelayMs } from './retry.ts';
import type { TokenBucket } from './retry.ts';
import type { SendContext } from './sender.ts';

interface CourierOptions extends Omit<SendContext, 'signal'> {
	readonly channel: Channel;
	readonly journal: Journal;
	readonly warn: (message: string) => void;
	/** Whether it is still this process that sends; once it is not, nothing is sent any more. */
	readonly maySend?: (() => boolean) | undefined;
	/** Called after a message left the queue. */
	readonly onDone: () => void;
}

/** Sends the queued messages of one channel, one at a time, and records each outcome in the journal. */
export interface Courier {
	/** Looks at the queue now; without effect while an attempt is under way. */
	wake(): void;
	state(): ChannelState;
	/** Whether the receiver refused the last message for good. */
	isRefused(): boolean;
	close(drainMs: number): Promise<void>;
}

/** Longest that a timer runs, so that a clock that was set back delays no message for longer. */
const maxSleepMs = 60_000;

/** Does nothing before the first `wake`. */
export function createCourier(options: CourierOptions): Courier {
	const { channel, journal, now, maySend = () => true } = options;
	const bucket = createTokenBucket(channel.burst, channel.messagesPerMinute);
	const log = createAttemptLog(options);
	const closing = new AbortController();
	const context = { ...options, signal: closing.signal };
	let isClosed = false;
	let atWork: Promise<void> | undefined;
	let timer: NodeJS.Timeout | undefined;

	const queued = () => queueOf(journal, channel);

	function wake(): void {
		if (isClosed || atWork !== undefined) return;
		clearTimeout(timer);
		atWork = work().finally(() => {
			atWork = undefined;
			// A message that was queued during the last step did not wake this courier.
			if (!isClosed && queued().some(({ nextAtMs }) => nextAtMs <= now())) sleep(1);
		});
	}

	async function work(): Promise<void> {
		for (;;) {
			const step = nextStep(queued(), now(), log.pausedUntilMs(), bucket);
			if (step.message === undefined) {
				if (step.waitMs !== undefined) sleep(step.waitMs);
				return;
			}
			await send(step.message);
			if (isClosed) return;
			options.onDone();
		}
	}

	async function send(next: Queued): Promise<void> {
		// The journal has it before the receiver does: a watch may have to go on from there.
		await journal.append([{ type: 'trying', id: next.message.id }]);
		isClosed ||= !maySend();
		if (isClosed) return;
		const outcome = await attemptSend(channel, next.message, context, log.bug);
		if (isClosed && outcome.kind !== 'sent') return;
		await journal.append(log.record(next, outcome));
	}

	function sleep(delayMs: number): void {
		clearTimeout(timer);
		timer = setTimeout(wake, Math.min(delayMs, maxSleepMs));
	}

	async function close(drainMs: number): Promise<void> {
		isClosed = true;
		clearTimeout(timer);
		await endWithin(drainMs, atWork, closing);
	}

	const state = () => stateOf(channel, queued(), log);
	return { wake, state, isRefused: log.isRefused, close };
}

/** What is under way after so long is aborted. */
async function endWithin(
	drainMs: number,
	work: Promise<void> | undefined,
	closing: AbortController,
): Promise<void> {
	const cutOff = setTimeout(() => {
		closing.abort();
	}, drainMs);
	await work;
	clearTimeout(cutOff);
}

function queueOf({ ledger }: CourierOptions['journal'], { name }: Channel): Queued[] {
	return Object.values(ledger.queue).filter(({ message }) => message.channel === name);
}

/** What a courier does next: it sends a message, waits, or rests while nothing is queued. */
interface Step {
	readonly message?: Queued;
	readonly waitMs?: number;
}

/** Takes a token for a message that is to be sent. */
function nextStep(
	queue: readonly Queued[],
	nowMs: number,
	pausedUntilMs: number,
	bucket: TokenBucket,
): Step {
	const next = firstDue(queue, nowMs);
	if (next === undefined) return {};
	const waitMs = Math.max(next.nextAtMs, pausedUntilMs) - nowMs;
	// No wait of ours is longer than `longestDelayMs`: a longer one means that the clock was set back.
	if (waitMs > 0 && waitMs <= longestDelayMs) return { waitMs };
	const noTokenMs = bucket.take(nowMs);
	return noTokenMs > 0 ? { waitMs: noTokenMs } : { message: next };
}

function stateOf(channel: Channel, queue: readonly Queued[], log: AttemptLog): ChannelState {
	const oldest = Math.min(...queue.map(({ message }) => message.createdAtMs));
	return {
		name: channel.name,
		type: channel.type,
		queued: queue.length,
		oldestQueuedAtMs: Number.isFinite(oldest) ? oldest : undefined,
		lastSentAtMs: log.lastSentAtMs(),
		problem: log.problem() ?? queue.find(({ reason }) => reason !== undefined)?.reason,
	};
}

/** The message that is due first; of several that are due, the most severe, then the oldest. */
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
