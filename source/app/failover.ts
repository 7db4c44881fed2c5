import type { PollContext, Source } from '../adapters/adapter.ts';
import { isOurFault } from '../adapters/secondary.ts';
import { PollError } from '../domain/errors.ts';
import type { Reading } from '../sections/snapshot.ts';

/** One address of a node. */
export interface Place {
	readonly shownUrl: string;
	readonly source: Source;
	/** With the HTTP of this address: credentials go to their own origin only. */
	context(context: PollContext): PollContext;
}

/** How long another address is used before the first is tried again. */
const firstAgainMs = 60_000;
const gatewayStatuses: ReadonlySet<number | undefined> = new Set([502, 503, 504]);

/**
 * Polls a node at the first of its addresses that answers, and says which one that is. A refusal is an
 * answer: what one address refuses is not asked at another. A poll that ran out of time goes on at the
 * next address the next time, unless this machine was late itself.
 */
export function createFailover(places: readonly [Place, ...Place[]], timeoutMs: number): Source {
	const [first] = places;
	let current = 0;
	let movedAtMs = 0;
	let why = '';

	function moveOn(error: PollError, nowMs: number): void {
		if (current === 0) why = error.message;
		current = (current + 1) % places.length;
		movedAtMs = nowMs;
	}

	async function pollOnce(context: PollContext): Promise<Reading> {
		const place = places[current] ?? first;
		const reading = await place.source.poll(place.context(context));
		if (place === first) return reading;
		const note = `answers at ${place.shownUrl}; ${first.shownUrl} does not: ${why}`;
		return { ...reading, notes: [...(reading.notes ?? []), note] };
	}

	return {
		async poll(context) {
			if (current !== 0 && context.now() - movedAtMs >= firstAgainMs) current = 0;
			let failure: PollError | undefined;
			for (let asked = 0; asked < places.length; asked += 1) {
				try {
					return await pollOnce(context);
				} catch (error) {
					if (!(error instanceof PollError) || !isAbsence(error)) throw error;
					if (isOurFault(error, context.delay.soFarMs(), timeoutMs)) throw error;
					failure ??= error;
					moveOn(error, context.now());
					if (context.signal.aborted) break;
				}
			}
			throw failure ?? new PollError('unreachable', 'no address to ask');
		},
		close() {
			for (const { source } of places) source.close();
		},
	};
}

function isAbsence({ code, httpStatus }: PollError): boolean {
	return code === 'unreachable' || code === 'timeout' || gatewayStatuses.has(httpStatus);
}
