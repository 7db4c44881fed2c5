import type { ChannelState, DeliveryState } from '../alerts/delivery/delivery-state.ts';
import type { Ledger } from '../alerts/delivery/ledger.ts';

/** Why alerts may not reach their receivers, one line for each reason. */
export function alertProblems({
	stateProblem,
	deliveryProblem,
	delivery,
	dropped,
}: {
	/** Why the alert state on disk is behind. */
	readonly stateProblem: string | undefined;
	/** Why the channels are not open. */
	readonly deliveryProblem: string | undefined;
	readonly delivery: DeliveryState | undefined;
	/** Alerts past a rule's `maxAlerts`, by rule. */
	readonly dropped: Readonly<Record<string, number>>;
}): readonly string[] {
	const channels = (delivery?.channels ?? []).flatMap(channelProblem);
	const heartbeat = delivery?.heartbeat;
	return [
		...channels,
		...(deliveryProblem === undefined ? [] : [`no alert can be sent: ${deliveryProblem}`]),
		...(delivery?.journalProblem === undefined ? [] : [delivery.journalProblem]),
		...(stateProblem === undefined ? [] : [`the alert state cannot be saved: ${stateProblem}`]),
		...(heartbeat === undefined || heartbeat.kind === 'sent'
			? []
			: [`heartbeat: ${heartbeat.reason}`]),
		...Object.entries(dropped).map(
			([rule, count]) => `rule ${rule}: ${count} more alerts than its maxAlerts; they are left out`,
		),
	];
}

function channelProblem({
	name,
	queued,
	oldestQueuedAtMs,
	problem,
}: Pick<ChannelState, 'name' | 'queued' | 'oldestQueuedAtMs' | 'problem'>): readonly string[] {
	if (problem === undefined) return [];
	if (queued === 0 || oldestQueuedAtMs === undefined) return [`channel ${name}: ${problem}`];
	const since = new Date(oldestQueuedAtMs).toISOString().slice(11, 16);
	return [`channel ${name}: ${queued} queued since ${since} UTC: ${problem}`];
}

/** Problems of another process, from its journal: messages that it could not send yet. */
export function journalProblems({ queue }: Ledger): readonly string[] {
	const byChannel = new Map<string, { queued: number; oldestMs: number; problem?: string }>();
	for (const { message, reason } of Object.values(queue)) {
		const { channel, createdAtMs } = message;
		const { queued = 0, oldestMs = Infinity, problem = reason } = byChannel.get(channel) ?? {};
		byChannel.set(channel, {
			queued: queued + 1,
			oldestMs: Math.min(oldestMs, createdAtMs),
			...(problem !== undefined && { problem }),
		});
	}
	return [...byChannel].flatMap(([name, { queued, oldestMs, problem }]) =>
		channelProblem({ name, queued, oldestQueuedAtMs: oldestMs, problem }),
	);
}
