import type { AlertState } from './alert-state.ts';
import type { Muted } from './outcome.ts';
import type { RuleSet } from '../sections/rule-set.ts';

/** Counts the grace time of alerts that another alert explained until now. */
export interface GraceTime {
	/** Call it once an evaluation, with the alerts that are muted now. */
	count(rules: RuleSet, muted: ReadonlyMap<string, Muted>, deltaMs: number): void;
}

/**
 * When an alert was explained by another one that is gone now, it must last for its rule's hold time before
 * receivers get it. Time counts between two evaluations that both found it unexplained and not good; a lost
 * poll stops nothing. The time is granted once: an inhibitor that comes and goes cannot mute it for ever.
 */
export function createGraceTime(state: AlertState): GraceTime {
	let countedBefore = new Set<string>();
	return {
		count(rules, muted, deltaMs) {
			const counted = new Set<string>();
			for (const [fingerprint, record] of Object.entries(state.alerts)) {
				if (muted.get(fingerprint) === 'inhibited') {
					record.graceMs ??= rules.get(record.rule)?.forMs ?? 0;
				} else if (record.graceMs !== undefined && record.last !== 'good') {
					counted.add(fingerprint);
					if (countedBefore.has(fingerprint))
						record.graceMs = Math.max(0, record.graceMs - deltaMs);
				}
			}
			countedBefore = counted;
		},
	};
}
