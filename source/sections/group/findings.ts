import { formatNames } from '../../domain/format.ts';
import type { FindingInput, Findings, Sighting } from '../finding.ts';
import type { Group, GroupMember } from './schema.ts';

/** How this node stands within its network. */
function memberOf({ node, group }: FindingInput): GroupMember | undefined {
	return group?.members.find((member) => member.node === node.target.name);
}

/**
 * Whether nothing can be said about a network now. One whose nodes report too little to compare has the
 * state `unknown` for ever; it still counts as seen while some of its nodes move together.
 */
export function isGroupUnseen({ state, members }: Group): boolean {
	return state === 'unknown' && !members.some(({ position }) => position === 'level');
}

/** The sighting of a group in that state. */
function seenInState(group: Group, state: Group['state']): Sighting | undefined {
	const { message, evidence, nextStep } = group;
	return group.state === state ? { message, evidence, nextStep } : undefined;
}

/** Trouble that nodes show while their whole network has it. Lost messages are a cause of it. */
const symptoms = [
	'consensusStalled',
	'noProgress',
	'standsStill',
	'behind',
	'headOld',
	'syncStuck',
	'syncing',
	'finalitySlow',
	'peersNone',
	'peersLost',
	'peersFew',
	'peersChurn',
	'participationLow',
	'roundsStalled',
	'peerLatencyHigh',
	'viewTimeouts',
	'viewChanges',
	'blockTime',
	'throughputLow',
	'verticesMissing',
	'orphansHigh',
	'leaderChanges',
	'finalityStuck',
	'tipsGrowing',
	'selfReported',
];

export const findings = {
	networkPartitioned: {
		scope: 'group',
		component: 'group',
		severity: 'critical',
		holdMs: 5000,
		keepFiringMs: 5000,
		mutes: { codes: [...symptoms, 'messageLoss', 'networkStalled', 'networkForked'], by: 'group' },
		bad: 'the nodes form sides that do not hear each other',
		whenGroup: (group) => seenInState(group, 'partitioned'),
		when(input) {
			const { group } = input;
			const side = memberOf(input)?.side;
			if (group?.state !== 'partitioned' || side === undefined) return undefined;
			const others = (group.sides ?? []).filter((_, index) => index !== side).flat();
			const { evidence, nextStep } = group;
			return { message: `cut off from ${formatNames(others)}`, evidence, nextStep };
		},
		meaning:
			'The nodes are split into sides that cannot reach each other. A side may finalize nothing, or something that the others reject.',
		nextStep: 'check the network between the sides',
	},
	networkForked: {
		scope: 'group',
		component: 'group',
		severity: 'critical',
		holdMs: 15_000,
		keepFiringMs: 5000,
		mutes: { codes: symptoms, by: 'group' },
		frozenBy: ['networkPartitioned'],
		bad: 'the nodes follow different chains, or hold conflicting vertices for final',
		whenGroup(group) {
			// A short reorganisation looks the same in one poll, and nobody is woken for it.
			if (group.fork?.mayResolve === true && group.state === 'forked') return undefined;
			// Only hashes show that there is one chain again: while they are unknown, the fork stands.
			return group.state === 'unknown' ? 'unknown' : seenInState(group, 'forked');
		},
		when(input) {
			const { group, node } = input;
			if (group?.state !== 'forked' || memberOf(input)?.position !== 'forked') return undefined;
			const { message, evidence, nextStep } = group;
			const what = node.chain ? 'follows another chain' : 'holds other vertices for final';
			return { message: `${what}: ${message}`, evidence, nextStep };
		},
		meaning:
			'The nodes follow different chains. The network may undo what one of them shows as final.',
		nextStep: 'find out which branch the network follows before anything is restarted',
	},
	networkStalled: {
		scope: 'group',
		component: 'group',
		severity: 'critical',
		holdMs: 5000,
		keepFiringMs: 5000,
		mutes: { codes: symptoms, by: 'group' },
		frozenBy: ['networkPartitioned', 'networkForked'],
		bad: 'no node of the network makes progress',
		whenGroup: (group) => seenInState(group, 'stalled'),
		when(input) {
			const { group, node } = input;
			if (group?.state !== 'stalled' || memberOf(input)?.position !== 'stalled') return undefined;
			const reasons = node.selfReport?.reasons.join('; ');
			return {
				health: node.consensus?.status === 'halted' ? 'down' : 'degraded',
				message: 'its whole network is stalled, not this node alone',
				evidence: reasons === undefined || reasons === '' ? group.message : reasons,
				nextStep: group.nextStep,
			};
		},
		meaning:
			'The whole network makes no progress. The cause is not one node, and restarting one will not help.',
		nextStep: 'check how many validators answer, and what they wait for',
	},
	standsStill: {
		component: 'group',
		severity: 'warning',
		holdMs: 30_000,
		keepFiringMs: 10_000,
		frozenBy: ['networkStalled', 'networkPartitioned', 'networkForked', 'answersCached'],
		bad: 'it makes no progress while its network goes on',
		when(input) {
			const { group, node } = input;
			const isAlone = group?.state === 'agreed' || group?.state === 'lagging';
			const { status } = node.consensus ?? {};
			const isSelfReported = status === 'stalled' || status === 'halted';
			if (!isAlone || isSelfReported || memberOf(input)?.position !== 'stalled') return undefined;
			return {
				message: 'stands still while its network goes on',
				evidence: node.lastProgressAt && `last progress at ${node.lastProgressAt}`,
			};
		},
		meaning: 'The other nodes make progress and this one does not, so the cause is at this node.',
		nextStep: 'check its log from that time, and its peers',
	},
	behind: {
		component: 'group',
		severity: 'warning',
		holdMs: 60_000,
		keepFiringMs: 10_000,
		frozenBy: ['networkStalled', 'networkPartitioned', 'networkForked', 'answersCached'],
		bad: 'it is behind the other nodes of its network, and not syncing',
		when(input) {
			const { group, node } = input;
			const member = memberOf(input);
			if (member?.position !== 'behind' || node.consensus?.status === 'syncing') return undefined;
			const by = member.behindBy === undefined ? '' : ` by ${member.behindBy}`;
			return {
				message: `behind the other nodes of its network${by}`,
				evidence: group?.heights && `they are at ${group.heights.highest}`,
				value: typeof member.behindBy === 'number' ? member.behindBy : undefined,
			};
		},
		meaning: 'The node lags behind its network, so its answers are out of date.',
		nextStep: 'check whether it catches up; if not, check its peers, disk and clock',
	},
} satisfies Findings;
