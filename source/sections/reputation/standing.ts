import type { Tone } from '../../domain/tone.ts';
import { scoreLevels } from './levels.ts';
import type { Reputation } from './schema.ts';

/** What the node has lost at a satellite; undefined where it is in good standing at all of them. */
export function lostStanding(
	satellites: Reputation['satellites'] = [],
): 'disqualified' | 'suspended' | undefined {
	if (satellites.some(({ disqualifiedAt }) => disqualifiedAt !== undefined)) return 'disqualified';
	if (satellites.some(({ suspendedAt }) => suspendedAt !== undefined)) return 'suspended';
	return undefined;
}

/** Scores are those of the satellites that still count: a good one is no good news where another is lost. */
export function toneOfScore(
	score: number,
	{ warning, critical }: { readonly warning: number; readonly critical: number },
	satellites: Reputation['satellites'] | undefined,
): Tone {
	if (score < critical) return 'bad';
	if (score < warning) return 'warn';
	return lostStanding(satellites) === undefined ? 'good' : 'plain';
}

/** Of the audit score, by which satellites are lost. */
export function toneOfAudit(score: number, satellites: Reputation['satellites'] | undefined): Tone {
	const lost = lostStanding(satellites);
	if (lost === 'disqualified') return 'bad';
	const tone = toneOfScore(score, scoreLevels.audit, satellites);
	return lost === 'suspended' && tone === 'plain' ? 'warn' : tone;
}
