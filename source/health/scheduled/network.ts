import { formatMs, formatNames } from '../../domain/format.ts';
import { isAloneByDesign } from '../../sections/idle.ts';
import { findings } from '../../sections/network/findings.ts';
import { asJudged, byValues, unseen, well } from './component-check.ts';
import type { ComponentCheck, ComponentInput, Outcome } from './component-check.ts';

const peers: ComponentCheck = {
	component: 'network',
	name: 'peers',
	issue: 'peersFew',
	run(input) {
		const count = input.node.network?.peers;
		if (count === undefined) return unseen('the node does not report its peers');
		const warning = leastPeers(input);
		const values = [
			{ name: 'peers', value: count, unit: 'count', trouble: 'below', warning } as const,
		];
		if (input.issues.some(({ code }) => code === 'peersNone')) {
			return asJudged('peersNone', input, '', values);
		}
		return byValues(
			values,
			{
				message: `few peers ${count} < ${warning}`,
				nextStep: findings.peersFew.nextStep,
			},
			count === 1 ? '1 peer' : `${count} peers`,
		);
	},
};

/** As configured; else three, or all there are where the network is known to be smaller. */
function leastPeers({ target, node, group }: ComponentInput): number {
	if (target.minPeers !== undefined) return target.minPeers;
	if (isAloneByDesign(node)) return 0;
	const validators = node.consensus?.validators;
	const least = Math.min(findings.peersFew.limits.below, watchedPeers(node, group));
	return validators === undefined || validators === 0 ? least : Math.min(least, validators - 1);
}

/** The other nodes of a network that goes on, where the peers of this node are as many: they are the network. */
function watchedPeers({ network }: ComponentInput['node'], group: ComponentInput['group']): number {
	const others = (group?.members.length ?? 0) - 1;
	return group && goesOn(group) && others > 0 && network?.peers === others
		? others
		: Number.POSITIVE_INFINITY;
}

/** A network that is not compared yet, as after a start, goes on as long as all of its nodes answer. */
function goesOn({ state, members }: NonNullable<ComponentInput['group']>): boolean {
	if (state === 'unknown') return members.every(({ position }) => position !== 'unreachable');
	return state === 'agreed' || state === 'lagging';
}

const propagation: ComponentCheck = {
	component: 'network',
	name: 'propagation',
	issue: 'peerLatencyHigh',
	run(input) {
		const { p50, avg } = input.node.network?.latencyMs ?? {};
		const ms = p50 ?? avg;
		if (ms === undefined) return unseen('the node does not report the latency of its peers');
		const warning = findings.peerLatencyHigh.condition.above.warning / 1000;
		return asJudged('peerLatencyHigh', input, `half of its peers within ${formatMs(ms)}`, [
			{ name: 'peerLatency', value: ms / 1000, unit: 'seconds', trouble: 'above', warning },
		]);
	},
};

/** Half of a few peers is nothing. */
const churnLeast = 4;

/** Of the peers at the check before, those that left. */
const churn: ComponentCheck = {
	component: 'network',
	name: 'churn',
	issue: 'peersChurn',
	run({ noted, notedBefore }) {
		if (noted.peerIds === undefined) return unseen('the node does not list all of its peers');
		const before = notedBefore?.peerIds;
		if (before === undefined) return unseen('known from the second check on');
		if (before.size === 0) return well('there was no peer to leave');
		const { peerIds } = noted;
		const left = [...before].filter((id) => !peerIds.has(id)).length;
		const value = left / before.size;
		const warning = findings.peersChurn.limits.above;
		const isFew = left < churnLeast;
		const seconds = Math.round((noted.atMs - (notedBefore?.atMs ?? noted.atMs)) / 1000);
		const message = `${left} of ${before.size} peers left in ${formatMs(seconds * 1000)}`;
		return byValues(
			[{ name: 'churn', value, unit: 'ratio', ...(!isFew && { trouble: 'above', warning }) }],
			{ message, nextStep: findings.peersChurn.nextStep },
			message,
		);
	},
};

const partition: ComponentCheck = {
	component: 'network',
	name: 'partition',
	issue: 'networkPartitioned',
	run(input): Outcome {
		const { group, node } = input;
		if (!group || group.members.length < 2) {
			return unseen('no other node of its network is watched');
		}
		if (group.state === 'unknown') return unseen(group.message);
		const others = group.members
			.map((member) => member.node)
			.filter((name) => name !== node.target.name);
		return asJudged('networkPartitioned', input, `not cut off from ${formatNames(others)}`);
	},
};

export const networkComponent: readonly ComponentCheck[] = [peers, propagation, churn, partition];
