import type { Channel, HeartbeatSettings } from '../../domain/channel.ts';
import { createStore } from '../../domain/store.ts';
import type { ReadableStore } from '../../domain/store.ts';
import type { Incident } from '../incident.ts';
import { createCourier } from './courier.ts';
import type { Courier } from './courier.ts';
import { createHeartbeat } from './heartbeat.ts';
import { openJournal } from './journal.ts';
import type { Lock } from './lock.ts';
import type { Undelivered } from './ledger.ts';
import { plan } from './plan.ts';
import type { Waiting } from './plan.ts';
import type { Outcome } from './retry.ts';
import type { SendContext } from './sender.ts';

export interface DeliveryOptions {
	readonly channels: readonly Channel[];
	readonly heartbeat?: HeartbeatSettings | undefined;
	/** Made with mode 0700, and locked: one a profile. */
	readonly directory: string;
	/** Of the directory, where the caller has it already; it stays the caller's. */
	readonly lock?: Lock | undefined;
	readonly now: () => number;
	readonly terminal?: SendContext['terminal'];
	readonly env: NodeJS.ProcessEnv;
	/** Takes a line for the person who runs nodetop. */
	readonly warn: (message: string) => void;
}

/** One channel as a screen may show it. */
export interface ChannelState {
	readonly name: string;
	readonly type: Channel['type'];
	readonly queued: number;
	/** When the oldest message in the queue was made, in Unix ms. */
	readonly oldestQueuedAtMs: number | undefined;
	readonly lastSentAtMs: number | undefined;
	/** Why the last attempt failed; absent after a success. */
	readonly problem: string | undefined;
}

export interface DeliveryState {
	readonly channels: readonly ChannelState[];
	/** What was given up or refused, with the reason, oldest first. */
	readonly undelivered: readonly Undelivered[];
	/** Why the journal cannot be written. */
	readonly journalProblem: string | undefined;
	/** How the last heartbeat went. */
	readonly heartbeat: Outcome | undefined;
}

export interface Delivery {
	/**
	 * Takes everything that fires, and what ended in the last 24 hours, at each evaluation. Resolves when
	 * what is to be told is on disk; sending goes on by itself. Never rejects. What was told and is not
	 * in the list any more counts as ended: call it only after a whole evaluation.
	 */
	update(incidents: readonly Incident[], nowMs: number): Promise<void>;
	/** Call after poll, evaluation, storage and `update`: lets the heartbeat beat while all is well. */
	cycleDone(nowMs: number): void;
	readonly state: ReadableStore<DeliveryState>;
	/** Waits `drainMs` for attempts under way, cuts them off, and lets go of the files. The queue stays on disk. */
	close(drainMs?: number): Promise<void>;
}

/** A message that waits longer than this means that alerts do not get out. */
const stuckAfterMs = 10 * 60_000;
const maxTimerMs = 60_000;

/**
 * Opens alert delivery: the journal is read, and what was queued when the last process ended is sent.
 * Throws `UserError` when another process has the directory.
 */
export async function openDelivery(options: DeliveryOptions): Promise<Delivery> {
	const { channels, directory, now, warn } = options;
	const journal = await openJournal(directory, { warn, now, lock: options.lock });
	const { ledger } = journal;
	const waiting: Waiting = new Map();
	const heartbeat = options.heartbeat && createHeartbeat(options.heartbeat, now);
	let incidents: readonly Incident[] | undefined;
	let timer: NodeJS.Timeout | undefined;
	let isClosed = false;

	const couriers: readonly Courier[] = channels.map((channel) =>
		createCourier({ ...options, channel, journal, onDone: () => void replan(now()) }),
	);
	const store = createStore<DeliveryState>(snapshot());

	function snapshot(): DeliveryState {
		return {
			channels: couriers.map((courier) => courier.state()),
			undelivered: ledger.undelivered,
			journalProblem: journal.problem(),
			heartbeat: heartbeat?.last(),
		};
	}

	async function replan(nowMs: number): Promise<void> {
		if (isClosed) return;
		if (incidents !== undefined) await queueNews(incidents, nowMs);
		for (const courier of couriers) courier.wake();
		store.update(snapshot);
	}

	function queueNews(current: readonly Incident[], nowMs: number): Promise<void> {
		clearTimeout(timer);
		const plans = channels.map((channel) => plan(channel, current, ledger, waiting, nowMs));
		const nextAtMs = Math.min(...plans.map((each) => each.nextAtMs ?? Infinity));
		if (Number.isFinite(nextAtMs)) {
			const delayMs = Math.min(Math.max(nextAtMs - nowMs, 1), maxTimerMs);
			timer = setTimeout(() => void replan(now()), delayMs);
		}
		const records = plans.flatMap((each) => [
			...each.records,
			...each.messages.map((message) => ({ type: 'queued' as const, message })),
		]);
		return records.length === 0 && journal.problem() === undefined
			? Promise.resolve()
			: journal.append(records);
	}

	function isWell(nowMs: number): boolean {
		const isStuck = couriers.some((courier) => {
			const { oldestQueuedAtMs } = courier.state();
			const isLate = oldestQueuedAtMs !== undefined && nowMs - oldestQueuedAtMs > stuckAfterMs;
			return isLate || courier.isRefused();
		});
		return !isStuck && journal.problem() === undefined;
	}

	await dropOrphans();
	for (const courier of couriers) courier.wake();
	store.update(snapshot);

	return {
		state: store,
		update(current, nowMs) {
			incidents = current;
			return replan(nowMs);
		},
		cycleDone(nowMs) {
			if (!isClosed && isWell(nowMs)) heartbeat?.beat(nowMs);
		},
		async close(drainMs = 2000) {
			isClosed = true;
			clearTimeout(timer);
			heartbeat?.close();
			await Promise.all(couriers.map((courier) => courier.close(drainMs)));
			await journal.close();
		},
	};

	/** What waits for a channel that was taken out of the configuration waits for nobody. */
	function dropOrphans(): Promise<void> {
		const names = new Set(channels.map(({ name }) => name));
		const orphans = Object.values(ledger.queue).filter(
			({ message }) => !names.has(message.channel),
		);
		const reason = 'the channel is no longer configured';
		return journal.append(
			orphans.map(({ message }) => ({ type: 'undelivered', id: message.id, atMs: now(), reason })),
		);
	}
}
