import type { PollReport } from './schema.ts';

/**
 * Whether this machine was at fault for a part of the poll. What is absent then proves nothing: neither that the
 * node stopped reporting it, nor that all is well.
 */
export function isCutShort({ endpoints }: Pick<PollReport, 'endpoints'>): boolean {
	if (endpoints !== undefined)
		for (const { status } of endpoints) if (status === 'unmeasured') return true;
	return false;
}
