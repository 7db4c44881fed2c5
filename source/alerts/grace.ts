import type { AlertState } from './alert-state.ts';
import type { Muted } from './outcome.ts';
import type { RuleSet } from '../sections/rule-set.ts';

/** Counts the grace time of alerts that another alert explained until now. */
export interface GraceTime {
	/** Call it once an evaluation, with the alerts that are muted now. */
	count(rules: RuleSet, muted: ReadonlyMap<string, Muted>, deltaMs: number): void;
}

/**
 * When an alert was explained by another one that is gone now, its own condition must hold for the
 * rule's `for` before receivers get it. Time counts between two evaluations that both found the
 * condition bad and unexplained.
 */
export function createGraceTime(state: AlertState): GraceTime {
	let badBefore = new Set<string>();
	return {
		count(rules, muted, deltaMs) {
			const bad = new Set<string>();
			for (const [fingerprint, record] of Object.entries(state.alerts)) {
				const { last, graceMs } = record;
				if (muted.get(fingerprint) === 'inhibited') {
					record.graceMs = rules.get(record.rule)?.forMs ?? 0;
				} else if (graceMs !== undefined && last === 'bad') {
					bad.add(fingerprint);
					const leftMs = badBefore.has(fingerprint) ? graceMs - deltaMs : graceMs;
					record.graceMs = leftMs > 0 ? leftMs : undefined;
				}
			}
			badBefore = bad;
		},
	};
}
