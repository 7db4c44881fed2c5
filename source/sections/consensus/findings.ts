import { isIdle } from '../idle.ts';
import type { FindingInput, Findings, Sighting } from '../finding.ts';
import { formatCount, formatMs } from '../../domain/format.ts';
import type { Validator } from '../validators/schema.ts';
import { answeringShare } from './participation.ts';

const minuteMs = 60_000;
/** How much of a node's block interval nothing may move: for a minute, or for ten blocks. */
export const stillIntervals = 10;
const stillSeconds = 60;
/** While the whole network has the trouble, a node's own state adds nothing. */
const frozenBy = ['networkStalled'];

const leastShare = 2 / 3;

/** ` by hotstuff-2: doubleVote`; without validators the types alone. */
function culpritsOf(
	validators: readonly Validator[] = [],
	byType: Readonly<Record<string, unknown>> = {},
): string | undefined {
	const culprits = validators
		.filter(({ byzantine = 0 }) => Number(byzantine) > 0)
		.toSorted((a, b) => Number(b.byzantine) - Number(a.byzantine))
		.slice(0, 4)
		.map(({ validator, name = validator, byzantineBy = {} }) => {
			const types = Object.keys(byzantineBy).join(', ');
			return types === '' ? name : `${name}: ${types}`;
		});
	if (culprits.length > 0) return ` by ${culprits.join('; ')}`;
	const types = Object.entries(byType).filter(([, count]) => Number(count) > 0);
	return types.length === 0 ? undefined : ` (${types.map(([type]) => type).join(', ')})`;
}

/** The time without progress that this node's pace explains. */
function explainedSeconds({ node }: FindingInput): number {
	const intervalSeconds = (node.chain?.blockIntervalMs ?? 0) / 1000;
	return Math.max(stillSeconds, intervalSeconds * stillIntervals);
}

/** So long nothing may become final while something waits, or for ten times what is usual. */
const finalSeconds = 180;

/** What even a first look shows: it calls itself active, has vertices that wait, and its last finality is old. */
function waitsForFinality({ node, nowMs }: FindingInput): Sighting | undefined {
	const { pending = 0, lastFinalizedAt, averageFinalityMs = 0 } = node.consensus ?? {};
	if (lastFinalizedAt === undefined || Number(pending) === 0 || node.chain?.head) return undefined;
	const value = (nowMs - Date.parse(lastFinalizedAt)) / 1000;
	const threshold = Math.max(finalSeconds, (averageFinalityMs / 1000) * stillIntervals);
	if (value < threshold) return undefined;
	return {
		message: `nothing has become final for ${formatMs(Math.floor(value) * 1000)}`,
		evidence: `last at ${lastFinalizedAt}, ${formatCount(pending)} wait`,
		value,
		threshold,
	};
}

