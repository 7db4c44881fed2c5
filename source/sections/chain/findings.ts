import { stillIntervals } from '../consensus/findings.ts';
import { formatCount, formatMs } from '../../domain/format.ts';
import { newestAt } from '../derived.ts';
import type { Findings, Sighting } from '../finding.ts';
import { inTurnStep } from '../identity/findings.ts';
import type { RisingPlace } from '../node-memory.ts';
import type { NodeSnapshot } from '../snapshot.ts';
import { isDevelopmentChain, isIdle } from '../idle.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const headAgeSeconds = 180;
/** Clocks of block producers differ by seconds; Ethereum's rules allow 15. */
const futureSeconds = 60;

const placeWords: Readonly<Record<RisingPlace, string>> = {
	head: 'the head',
	height: 'the height',
	view: 'the view',
	round: 'the round',
	finalized: 'finality',
};

/** Blocks before an upgrade: an hour or two of most chains. */
const upgradeNearBlocks = 1000;

/** Two figures of a log in motion are read one after the other. */
const inMotion = 100;

/** What a replicated log never shows: more is applied than was ever decided. */
function appliedAboveCommitted(consensus: NodeSnapshot['consensus']): Sighting | undefined {
	const { applied, height } = consensus ?? {};
	if (applied === undefined || height === undefined) return undefined;
	if (BigInt(applied) - BigInt(height) <= BigInt(inMotion)) return undefined;
	return {
		message: 'it has applied more than is committed, which cannot be',
		evidence: `applied ${formatCount(applied)}, committed ${formatCount(height)}`,
	};
}

