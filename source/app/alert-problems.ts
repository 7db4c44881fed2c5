import type { ChannelState, DeliveryState } from '../alerts/delivery/delivery-state.ts';
import type { Ledger, Undelivered } from '../alerts/delivery/ledger.ts';
import type { OwnState } from '../sections/alerting/schema.ts';

/** Why alerts may not reach their receivers, one line for each reason. */
export function alertProblems({
	stateProblem,
	deliveryProblem,
	delivery,
	dropped,
	nowMs,
}: {
	/** Why the alert state on disk is behind. */
	readonly stateProblem: string | undefined;
	/** Why the channels are not open. */
	readonly deliveryProblem: string | undefined;
	readonly delivery: DeliveryState | undefined;
	/** Alerts past a rule's `maxAlerts`, by rule. */
	readonly dropped: Readonly<Record<string, number>>;
	readonly nowMs: number;
}): readonly string[] {
	const channels = (delivery?.channels ?? []).flatMap(channelProblem);
	const shown = new Set(delivery?.channels.map(({ problem }) => problem));
	const lost = (delivery?.undelivered ?? []).filter(({ reason }) => !shown.has(reason));
	const heartbeat = delivery?.heartbeat;
	return [
		...channels,
		...undeliveredProblems(lost, nowMs),
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

/** What is wrong with nodetop's own state; `undefined` when all of it is kept. */
export function ownStateOf({
	problem,
	isDiskFull,
	directory,
}: {
	readonly problem: string | undefined;
	readonly isDiskFull: boolean;
	readonly directory: string;
}): OwnState | undefined {
	if (problem !== undefined) {
		return { message: `nodetop’s own alert state is not kept: ${problem}` };
	}
	if (!isDiskFull) return undefined;
	return {
		message: `the disk of nodetop’s own alert state is full: ${directory}`,
		evidence: 'what it keeps goes into space that was reserved for this',
	};
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

const undeliveredShownMs = 24 * 3_600_000;

/** Messages that were given up or refused in the last day, a line for each channel with the last reason. */
function undeliveredProblems(
	undelivered: readonly Undelivered[],
	nowMs: number,
): readonly string[] {
	const recent = undelivered.filter(({ atMs }) => nowMs - atMs < undeliveredShownMs);
	return [...Map.groupBy(recent, ({ message }) => message.channel)].map(([name, those]) => {
		const { length } = those;
		const { atMs = 0, reason = '' } = those.at(-1) ?? {};
		const at = new Date(atMs).toISOString().slice(11, 16);
		return `channel ${name}: ${length} ${length === 1 ? 'message' : 'messages'} not delivered, the last at ${at} UTC: ${reason}`;
	});
}

/** Problems of another process, from its journal: messages that it could not send yet, or not at all. */
export function journalProblems({ queue, undelivered }: Ledger, nowMs: number): readonly string[] {
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
	const waiting = [...byChannel].flatMap(([name, { queued, oldestMs, problem }]) =>
		channelProblem({ name, queued, oldestQueuedAtMs: oldestMs, problem }),
	);
	return [...waiting, ...undeliveredProblems(undelivered, nowMs)];
}
