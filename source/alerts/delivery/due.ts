import type { Channel } from '../../domain/channel.ts';
import { isUrgent, refusalKey } from './ledger.ts';
import type { NotificationGroup } from './ledger.ts';
import type { Entry } from './message.ts';

/** How a group waits that has something new to send; lost at a restart: the wait starts again. */
interface Wait {
	/** Unix ms. */
	readonly sinceMs: number;
	readonly urgentSinceMs?: number | undefined;
	/** Since when all that is new is muted: that time does not count. */
	readonly pausedAtMs?: number | undefined;
}
export type Waiting = Map<string, Wait>;

/** What a group has to say. */
interface Pending {
	readonly news: readonly Entry[];
	/** Whether something new is muted. */
	readonly hasMutedNews: boolean;
	readonly isReminderDue: boolean;
}

/** When a group's message is due; `undefined` when it has nothing to send. */
export function dueAt(
	channel: Channel,
	groupKey: string,
	draft: Pending,
	group: NotificationGroup | undefined,
	waiting: Waiting,
	nowMs: number,
): number | undefined {
	const fresh = draft.news.filter((entry) => !isRefusedLately(channel, entry, group, nowMs));
	const key = waitingKey(channel, groupKey);
	const before = resumed(waiting.get(key), nowMs);
	if (fresh.length === 0) {
		if (before && draft.hasMutedNews) waiting.set(key, { ...before, pausedAtMs: nowMs });
		else waiting.delete(key);
		return draft.isReminderDue ? nowMs : undefined;
	}
	const isNowUrgent = fresh.some((entry) => isUrgent(entry));
	const sinceMs = Math.min(before?.sinceMs ?? nowMs, nowMs);
	const urgentSinceMs = isNowUrgent ? Math.min(before?.urgentSinceMs ?? nowMs, nowMs) : undefined;
	waiting.set(key, { sinceMs, urgentSinceMs });
	const { lastAtMs = -Infinity, lastUrgentAtMs = -Infinity } = group ?? {};
	const dueMs = Math.max(sinceMs + channel.groupWaitMs, lastAtMs + channel.groupIntervalMs);
	if (urgentSinceMs === undefined) return dueMs;
	const urgentDueMs = Math.max(
		urgentSinceMs + channel.criticalGroupWaitMs,
		lastUrgentAtMs + channel.groupWaitMs,
	);
	return Math.min(dueMs, urgentDueMs);
}

/** The wait without its pause: an inhibitor that comes and goes must not make a group wait for ever. */
function resumed(wait: Wait | undefined, nowMs: number): Wait | undefined {
	if (wait?.pausedAtMs === undefined) return wait;
	const pauseMs = Math.max(0, nowMs - wait.pausedAtMs);
	const { sinceMs, urgentSinceMs } = wait;
	return {
		sinceMs: sinceMs + pauseMs,
		urgentSinceMs: urgentSinceMs === undefined ? undefined : urgentSinceMs + pauseMs,
	};
}

/** A refused alert is tried again with the next repeat, not at once. */
function isRefusedLately(
	channel: Channel,
	entry: Entry,
	group: NotificationGroup | undefined,
	nowMs: number,
): boolean {
	const refusal = group?.refused[refusalKey(entry)];
	if (refusal === undefined) return false;
	const isCritical = entry.incident.severity === 'critical';
	const repeatMs = isCritical ? channel.criticalRepeatIntervalMs : channel.repeatIntervalMs;
	return nowMs - refusal.atMs < repeatMs;
}

export function waitingKey(channel: Channel, groupKey: string): string {
	return `${channel.name} ${groupKey}`;
}
