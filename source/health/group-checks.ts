import type { GroupMember } from '../sections/group/schema.ts';
import { formatNames } from '../domain/format.ts';
import type { Check, CheckInput } from './check.ts';

/** What other nodes of the same network show about this one. */
function memberOf({ node, group }: CheckInput): GroupMember | undefined {
	return group?.members.find((member) => member.node === node.target.name);
}

export const forked: Check = {
	code: 'forked',
	component: 'group',
	run(input) {
		if (input.group?.state !== 'forked' || memberOf(input)?.position !== 'forked') return undefined;
		const { message, evidence, nextStep } = input.group;
		return {
			severity: 'critical',
			message: `${input.node.chain ? 'follows another chain' : 'holds other vertices for final'}: ${message}`,
			evidence,
			nextStep,
		};
	},
};

export const partitioned: Check = {
	code: 'partitioned',
	component: 'group',
	run(input) {
		const { group } = input;
		const side = memberOf(input)?.side;
		if (group?.state !== 'partitioned' || side === undefined) return undefined;
		const others = (group.sides ?? []).filter((_, index) => index !== side).flat();
		return {
			severity: 'critical',
			message: `cut off from ${formatNames(others)}`,
			evidence: group.evidence,
			nextStep: group.nextStep,
		};
	},
};

/** One finding stands for the whole network; the document's alerts tell it once, for the group. */
export const networkStalled: Check = {
	code: 'networkStalled',
	component: 'group',
	run(input) {
		const { group, node } = input;
		if (group?.state !== 'stalled' || memberOf(input)?.position !== 'stalled') return undefined;
		const reasons = node.selfReport?.reasons.join('; ');
		return {
			severity: 'critical',
			health: node.consensus?.status === 'halted' ? 'down' : 'degraded',
			message: 'the whole network stands still, not this node alone',
			evidence: reasons === undefined || reasons === '' ? group.message : reasons,
			nextStep: group.nextStep,
		};
	},
};

export const behind: Check = {
	code: 'behind',
	component: 'group',
	run(input) {
		const { group, node } = input;
		const member = memberOf(input);
		if (member?.position !== 'behind' || node.consensus?.status === 'syncing') return undefined;
		const by = member.behindBy === undefined ? '' : ` by ${member.behindBy}`;
		return {
			severity: 'warning',
			message: `behind the other nodes of its network${by}`,
			evidence: group?.heights && `they are at ${group.heights.highest}`,
			nextStep: 'see whether it catches up; if not, check its peers, disk and clock',
		};
	},
};

export const standsStill: Check = {
	code: 'standsStill',
	component: 'group',
	run(input) {
		const { group, node } = input;
		const isAlone = group?.state === 'agreed' || group?.state === 'lagging';
		const isSelfTold = node.consensus?.status === 'stalled' || node.consensus?.status === 'halted';
		if (!isAlone || isSelfTold || memberOf(input)?.position !== 'stalled') return undefined;
		return {
			severity: 'warning',
			message: 'stands still while its network goes on',
			evidence: node.lastProgressAt && `last progress at ${node.lastProgressAt}`,
			nextStep: 'look at its log around that time, and at its peers',
		};
	},
};

export const clockSkewed: Check = {
	code: 'clockSkewed',
	component: 'group',
	run({ node, group }) {
		if (group?.clock?.outliers.includes(node.target.name) !== true || !node.clock) return undefined;
		const { offsetMs, uncertaintyMs } = node.clock;
		return {
			severity: 'warning',
			message: `its clock is ${offsetMs < 0 ? 'behind' : 'ahead of'} the other nodes’`,
			evidence: `${(offsetMs / 1000).toFixed(1)} s against ours, ± ${(uncertaintyMs / 1000).toFixed(1)} s`,
			nextStep: 'check its time service: timedatectl, chronyc tracking',
		};
	},
};

export const groupChecks: readonly Check[] = [
	partitioned,
	forked,
	networkStalled,
	standsStill,
	behind,
	clockSkewed,
];
