import { traits } from '../../domain/metric-mapping.ts';
import { formatCount, formatLag } from '../../domain/format.ts';
import type { Integer } from '../../domain/scalars.ts';
import type { Tone } from '../../domain/tone.ts';
import { shorten } from '../../domain/units.ts';
import { consensusStatuses } from '../../domain/words.ts';
import type { ConsensusStatus } from '../../domain/words.ts';
import type { FieldContext, FieldPath, Fields, JoinedLine } from '../field.ts';
import type { Consensus } from './schema.ts';

const toneOfStatus: Readonly<Record<ConsensusStatus, Tone>> = {
	active: 'good',
	syncing: 'warn',
	stalled: 'bad',
	halted: 'bad',
	unknown: 'unknown',
};

const badIfAny = (value: Integer): Tone => (Number(value) > 0 ? 'bad' : 'dim');

/** `98,765 vertices`, where there is room. */
function counted(value: Integer, { form, finalises }: FieldContext): string {
	const unit = form === 'full' && finalises !== undefined ? ` ${finalises}` : '';
	return `${formatCount(value)}${unit}`;
}

export const fields = {
	status: {
		label: 'Status',
		unit: 'word',
		priority: 1,
		csv: ['consensusStatus', 13],
		metric: 'nodetop_consensus_status',
		words: consensusStatuses,
		tone: (status) => toneOfStatus[status],
	},
	height: {
		label: 'Height',
		unit: 'count',
		priority: 1,
		steady: true,
		mapped: traits.position,
		metric: 'nodetop_consensus_height',
	},
	round: {
		label: 'Round',
		unit: 'count',
		priority: 1,
		steady: true,
		series: true,
		trend: { rank: 80, rate: 'Rounds per second', fromZero: true },
		csv: ['round', 15],
		mapped: traits.position,
		metric: 'nodetop_consensus_round',
	},
	view: {
		label: 'View',
		unit: 'count',
		priority: 1,
		steady: true,
		series: true,
		trend: { rank: 81, rate: 'Views per second', fromZero: true },
		csv: ['view', 16],
		mapped: traits.position,
		metric: 'nodetop_consensus_view',
	},
	epoch: {
		label: 'Epoch',
		unit: 'count',
		priority: 2,
		mapped: traits.position,
		metric: 'nodetop_consensus_epoch',
	},
	leader: { label: 'Leader', unit: 'id', priority: 2, mapped: traits.text },
	isLeader: {
		label: 'Leads',
		unit: 'flag',
		priority: 2,
		mapped: traits.flag,
		metric: 'nodetop_consensus_is_leader',
	},
	finalized: {
		label: 'Finalized',
		unit: 'count',
		priority: 1,
		steady: true,
		mapped: traits.position,
		metric: 'nodetop_consensus_finalized',
		show: (finalized, { finalizedSinceStart }, context) =>
			`${counted(finalized, context)}${finalizedSinceStart === true ? ' since start' : ''}`,
	},
	applied: {
		label: 'Applied',
		unit: 'count',
		priority: 2,
		mapped: traits.position,
		metric: 'nodetop_consensus_applied',
	},
	pending: {
		label: 'Pending',
		unit: 'count',
		priority: 1,
		mapped: traits.total,
		metric: 'nodetop_consensus_pending',
		show: (pending, _, context) => counted(pending, context),
	},
	finalityLag: {
		label: 'Finality lag',
		unit: 'count',
		priority: 1,
		series: true,
		trend: { of: ['consensus', 'dag'], rank: 20, fromZero: true },
		mapped: traits.position,
		metric: 'nodetop_consensus_finality_lag',
		show: (lag, { finalityUnit }) => formatLag(lag, finalityUnit),
	},
	lastFinalizedAt: {
		label: 'Last finalized',
		statusLabel: 'Last Final',
		unit: 'age',
		priority: 1,
		csv: ['lastFinalizedAt', 21],
		mapped: traits.time,
		metric: 'nodetop_consensus_last_finalized_timestamp_seconds',
	},
	validators: {
		label: 'Validators',
		unit: 'count',
		priority: 2,
		mapped: { holds: 'count', aggregate: 'max' },
		metric: 'nodetop_consensus_validators',
	},
	votingPower: {
		label: 'Voting power',
		unit: 'number',
		priority: 2,
		mapped: { holds: 'amount', aggregate: 'max' },
		metric: 'nodetop_consensus_voting_power',
	},
	averageFinalityMs: {
		label: 'Avg finality',
		unit: 'ms',
		priority: 1,
		series: 'Average finality',
		trend: { of: ['consensus', 'dag'], rank: 10 },
		csv: ['averageFinalityMs', 22],
		mapped: { holds: 'milliseconds', aggregate: 'mean' },
		metric: 'nodetop_consensus_average_finality_seconds',
	},
	proposals: {
		label: 'Proposals',
		unit: 'count',
		priority: 2,
		mapped: traits.total,
		metric: 'nodetop_consensus_proposals_total',
	},
	votes: {
		label: 'Votes sent',
		unit: 'count',
		priority: 2,
		mapped: traits.total,
		metric: 'nodetop_consensus_votes_total',
	},
	votesReceived: {
		label: 'Votes received',
		statusLabel: 'Votes Recvd',
		unit: 'count',
		priority: 2,
		mapped: traits.total,
		metric: 'nodetop_consensus_votes_received_total',
	},
	quorumCertificates: {
		label: 'Certificates',
		unit: 'count',
		priority: 2,
		mapped: traits.total,
		metric: 'nodetop_consensus_quorum_certificates_total',
	},
	timeoutCertificates: {
		label: 'Timeout certificates',
		statusLabel: 'Timeout Cert',
		unit: 'count',
		priority: 3,
		mapped: traits.total,
		metric: 'nodetop_consensus_timeout_certificates_total',
	},
	failed: {
		label: 'Failed',
		unit: 'count',
		priority: 2,
		mapped: traits.total,
		metric: 'nodetop_consensus_failed_proposals_total',
		tone: (failed) => (Number(failed) > 0 ? 'warn' : 'plain'),
	},
	timeouts: {
		label: 'Timeouts',
		unit: 'count',
		priority: 2,
		mapped: traits.total,
		metric: 'nodetop_consensus_timeouts_total',
	},
	viewChanges: {
		label: 'View changes',
		unit: 'count',
		priority: 2,
		mapped: traits.total,
		metric: 'nodetop_consensus_view_changes_total',
	},
	'lastViewChange.from': {
		label: 'View change from',
		statusLabel: 'Changed From',
		unit: 'count',
		priority: 3,
		mapped: traits.position,
		metric: 'nodetop_consensus_last_view_change_from_view',
	},
	'lastViewChange.to': {
		label: 'View change to',
		statusLabel: 'Changed To',
		unit: 'count',
		priority: 3,
		mapped: traits.position,
		metric: 'nodetop_consensus_last_view_change_to_view',
	},
	'lastViewChange.reason': {
		label: 'View change reason',
		statusLabel: 'Reason',
		unit: 'text',
		priority: 3,
		mapped: traits.text,
	},
	viewsInRowTimedOut: {
		label: 'Timeouts in a row',
		statusLabel: 'In A Row',
		unit: 'count',
		priority: 3,
		mapped: { holds: 'integer', aggregate: 'max' },
		metric: 'nodetop_consensus_views_in_row_timed_out',
		tone: (views) => (Number(views) > 1 ? 'warn' : 'plain'),
	},
	safetyViolations: {
		label: 'Safety violations',
		statusLabel: 'Violations',
		unit: 'count',
		priority: 1,
		mapped: traits.total,
		metric: 'nodetop_consensus_safety_violations_total',
		tone: badIfAny,
	},
	equivocations: {
		label: 'Equivocations',
		statusLabel: 'Equivocation',
		unit: 'count',
		priority: 1,
		mapped: traits.total,
		metric: 'nodetop_consensus_equivocations_total',
		tone: badIfAny,
	},
	byzantine: {
		label: 'Byzantine acts',
		statusLabel: 'Byzantine',
		unit: 'count',
		priority: 1,
		mapped: traits.total,
		metric: 'nodetop_consensus_byzantine_behavior_total',
		tone: badIfAny,
	},
} as const satisfies Fields<Consensus>;

export const joined = [
	{
		form: 'both',
		label: 'Leader',
		fields: ['leader', 'isLeader'],
		labelFor: ({ leader }) => (leader === undefined ? 'Leads' : 'Leader'),
		text: ({ leader, isLeader }, { form }) => {
			if (leader === undefined) {
				return isLeader === undefined ? undefined : isLeader ? 'this node' : 'another node';
			}
			return `${form === 'short' ? shorten(leader) : leader}${isLeader === true ? ' (this node)' : ''}`;
		},
	},
	{
		form: 'both',
		label: 'View change',
		fields: ['lastViewChange.from', 'lastViewChange.to', 'lastViewChange.reason'],
		text: ({ lastViewChange: { from, to, reason } = {} }) =>
			from === undefined || to === undefined
				? undefined
				: `${formatCount(from)} to ${formatCount(to)}${reason === undefined ? '' : `, ${reason}`}`,
	},
] as const satisfies readonly JoinedLine<Consensus, FieldPath<Consensus>>[];
