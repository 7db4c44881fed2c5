import type { Fields } from '../field.ts';
import { scoreLevels } from './levels.ts';
import type { Reputation } from './schema.ts';
import { toneOfAudit, toneOfScore } from './standing.ts';

/** The worst of the satellites, so that each has a history; every satellite has an entry of its own. */
export const fields = {
	worstAudit: {
		label: 'Worst audit',
		unit: 'ratio',
		priority: 1,
		series: 'Worst audit score',
		trend: { rank: 38, of: ['storage'] },
		metric: 'nodetop_reputation_worst_audit_ratio',
		show: (score) => `${(score * 100).toFixed(2)}%`,
		tone: (score, { satellites }) => toneOfAudit(score, satellites),
	},
	worstSuspension: {
		label: 'Worst suspension',
		statusLabel: 'Suspension',
		unit: 'ratio',
		priority: 2,
		series: 'Worst suspension score',
		metric: 'nodetop_reputation_worst_suspension_ratio',
		show: (score) => `${(score * 100).toFixed(2)}%`,
		tone: (score, { satellites }) => toneOfScore(score, scoreLevels.suspension, satellites),
	},
	worstOnline: {
		label: 'Worst online',
		unit: 'ratio',
		priority: 1,
		series: 'Worst online score',
		trend: { rank: 39, of: ['storage'] },
		metric: 'nodetop_reputation_worst_online_ratio',
		show: (score) => `${(score * 100).toFixed(2)}%`,
		tone: (score, { satellites }) => toneOfScore(score, scoreLevels.online, satellites),
	},
} as const satisfies Fields<Reputation>;
