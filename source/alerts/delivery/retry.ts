/** A recipient that did not take a message which others took. */
export interface Missed {
	readonly recipient: string;
	/** Whether another attempt is useless. */
	readonly isFinal: boolean;
	readonly reason: string;
}

/** The outcome of one attempt to send. */
export type Outcome =
	| {
			readonly kind: 'sent';
			readonly note?: string | undefined;
			readonly missed?: readonly Missed[] | undefined;
	  }
	/** May work later: no connection, an overloaded receiver. */
	| {
			readonly kind: 'failed';
			readonly reason: string;
			readonly retryAfterMs?: number | undefined;
			/** Whether the receiver may have taken it all the same: its answer is missing, or says nothing of that. */
			readonly mayHaveArrived?: boolean | undefined;
	  }
	/** Will not work however often it is tried. */
	| { readonly kind: 'refused'; readonly reason: string };

/** `refused for a@b.example: SMTP 550 …`; `undefined` when nobody missed it. */
export function missedText(missed: readonly Missed[]): string | undefined {
	if (missed.length === 0) return undefined;
	return missed
		.map(({ recipient, isFinal, reason }) => {
			return `refused for ${recipient}${isFinal ? '' : ' for now'}: ${reason}`;
		})
		.join('; ');
}

const firstDelayMs = 1000;
const maxDelayMs = 5 * 60_000;
/** A receiver that asks for a longer wait is tried after this one. */
export const longestDelayMs = 3_600_000;

/**
 * How long to wait before the next attempt: doubling from 1 s to 5 min, at random between half and
 * the whole of it, so that many senders do not return at once; never less than the receiver asked for.
 */
export function retryDelayMs(
	attempts: number,
	retryAfterMs: number | undefined,
	random: () => number = Math.random,
): number {
	const wholeMs = Math.min(maxDelayMs, firstDelayMs * 2 ** Math.min(attempts - 1, 20));
	const delayMs = wholeMs * (0.5 + random() / 2);
	return Math.max(delayMs, Math.min(retryAfterMs ?? 0, longestDelayMs));
}

/** `Retry-After` (RFC 9110 section 10.2.3): seconds or an HTTP date, as ms from now. */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
	if (value === undefined) return undefined;
	if (/^\s*\d+(\.\d+)?\s*$/.test(value)) return Number(value) * 1000;
	const atMs = Date.parse(value);
	return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}

export interface TokenBucket {
	/** Takes a token and gives 0, or gives the ms until there is one. */
	take(nowMs: number): number;
}

/** Lets `burst` through at once, then `perMinute`. */
export function createTokenBucket(burst: number, perMinute: number): TokenBucket {
	const tokensPerMs = perMinute / 60_000;
	let tokens = burst;
	let filledAtMs: number | undefined;
	return {
		take(nowMs) {
			const elapsedMs = Math.max(0, nowMs - (filledAtMs ?? nowMs));
			tokens = Math.min(burst, tokens + elapsedMs * tokensPerMs);
			filledAtMs = nowMs;
			if (tokens < 1) return Math.ceil((1 - tokens) / tokensPerMs);
			tokens -= 1;
			return 0;
		},
	};
}
