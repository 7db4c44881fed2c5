import { formatMs, formatNames } from '../../domain/format.ts';
import { isAloneByDesign } from '../../sections/idle.ts';
import { noPeers } from '../checks.ts';
import { partitioned } from '../group-checks.ts';
import { thresholds } from '../thresholds.ts';
import { asJudged, byValues, troubled, unseen, well } from './component-check.ts';
import type { ComponentCheck, ComponentInput, Outcome } from './component-check.ts';

const peers: ComponentCheck = {
	component: 'network',
	name: 'peers',
	issue: 'fewPeers',
	run(input) {
		const count = input.node.network?.peers;
		if (count === undefined) return unseen('the node does not tell its peers');
		const warning = leastPeers(input);
		const values = [
			{ name: 'peers', value: count, unit: 'count', trouble: 'below', warning } as const,
		];
		const finding = noPeers.run(input);
		if (finding) return troubled(finding, values, noPeers.code);
		return byValues(
			values,
			{
				message: `few peers ${count} < ${warning}`,
				nextStep: 'check the P2P port, the firewall and the boot nodes; or set minPeers',
			},
			count === 1 ? '1 peer' : `${count} peers`,
		);
	},
};

/** As configured; else three, or all there are where the network is known to be smaller. */
function leastPeers({ target, node }: ComponentInput): number {
	if (target.minPeers !== undefined) return target.minPeers;
	if (isAloneByDesign(node)) return 0;
	const validators = node.consensus?.validators;
	return validators === undefined || validators === 0
		? thresholds.minPeers
		: Math.min(thresholds.minPeers, validators - 1);
}

const propagation: ComponentCheck = {
	component: 'network',
	name: 'propagation',
	issue: 'propagationSlow',
	run({ node }) {
		const ms = node.network?.latencyMs?.p50 ?? node.network?.latencyMs?.avg;
		if (ms === undefined) return unseen('the node does not tell how far its peers are');
		const warning = thresholds.peerLatencyWarningMs / 1000;
		return byValues(
			[{ name: 'peerLatency', value: ms / 1000, unit: 'seconds', trouble: 'above', warning }],
			{
				message: `half of its peers are further than ${formatMs(ms)}`,
				nextStep: 'compare with other nodes: it is its own line if theirs are near',
			},
			`half of its peers within ${formatMs(ms)}`,
		);
	},
};

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
		const warning = thresholds.churnWarningRatio;
		const isFew = left < thresholds.churnLeast;
		const seconds = Math.round((noted.atMs - (notedBefore?.atMs ?? noted.atMs)) / 1000);
		const message = `${left} of ${before.size} peers left in ${seconds} s`;
		return byValues(
			[{ name: 'churn', value, unit: 'ratio', ...(!isFew && { trouble: 'above', warning }) }],
			{ message, nextStep: 'check its line and its P2P port; see who left on the Network screen' },
			message,
		);
	},
};

const partition: ComponentCheck = {
	component: 'network',
	name: 'partition',
	issue: partitioned.code,
	run(input): Outcome {
		const { group, node } = input;
		if (!group || group.members.length < 2) {
			return unseen('no other node of its network is watched');
		}
		if (group.state === 'unknown') return unseen(group.message);
		const others = group.members
			.map((member) => member.node)
			.filter((name) => name !== node.target.name);
		return asJudged(partitioned, input, `not cut off from ${formatNames(others)}`);
	},
};

export const networkComponent: readonly ComponentCheck[] = [peers, propagation, churn, partition];
