import type { Finding, Findings } from '../finding.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** Of one validator: several nodes that report it have one alert. */
const own = { scope: 'validator', component: 'consensus', onePer: 'group' } as const;

/** What the network says of the same act. */
const misdeeds: NonNullable<Finding['mutes']> = {
	codes: ['equivocation', 'byzantineBehavior'],
	by: 'group',
};

/** About validators that the profile names as its own (`mine`). */
export const findings = {
	ownValidatorByzantine: {
		...own,
		severity: 'critical',
		condition: { value: { increase: 'byzantine', overMs: 5 * minuteMs }, above: 0 },
		holdMs: 0,
		unit: 'count',
		message: 'your validator {validator} signed or sent what no honest validator does, {times}',
		// Of what a chain punished, the punishment says more.
		frozenBy: ['ownValidatorTombstoned', 'ownValidatorSlashed'],
		mutes: misdeeds,
		meaning:
			'A double vote, an equivocation or an invalid message: most often one key runs twice. It can be slashed.',
		nextStep: 'stop every instance that holds this key but one, and find out which were running',
	},
	ownValidatorTombstoned: {
		...own,
		severity: 'critical',
		condition: { value: { field: 'tombstoned' }, atLeast: 1, absentIsGood: true },
		holdMs: 0,
		message: 'your validator {validator} is excluded for good, for a double vote',
		mutes: misdeeds,
		meaning: 'The chain has evidence that it signed two blocks of one height. It cannot come back.',
		nextStep: 'find out which two machines held its key, before a new validator starts',
	},
	ownValidatorSlashed: {
		...own,
		severity: 'critical',
		condition: { value: { field: 'slashed' }, atLeast: 1, absentIsGood: true },
		holdMs: 0,
		message: 'your validator {validator} was slashed',
		mutes: misdeeds,
		meaning: 'It signed two messages that exclude each other. It loses stake and leaves the set.',
		nextStep: 'stop every validator client that has its key, and find out where it ran twice',
	},
	ownValidatorJailed: {
		...own,
		severity: 'critical',
		condition: {
			value: { field: 'jailed' },
			atLeast: 1,
			absentIsGood: true,
		},
		frozenBy: ['ownValidatorTombstoned'],
		holdMs: 0,
		message: 'your validator {validator} is jailed',
		meaning: 'It missed too many blocks. It neither votes nor earns until it is unjailed.',
		nextStep: 'bring the node back to the head of its chain, then send the unjail transaction',
	},
	ownValidatorInactive: {
		...own,
		severity: 'warning',
		condition: { value: { field: 'active' }, atMost: 0, absentIsGood: true },
		frozenBy: ['ownValidatorTombstoned', 'ownValidatorSlashed', 'ownValidatorJailed'],
		holdMs: 30_000,
		message: 'your validator {validator} is not in the active set',
		meaning: 'Others have more stake, or it left the set. It has no duties and earns nothing.',
		nextStep: 'compare its stake with the smallest of the set',
	},
	ownValidatorMissing: {
		...own,
		condition: {
			value: { field: 'missedInRow' },
			atLeast: { warning: 3, critical: 10, clear: 0 },
			absentIsUsual: true,
		},
		frozenBy: ['ownValidatorTombstoned', 'ownValidatorSlashed', 'ownValidatorJailed'],
		holdMs: 0,
		unit: 'count',
		message: 'your validator {validator} missed {value|duty|duties} in a row',
		meaning: 'It does not vote. It loses rewards, and on most chains it is jailed or leaks stake.',
		nextStep: 'check its process, its signer, its peers and its clock',
	},
	ownValidatorProposalMissed: {
		...own,
		severity: 'warning',
		condition: {
			value: { increase: 'proposalsMissed', overMs: hourMs },
			above: 0,
			absentIsUsual: true,
		},
		holdMs: 0,
		unit: 'count',
		message: 'your validator {validator} missed {value|block proposal|block proposals} in an hour',
		meaning: 'It was its turn to make a block, and no block came. Proposals are rare and pay most.',
		nextStep: 'look into the log of its node at that time: execution client, builder, disk',
	},
	ownValidatorSyncMissing: {
		...own,
		condition: {
			value: { field: 'syncMissedInRow' },
			atLeast: { warning: 4, critical: 32, clear: 0 },
			absentIsUsual: true,
		},
		// A validator that does nothing at all has one alert, not two.
		frozenBy: ['ownValidatorSlashed', 'ownValidatorMissing'],
		holdMs: 0,
		unit: 'count',
		message:
			'your validator {validator} missed {value|sync committee message|sync committee messages} in a row',
		meaning:
			'It is in the sync committee, and blocks come without its message: each costs as much as it would earn.',
		nextStep: 'check its validator client, its clock, and the latency from it to its beacon node',
	},
	ownValidatorScoreLow: {
		...own,
		condition: {
			value: { field: 'score' },
			below: { warning: 0.8, critical: 0.5, clear: 0.9 },
			absentIsUsual: true,
		},
		frozenBy: [
			'ownValidatorTombstoned',
			'ownValidatorSlashed',
			'ownValidatorJailed',
			'ownValidatorMissing',
			'ownValidatorSyncMissing',
		],
		holdMs: 2 * minuteMs,
		unit: 'ratio',
		message: 'your validator {validator} did only {value} of its duties in 10 min',
		meaning: 'Many of its votes come too late or not at all, so it earns less.',
		nextStep: 'check the latency to its peers, its disk and its clock',
	},
} satisfies Findings;
