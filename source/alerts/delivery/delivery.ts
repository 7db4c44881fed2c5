import type { Channel, HeartbeatSettings } from '../../domain/channel.ts';
import { createStore } from '../../domain/store.ts';
import type { ReadableStore } from '../../domain/store.ts';
import type { Incident } from '../incident.ts';
import { kindOf } from './channels/registry.ts';
import { createCourier } from './courier.ts';
import type { Courier } from './courier.ts';
import type { DeliveryState } from './delivery-state.ts';
import { createHeartbeat } from './heartbeat.ts';
import { openJournal } from './journal.ts';
import type { Journal } from './journal.ts';
import type { Lock } from '../../domain/lock.ts';
import { plan } from './plan.ts';
import type { Waiting } from './due.ts';
import type { SendContext } from './sender.ts';

export interface DeliveryOptions {
	readonly channels: readonly Channel[];
	readonly heartbeat?: HeartbeatSettings | undefined;
	/** Made with mode 0700, and locked. Each profile has its own. */
	readonly directory: string;
	/** The lock of the directory, when the caller holds it already; the caller releases it. */
	readonly lock?: Lock | undefined;
	readonly now: () => number;
	readonly terminal?: SendContext['terminal'];
	readonly env: NodeJS.ProcessEnv;
	/** Takes a line for the person who runs nodetop. */
	readonly warn: (message: string) => void;
	/** Awaited after each write of the journal, before a message is sent. */
	readonly afterWrite?: (() => Promise<void>) | undefined;
	/** Asked before each attempt, after its record: whether it is still this process that sends. */
	readonly maySend?: (() => boolean) | undefined;
}

export interface Delivery {
	/**
	 * Takes all incidents that fire, or that ended in the last 24 hours, after each complete evaluation.
	 * Resolves when new messages are on disk; they are sent in the background. Never rejects. An incident
	 * that was delivered and is no longer in the list counts as ended.
	 */
	update(incidents: readonly Incident[], nowMs: number): Promise<void>;
	/** Sends the heartbeat while all is well; call it after poll, evaluation, storage and `update`. */
	cycleDone(nowMs: number): void;
	readonly state: ReadableStore<DeliveryState>;
	/** Waits `drainMs` for attempts under way, then aborts them, and closes the files. The queue stays on disk. */
	close(drainMs?: number): Promise<void>;
}

/** When a message waits longer than this, alerts do not reach their receiver. */
const stuckAfterMs = 10 * 60_000;
const maxTimerMs = 60_000;

/**
 * Opens alert delivery: reads the journal, and sends what was queued when the last process ended. Throws
 * `UserError` when another process has the directory.
 */
export async function openDelivery(options: DeliveryOptions): Promise<Delivery> {
	const { channels, directory, now, warn } = options;
	const { lock, afterWrite } = options;
	const journal = await openJournal(directory, { warn, now, lock, afterWrite });
	const heartbeat = options.heartbeat && createHeartbeat(options.heartbeat, now);
	const planner = createPlanner(channels, journal, {
		onDue: () => void replan(now()),
	});
	let incidents: readonly Incident[] | undefined;
	let isClosed = false;
	const couriers: readonly Courier[] = channels.map((channel) =>
		createCourier({ ...options, channel, journal, onDone: () => void replan(now()) }),
	);
	const snapshot = (): DeliveryState => ({
		channels: couriers.map((courier) => courier.state()),
		undelivered: journal.ledger.undelivered,
		journalProblem: journal.problem(),
		heartbeat: heartbeat?.last(),
	});
	const store = createStore<DeliveryState>(snapshot());

	async function replan(nowMs: number): Promise<void> {
		if (isClosed) return;
		if (incidents !== undefined) await planner.queueMessages(incidents, nowMs);
		wakeAll();
	}

	function wakeAll(): void {
		for (const courier of couriers) courier.wake();
		store.update(snapshot);
	}

	await dropOrphans(journal, channels, now());
	// A critical alert must not wait for its sender to load.
	await Promise.all(channels.map((channel) => kindOf(channel).loadSend()));
	wakeAll();
	return {
		state: store,
		update(current, nowMs) {
			incidents = current;
			return replan(nowMs);
		},
		cycleDone(nowMs) {
			const isWell =
				journal.problem() === undefined && !couriers.some((each) => isStuck(each, nowMs));
			if (!isClosed && isWell) heartbeat?.beat(nowMs);
		},
		async close(drainMs = 2000) {
			isClosed = true;
			planner.stop();
			heartbeat?.close();
			await Promise.all(couriers.map((courier) => courier.close(drainMs)));
			await journal.close();
		},
	};
}

/** Puts new messages into the queue, and plans again when the next one is due. */
interface Planner {
	/** Resolves when the messages are on disk. */
	queueMessages(incidents: readonly Incident[], nowMs: number): Promise<void>;
	stop(): void;
}

function createPlanner(
	channels: readonly Channel[],
	journal: Journal,
	{ onDue }: { readonly onDue: () => void },
): Planner {
	const waiting: Waiting = new Map();
	let timer: NodeJS.Timeout | undefined;
	return {
		async queueMessages(incidents, nowMs) {
			clearTimeout(timer);
			const plans = channels.map((channel) =>
				plan(channel, incidents, journal.ledger, waiting, nowMs),
			);
			const nextAtMs = Math.min(...plans.map((each) => each.nextAtMs ?? Infinity));
			if (Number.isFinite(nextAtMs)) {
				timer = setTimeout(onDue, Math.min(Math.max(nextAtMs - nowMs, 1), maxTimerMs));
			}
			const records = plans.flatMap((each) => [
				...each.records,
				...each.messages.map((message) => ({ type: 'queued' as const, message })),
			]);
			// After a failed write even an empty append tries again.
			if (records.length > 0 || journal.problem() !== undefined) await journal.append(records);
		},
		stop() {
			clearTimeout(timer);
		},
	};
}

/** Whether a channel does not get its messages out: the heartbeat must fall silent then. */
function isStuck(courier: Courier, nowMs: number): boolean {
	const { oldestQueuedAtMs } = courier.state();
	const isLate = oldestQueuedAtMs !== undefined && nowMs - oldestQueuedAtMs > stuckAfterMs;
	return isLate || courier.isRefused();
}

/** Messages for channels that are no longer configured leave the queue as undelivered. */
function dropOrphans(
	{ ledger, append }: Journal,
	channels: readonly Channel[],
	atMs: number,
): Promise<void> {
	const names = new Set(channels.map(({ name }) => name));
	const orphans = Object.values(ledger.queue).filter(({ message }) => !names.has(message.channel));
	const reason = 'the channel is no longer configured';
	return append(
		orphans.map(({ message }) => ({ type: 'undelivered', id: message.id, atMs, reason })),
	);
}
