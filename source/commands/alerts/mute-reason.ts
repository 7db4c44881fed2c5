import { inhibitionsOf, maintainedBy, silencedBy } from '../../alerts/mutes.ts';
import type { Alert } from '../../domain/alert.ts';
import { formatMs } from '../../domain/format.ts';
import type { AlertBook } from './alert-book.ts';

/** Why an alert is muted now: who muted it, until when, or what explains it. `undefined` if it is not muted. */
export function muteReason(
	{ fingerprint = '', muted, ackedBy, silencedUntil }: Alert,
	{ state, quiet, rules }: Pick<AlertBook, 'state' | 'quiet' | 'rules'>,
	nowMs: number,
): string | undefined {
	const record = state.alerts[fingerprint];
	if (muted === undefined || record === undefined) return muted;
	switch (muted) {
		case 'acknowledged':
			return ackedBy === undefined ? muted : `${muted} by ${ackedBy}`;
		case 'silenced': {
			const silence = silencedBy(record, [...quiet.silences, ...state.silences], nowMs);
			const leftSeconds = (Date.parse(silencedUntil ?? '') - nowMs) / 1000;
			const why = silence?.comment ?? silence?.author;
			const word = silence === undefined ? 'snoozed' : muted;
			return `${word} ${formatMs(leftSeconds * 1000)}${why === undefined ? '' : `: ${why}`}`;
		}
		case 'maintenance':
			return `${muted}: ${maintainedBy(record, quiet.maintenance, nowMs)}`;
		case 'inhibited': {
			const by = inhibitionsOf(Object.values(state.alerts), rules)(record);
			return by === undefined ? 'explained a moment ago' : `explained by ${by}`;
		}
		case 'flapping':
			return 'changes too often';
	}
}
