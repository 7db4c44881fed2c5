import { formatCountOf } from '../domain/format.ts';
import type { Cause, DiagnosisInput, Evidence } from './case.ts';
import { evidenceOf, hasIssue } from './issues.ts';

const says = (weight: Evidence['weight'], text: string): Evidence => ({ weight, text });

export const syncing: Cause = {
	code: 'syncing',
	place: 'node',
	title: 'the node is still catching up',
	disproof: 'its head is that of its peers',
	weigh({ node }) {
		const found = evidenceOf(node, { syncing: 4, syncStuck: 1 });
		return found.length === 0 ? undefined : { for: found, against: [] };
	},
	next: () => ['wait; watch the distance on the Consensus screen'],
};

/** Blocks this much younger than what is final show that the head went on. */
const finalityLagMs = 3 * 60_000;

/** Whether its head is of now and well past what became final last. */
function onlyFinalityStands({ node, nowMs }: DiagnosisInput): boolean {
	const headMs = Date.parse(node.chain?.head?.at ?? '');
	const finalMs = Date.parse(node.consensus?.lastFinalizedAt ?? '');
	return nowMs - headMs < finalityLagMs && headMs - finalMs > finalityLagMs;
}

export const finalityStands: Cause = {
	code: 'finalityStands',
	place: 'chain',
	title: 'blocks come, but nothing new becomes final',
	disproof: 'the finalized block moves',
	weigh(input) {
		if (!onlyFinalityStands(input)) return undefined;
		const found = evidenceOf(input.node, { consensusStalled: 4, noProgress: 1, finalityStuck: 4 });
		return found.length === 0 ? undefined : { for: found, against: [] };
	},
	next: () => [
		'the finalized block of another node of its network',
		'where it stands there too, validators of the network are missing: its status channel',
	],
};

const stillWeights = {
	behind: 4,
	standsStill: 4,
	consensusStalled: 2,
	noProgress: 2,
	headOld: 2,
} as const;
const isMoving: ReadonlySet<string> = new Set(['level', 'ahead']);

export const standsStill: Cause = {
	code: 'standsStill',
	place: 'node',
	title: 'the node’s head does not move',
	disproof: 'height, round or finalized moves',
	weigh(input) {
		const { node, fleet, group } = input;
		// The network's own cause says it, and this one would say that the others go on.
		if (group?.state === 'partitioned' || group?.state === 'stalled') return undefined;
		const { consensusStalled: _stalled, noProgress: _noProgress, ...ofHead } = stillWeights;
		const found = evidenceOf(node, onlyFinalityStands(input) ? ofHead : stillWeights);
		if (found.length === 0) return undefined;
		const others = fleet.filter(
			({ target }) => target.name !== node.target.name && group?.nodes.includes(target.name),
		);
		const still = others.filter((other) => hasIssue(other, Object.keys(stillWeights)));
		const moving = (group?.members ?? []).filter(
			(member) => member.node !== node.target.name && isMoving.has(member.position),
		);
		return {
			for: [
				...found,
				...(moving.length > 0
					? [
							says(
								2,
								formatCountOf(
									moving.length,
									'node of its network goes on',
									'nodes of its network go on',
								),
							),
						]
					: []),
			],
			against:
				others.length > 0 && still.length === others.length && !hasIssue(node, ['behind'])
					? [says(4, 'no node of its network goes on')]
					: [],
		};
	},
	next: () => ['its log around the time of its last progress', 'its peers'],
	lastStep: 'where both show nothing, a restart of this node alone',
};