export const findings = {
	safetyViolated: {
		component: 'consensus',
		onePer: 'group',
		severity: 'critical',
		condition: {
			value: { increase: 'consensus.safetyViolations', overMs: 5 * minuteMs },
			above: 0,
		},
		holdMs: 0,
		unit: 'count',
		message: 'consensus safety was violated {times} in 5 min',
		meaning:
			'A safety rule of consensus was broken. Do not trust results of this network until the cause is known.',
		nextStep: 'keep the node’s log and data, and inform the network’s operators',
	},
	equivocation: {
		component: 'consensus',
		onePer: 'group',
		severity: 'critical',
		condition: { value: { increase: 'consensus.equivocations', overMs: 5 * minuteMs }, above: 0 },
		holdMs: 0,
		unit: 'count',
		message: 'saw {value|equivocation|equivocations} in 5 min',
		detail({ node }) {
			const names = Object.keys(node.consensus?.equivocationsBy ?? {});
			return names.length === 0 ? undefined : ` by ${names.slice(0, 4).join(' or ')}`;
		},
		meaning:
			'A participant signed two conflicting messages: a software fault, one key on two machines, or an attack.',
		nextStep: 'keep the logs, and inform the network’s operators who signed twice',
	},
	byzantineBehavior: {
		component: 'consensus',
		onePer: 'group',
		severity: 'critical',
		condition: { value: { increase: 'consensus.byzantine', overMs: 5 * minuteMs }, above: 0 },
		// An equivocation is such an act, and its finding says more.
		frozenBy: ['equivocation'],
		holdMs: 0,
		unit: 'count',
		message: 'saw {value|Byzantine act|Byzantine acts} in 5 min',
		detail: ({ node }) => culpritsOf(node.validators?.list, node.consensus?.byzantineByType),
		meaning:
			'A validator voted twice, or sends messages that no honest validator sends: a fault, a key used twice, or an attack.',
		nextStep: 'keep the logs, and tell the network’s operators which validator did what',
	},
	safetyViolatedBefore: {
		component: 'consensus',
		holdMs: 0,
		needs: ['consensus.safetyViolations|consensus.equivocations'],
		frozenBy: ['safetyViolated', 'equivocation'],
		limits: { above: 0 },
		unit: 'count',
		bad: 'a safety violation (warning) or an equivocation (info) since the node started',
		when({ node }) {
			const violations = Number(node.consensus?.safetyViolations ?? 0);
			const equivocations = Number(node.consensus?.equivocations ?? 0);
			if (violations === 0 && equivocations === 0) return undefined;
			const what = violations > 0 ? 'consensus safety was violated' : 'a participant equivocated';
			return {
				// An equivocation is the fault of another: it does not degrade this node once it is over.
				severity: violations > 0 ? 'warning' : 'info',
				message: `${what} since the node started`,
				evidence: [
					...(violations > 0 ? [`safety violations: ${violations}`] : []),
					...(equivocations > 0 ? [`equivocations: ${equivocations}`] : []),
				].join(', '),
				value: violations + equivocations,
				threshold: 0,
			};
		},
		meaning:
			'A safety rule was broken after the node started. It does not happen now, but its cause is still open.',
		nextStep: 'keep the node’s log and data, and inform the network’s operators',
	},
	consensusStalled: {
		component: 'consensus',
		severity: 'critical',
		holdMs: 15_000,
		keepFiringMs: 4000,
		needs: ['consensus.status'],
		frozenBy: [...frozenBy, 'networkPartitioned', 'answersCached'],
		mutes: {
			codes: ['selfReported', 'noProgress', 'standsStill', 'behind', 'headOld'],
			by: 'node',
		},
		bad: 'its consensus is stalled or halted: by its own words, or because nothing was committed for long',
		when({ node }) {
			const status = node.consensus?.status;
			if (status === 'halted') {
				return {
					health: 'down',
					message: 'consensus is halted',
					nextStep: 'look at the node’s log for the reason of the halt before restarting it',
					value: status,
				};
			}
			if (status !== 'stalled') return undefined;
			const at = node.consensus?.lastFinalizedAt ?? node.chain?.head?.at;
			return {
				message: 'consensus is stalled: nothing new becomes final',
				evidence: at && `last at ${at}`,
				value: status,
			};
		},
		meaning: 'Consensus has stopped at this node; nothing new becomes final there.',
		nextStep: 'compare with another node of the same network; then check peers, disk and clock',
	},
	syncing: {
		component: 'consensus',
		severity: 'warning',
		holdMs: 60 * minuteMs,
		keepFiringMs: minuteMs,
		needs: ['consensus.status'],
		frozenBy: [...frozenBy, 'wentBack'],
		bad: 'it is syncing: by its own words, or because its blocks are old or behind those of its peers',
		when({ node }) {
			if (node.consensus?.status !== 'syncing') return undefined;
			const current = node.chain?.head?.number;
			const highest = node.chain?.highestKnown;
			const isKnown = current !== undefined && highest !== undefined;
			return {
				message: 'the node is syncing',
				evidence: isKnown ? `at ${current} of ${highest}` : undefined,
			};
		},
		meaning:
			'The node is catching up with its network. Until it has caught up, its answers are out of date.',
		nextStep: 'wait while the height rises; if it does not, check peers and disk',
	},
	syncStuck: {
		component: 'consensus',
		severity: 'warning',
		condition: {
			where: [{ value: { field: 'consensus.status' }, oneOf: ['syncing'] }],
			value: {
				changes: 'chain.head.number|consensus.height|consensus.round|consensus.finalized',
				overMs: 10 * minuteMs,
			},
			below: 1,
		},
		frozenBy,
		holdMs: minuteMs,
		unit: 'count',
		message: 'is syncing, and has not moved for 10 min',
		meaning: 'The node tries to catch up but makes no progress. Its answers are out of date.',
		nextStep: 'check its peers and its disk',
	},
	noProgress: {
		component: 'consensus',
		severity: 'warning',
		holdMs: 15_000,
		keepFiringMs: 4000,
		needs: ['consensus.status'],
		frozenBy: [...frozenBy, 'answersCached'],
		limits: { atLeast: stillSeconds },
		unit: 'seconds',
		bad: `active, and nothing moved for ${stillSeconds} s or ${stillIntervals} block intervals; or something waits, and by its own time nothing became final for ${finalSeconds} s or ten times its usual time`,
		when(input) {
			const { node, memory, nowMs } = input;
			const { progressAtMs } = memory;
			if (node.consensus?.status !== 'active' || isIdle(node)) return undefined;
			const waiting = waitsForFinality(input);
			if (waiting) return waiting;
			if (progressAtMs === undefined) return undefined;
			const value = (nowMs - progressAtMs) / 1000;
			const threshold = explainedSeconds(input);
			if (value < threshold) return undefined;
			return {
				message: 'nothing has moved',
				evidence: `no change of height, round or finalized for ${formatMs(Math.round(value) * 1000)}`,
				value,
				threshold,
			};
		},
		meaning: 'The node has made no progress for much longer than usual.',
		nextStep: 'compare with another node of the same network',
	},
	finalitySlow: {
		component: 'consensus',
		severity: 'warning',
		condition: {
			value: { field: 'consensus.averageFinalityMs' },
			atLeast: 30_000,
			// An average over what became final lately: while nothing does, other findings say so.
			absentIsUsual: true,
		},
		holdMs: minuteMs,
		keepFiringMs: 30_000,
		unit: 'ms',
		message: 'finality is slow: average {value}',
		meaning: 'Users wait longer for final results.',
		nextStep: 'check the latency to peers and the number of pending vertices',
	},
	viewTimeouts: {
		component: 'consensus',
		condition: {
			value: {
				increase: 'consensus.timeouts',
				overMs: 2 * minuteMs,
				per: 'consensus.view|consensus.round|consensus.height',
			},
			above: { warning: 0.15, clear: 0.1 },
		},
		frozenBy,
		holdMs: 30_000,
		unit: 'ratio',
		message: '{value} of its views end by timeout',
		meaning:
			'Leaders do not answer in time: some are down, slow or far away. Each timeout delays consensus.',
		nextStep: 'find which leaders are missing, and check the latency to them',
	},
	viewChanges: {
		component: 'consensus',
		condition: {
			value: { rate: 'consensus.viewChanges', overMs: 2 * minuteMs },
			above: { warning: 1, clear: 0.5 },
		},
		holdMs: 30_000,
		unit: 'perSecond',
		message: 'views change at {value}',
		meaning:
			'The leader changes often, so the group spends its time on elections instead of blocks.',
		nextStep: 'see the reasons of view changes on the Consensus screen',
	},
	// From etcd's own alerts (etcd-mixin, etcdHighNumberOfLeaderChanges). Where views follow each other
	// within seconds a change of view loses nothing: there viewTimeouts and viewChanges decide.
	leaderChanges: {
		component: 'consensus',
		severity: 'warning',
		condition: {
			where: [{ value: { increase: 'consensus.view', overMs: 15 * minuteMs }, below: 60 }],
			value: { increase: 'consensus.viewChanges', overMs: 15 * minuteMs },
			atLeast: 4,
		},
		holdMs: 0,
		unit: 'count',
		message: 'its group lost its leader {times} in 15 min',
		meaning:
			'Without a leader the group accepts no writes. Members lose their connections, or answer too slowly.',
		nextStep: 'check the latency between the members, their disks and their load',
	},
	participationLow: {
		component: 'consensus',
		severity: 'critical',
		check: 'consensus.participation',
		// Without two thirds no group that tolerates faulty members decides anything.
		limits: { below: { critical: leastShare } },
		frozenBy,
		holdMs: 45_000,
		keepFiringMs: 45_000,
		unit: 'ratio',
		contradictedBy: (input) => (answeringShare(input) ?? 0) >= leastShare,
		meaning:
			'Without two thirds of the validators consensus stops. Just above two thirds, one more loss stops it.',
		nextStep: 'find which validators are missing, and check the latency to them',
	},
	roundsStalled: {
		component: 'consensus',
		severity: 'warning',
		check: 'consensus.stalledRounds',
		limits: { atLeast: 3 },
		frozenBy: [...frozenBy, 'networkPartitioned'],
		holdMs: 45_000,
		keepFiringMs: 10_000,
		unit: 'count',
		contradictedBy: ({ node }, { lastCheckAt }) =>
			Date.parse(node.consensus?.lastFinalizedAt ?? '') > Date.parse(lastCheckAt),
		bad: '3 rounds or more pass in 60 s, and nothing becomes final though something waits',
		meaning: 'Rounds pass but nothing becomes final: votes do not reach enough members in time.',
		nextStep: 'check whether enough validators take part, and the latency to them',
	},
} satisfies Findings;
