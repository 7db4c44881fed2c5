import { PollError } from '../../domain/errors.ts';
import { clean } from '../../domain/clean.ts';
import type { Target } from '../../domain/target.ts';
import type { Reading } from '../../sections/snapshot.ts';
import type { Beside } from '../adapter.ts';
import { createLogSource } from './log/log-source.ts';
import type { LogSource } from './log/log-source.ts';
import { readTransfers } from './log/section.ts';

/** How much of a poll is spent on a log that is not read to its end yet. */
const settleShare = 0.4;

/** A node's log beside its console: each is shown without the other. */
export function createBeside({ log: place, timeoutMs }: Target): Beside | undefined {
	if (place === undefined) return undefined;
	const log = createLogSource(place);
	return {
		async poll({ now }, read) {
			const [answer] = await Promise.all([outcomeOf(read), log.settled(timeoutMs * settleShare)]);
			const transfers = readTransfers(log, new Map(), now());
			if ('reading' in answer) return { ...answer.reading, transfers };
			if (!isRead(log)) throw answer.error;
			const why = clean(answer.error.message, 120);
			return {
				identity: { client: 'storagenode' },
				endpoints: [{ name: '/api/sno/', status: 'failed', message: why }],
				transfers,
				notes: [`its API does not answer (${why}): what is shown comes from its log`],
			};
		},
		close: log.close,
	};
}

function isRead({ state, transfers }: LogSource): boolean {
	return (
		state.status === 'following' || (state.status === 'reading' && transfers.counted.lines > 0)
	);
}

async function outcomeOf(
	read: () => Promise<Reading>,
): Promise<{ readonly reading: Reading } | { readonly error: PollError }> {
	try {
		return { reading: await read() };
	} catch (error) {
		if (error instanceof PollError) return { error };
		throw error;
	}
}