export const findings = {
	upgradeDue: {
		component: 'chain',
		holdMs: 0,
		needs: ['chain.head.number'],
		limits: { below: { warning: upgradeNearBlocks, critical: 1 } },
		unit: 'count',
		bad: `fewer than ${upgradeNearBlocks} blocks are left until the chain waits for an upgrade`,
		when({ node: { chain } }) {
			const head = Number(chain?.head?.number);
			const height = Number(chain?.upgradeHeight);
			const left = height - head;
			if (Number.isNaN(left) || left > upgradeNearBlocks) return undefined;
			const name = chain?.upgradeName ?? 'an upgrade';
			const isThere = left <= 1;
			return {
				severity: isThere ? 'critical' : 'warning',
				message: isThere
					? `the chain waits for ${name} at height ${height}`
					: `${name} is due at height ${height}, in ${left} blocks`,
				value: Math.max(0, left),
				threshold: isThere ? 1 : upgradeNearBlocks,
			};
		},
		meaning:
			'At this height every node stops until it runs the new version. A validator that is late misses blocks.',
		nextStep: 'have the new version ready, or in cosmovisor’s folder, before that height',
	},
	wentBack: {
		component: 'chain',
		severity: 'warning',
		holdMs: 0,
		keepFiringMs: 10_000,
		frozenBy: ['chainChanged'],
		mutes: { codes: ['syncing', 'syncStuck', 'behind', 'noProgress'], by: 'node' },
		needs: ['chain.head.number|consensus.height|consensus.view|consensus.round'],
		bad: 'head or height fell by more than 2 blocks; view, round or finality fell at all',
		when({ memory: { setback } }) {
			if (!setback) return undefined;
			const { of, by, from, to, times } = setback;
			const what = placeWords[of];
			const evidence = `from ${formatCount(from)} to ${formatCount(to)}`;
			if (times < 2) {
				return { message: `${what} went back by ${formatCount(by)}`, evidence, value: Number(by) };
			}
			return {
				message: `${what} went back ${times} times in 10 min, last by ${formatCount(by)}`,
				evidence: `${evidence}; then it was higher again, as where several backends answer in turn`,
				value: Number(by),
				nextStep: inTurnStep,
			};
		},
		meaning:
			'A number that only rises has fallen: data was lost or restored, another node answers, or the chain was reorganised.',
		nextStep: 'check whether the node was restored, reset or replaced; compare with another node',
	},
	finalizedAboveHead: {
		component: 'chain',
		severity: 'warning',
		holdMs: 15_000,
		keepFiringMs: 10_000,
		needs: ['chain.head.number|consensus.height', 'chain.finalized.number|consensus.applied'],
		bad: `the finalized or the safe block is above the head, or more than ${inMotion} entries are applied that are not committed`,
		when({ node: { chain, consensus } }) {
			const { head, finalized, safe } = chain ?? {};
			if (!head) return appliedAboveCommitted(consensus);
			const above = [
				{ block: finalized, word: 'finalized' },
				{ block: safe, word: 'safe' },
			].find(({ block }) => block && BigInt(block.number) > BigInt(head.number));
			if (!above?.block) return undefined;
			return {
				message: `its ${above.word} block is above its head, which cannot be`,
				evidence: `${above.word} ${formatCount(above.block.number)}, head ${formatCount(head.number)}`,
			};
		},
		meaning:
			'The answers contradict each other. They may come from different nodes, or from a cache.',
		nextStep: 'check for a cache or a load balancer in front of the node; then check its database',
	},
	ownParent: {
		component: 'chain',
		severity: 'warning',
		holdMs: 0,
		keepFiringMs: 10_000,
		bad: 'a block or vertex names itself as its parent',
		when({ node }) {
			const id = ownParentIn(node);
			if (id === undefined) return undefined;
			return { message: 'a block names itself as its parent, which cannot be', evidence: id };
		},
		meaning: 'The answers do not form a chain: the data is damaged or invented.',
		nextStep: 'do not trust its answers; check what runs there, and its database',
	},
	timeInFuture: {
		component: 'chain',
		frozenBy: ['ownClock'],
		severity: 'warning',
		holdMs: 30_000,
		keepFiringMs: 10_000,
		bad: `its newest block is dated more than ${futureSeconds} s ahead of this machine`,
		when({ node, nowMs }) {
			const at = newestAt(node);
			if (at === undefined || isDevelopmentChain(node)) return undefined;
			const seconds = Math.floor((Date.parse(at) - nowMs) / 1000);
			if (seconds <= futureSeconds) return undefined;
			return {
				message: `its newest block is dated ${formatMs(seconds * 1000)} in the future`,
				evidence: `${at}; its age is unknown`,
				value: seconds,
				threshold: futureSeconds,
			};
		},
		unit: 'seconds',
		meaning: 'A clock is wrong: that of the block’s producer, of the node, or of this machine.',
		nextStep: 'check the clock of this machine first (timedatectl), then that of the node',
	},
	headOld: {
		component: 'chain',
		condition: {
			value: { age: 'chain.head.at' },
			above: { warning: headAgeSeconds, critical: 1800, clear: 120 },
		},
		frozenBy: ['networkStalled', 'ownClock', 'answersCached'],
		/** Without peers, while it syncs or has nothing to do, an old block is explained already. */
		unless: ({ node }) =>
			node.network?.peers === 0 ||
			node.consensus?.status === 'syncing' ||
			isDevelopmentChain(node) ||
			isIdle(node),
		/** Slow chains may be still for ten of their blocks. */
		stretch({ node }) {
			const intervalSeconds = (node.chain?.blockIntervalMs ?? 0) / 1000;
			return Math.max(1, (intervalSeconds * stillIntervals) / headAgeSeconds);
		},
		holdMs: 30_000,
		keepFiringMs: 4000,
		unit: 'seconds',
		message: 'its newest block is {value} old',
		bad: `thresholds grow where ${stillIntervals} block intervals are longer; not while it syncs or has no peers`,
		meaning: 'The node has peers but receives no new blocks, so its answers are out of date.',
		nextStep: 'compare with another node; then check its peers and its clock',
	},
	blockTime: {
		component: 'chain',
		condition: {
			value: { average: 'chain.blockIntervalMs', overMs: 5 * minuteMs, baselineMs: hourMs },
			above: { warning: 3, clear: 2 },
		},
		holdMs: minuteMs,
		message: 'blocks take {value} times as long as in the last hour',
		meaning: 'Block producers are missing or slow, so transactions wait longer.',
		nextStep: 'check whether block producers are missing; compare with another node',
	},
	finalityStuck: {
		component: 'chain',
		severity: 'warning',
		condition: {
			where: [
				{ value: { changes: 'chain.head.number', overMs: hourMs }, above: 10 },
				{ value: { field: 'chain.finalized.number' }, above: 0 },
			],
			value: { changes: 'chain.finalized.number', overMs: hourMs },
			below: 1,
		},
		holdMs: minuteMs,
		unit: 'count',
		message: 'blocks come, and none has become final for 45 min or more',
		meaning:
			'New blocks arrive but none becomes final, so transactions may still be undone. Usually validators of the network are missing.',
		nextStep:
			'compare with another node; if finality stands still there too, validators of the network are missing',
	},
	reorg: {
		component: 'chain',
		severity: 'warning',
		frozenBy: ['chainChanged'],
		condition: {
			where: [{ value: { field: 'chain.reorgs.lastDepth' }, atLeast: 3, absentIsGood: true }],
			value: { increase: 'chain.reorgs.count', overMs: 10 * minuteMs },
			above: 0,
			absentIsGood: true,
		},
		holdMs: 0,
		unit: 'count',
		message: 'replaced 3 blocks or more, {times} in 10 min',
		meaning: 'Blocks were undone. Transactions with few confirmations may be void.',
		nextStep: 'wait for more confirmations; compare with other nodes',
	},
} satisfies Findings;

/** The id of a block or vertex that is its own parent. */
function ownParentIn({ chain, dag }: Pick<NodeSnapshot, 'chain' | 'dag'>): string | undefined {
	const { hash, parentHash } = chain?.head ?? {};
	if (hash !== undefined && hash === parentHash) return hash;
	return dag?.recent?.find(({ id, parents }) => parents.includes(id))?.id;
}
