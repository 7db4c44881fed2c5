import type { Channel } from '../../domain/channel.ts';
import type { LedgerRecord, Queued } from './ledger.ts';
import { restId } from './message.ts';
import type { Message } from './message.ts';
import { missedText, retryDelayMs } from './retry.ts';
import type { Missed, Outcome } from './retry.ts';

/** The outcomes of one channel's attempts, and what follows from each. */
export interface AttemptLog {
	/** Notes an outcome, and gives the changes of the ledger: sent, delayed, or undelivered. */
	record(queued: Queued, outcome: Outcome): readonly LedgerRecord[];
	/** Reports a bug in the sender. */
	bug(error: unknown): void;
	/** Until when no message may be sent, since the receiver asked for a pause; in Unix ms, 0 for none. */
	pausedUntilMs(): number;
	lastSentAtMs(): number | undefined;
	/** Why the last attempt failed; `undefined` after a success. */
	problem(): string | undefined;
	/** Whether the receiver refused the last message for good. */
	isRefused(): boolean;
}

export function createAttemptLog({
	channel,
	now,
	warn,
}: {
	readonly channel: Channel;
	readonly now: () => number;
	readonly warn: (message: string) => void;
}): AttemptLog {
	let pausedUntilMs = 0;
	let lastSentAtMs: number | undefined;
	let problem: string | undefined;
	let isRefused = false;

	function failed(
		{ message, attempts }: Queued,
		{ reason, retryAfterMs, mayHaveArrived }: Extract<Outcome, { kind: 'failed' }>,
	): LedgerRecord {
		const { id } = message;
		const atMs = now();
		const nextAtMs = Math.ceil(atMs + retryDelayMs(attempts + 1, retryAfterMs));
		if (nextAtMs - message.createdAtMs > channel.giveUpAfterMs) {
			warn(`${channel.name}: given up after ${attempts + 1} attempts: ${reason}`);
			return { type: 'undelivered', id, atMs, reason: `given up: ${reason}` };
		}
		// `Retry-After` holds for every message to this receiver.
		if (retryAfterMs !== undefined) pausedUntilMs = nextAtMs;
		return { type: 'delayed', id, nextAtMs, reason, mayHaveArrived };
	}

	return {
		record(queued, outcome) {
			const { id } = queued.message;
			const atMs = now();
			if (outcome.kind === 'sent') {
				lastSentAtMs = atMs;
				const { missed = [] } = outcome;
				problem = outcome.note ?? missedText(missed);
				isRefused = false;
				// Last: after a crash in between, all get it again with the same id rather than one not at all.
				const final = missedText(missed.filter((each) => each.isFinal));
				if (final !== undefined) warn(`${channel.name}: not delivered: ${final}`);
				return [...recordMissed(queued.message, missed, atMs), { type: 'sent', id, atMs }];
			}
			const { reason } = outcome;
			problem = reason;
			if (outcome.kind === 'failed') return [failed(queued, outcome)];
			isRefused = true;
			warn(`${channel.name}: not delivered: ${reason}`);
			return [{ type: 'undelivered', id, atMs, reason }];
		},
		bug(error) {
			warn(`${channel.name}: this is a bug of nodetop, please report it\n${stackOf(error)}`);
		},
		pausedUntilMs: () => pausedUntilMs,
		lastSentAtMs: () => lastSentAtMs,
		problem: () => problem,
		isRefused: () => isRefused,
	};
}

/** Recipients that others were served without: a message of their own for each kind of refusal. */
function recordMissed(
	message: Message,
	missed: readonly Missed[],
	atMs: number,
): readonly LedgerRecord[] {
	const byKind = Map.groupBy(missed, ({ isFinal }) => isFinal);
	return [...byKind].flatMap(([isFinal, those]): LedgerRecord[] => {
		const recipients = those.map(({ recipient }) => recipient);
		const id = restId(message.id, recipients);
		const reason = missedText(those) ?? '';
		const nextAtMs = Math.ceil(atMs + retryDelayMs(1, undefined));
		return [
			{ type: 'queued', message: { ...message, id, recipients } },
			isFinal
				? { type: 'undelivered', id, atMs, reason }
				: { type: 'delayed', id, nextAtMs, reason },
		];
	});
}

function stackOf(error: unknown): string {
	return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
