import { qudag } from '../../../source/adapters/qudag/adapter.ts';
import { PollError } from '../../../source/domain/errors.ts';
import { readingSchema } from '../../../source/sections/snapshot.ts';
import type { Reading } from '../../../source/sections/snapshot.ts';
import { contextFor, targetFor } from '../../helpers/targets.ts';

/** One poll of a new source; the reading fits the document's schema. */
export async function pollOnce(url: string, timeoutMs = 2000): Promise<Reading> {
	const target = targetFor(url, { timeoutMs });
	const reading = await qudag.open(target).poll(contextFor(target));
	return readingSchema.parse(reading);
}

/** The `PollError` that one poll must end with. */
export async function failureOf(url: string, timeoutMs?: number): Promise<PollError> {
	try {
		await pollOnce(url, timeoutMs);
	} catch (error) {
		if (error instanceof PollError) return error;
		throw error;
	}
	throw new Error('the poll succeeded');
}
