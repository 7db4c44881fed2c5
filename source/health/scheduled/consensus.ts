import { formatDuration, formatMs, formatRatio } from '../../domain/format.ts';
import { consensusTroubled, finalitySlow, noProgress, safetyViolated } from '../checks.ts';
import { isDevelopmentChain } from '../../sections/idle.ts';
import type { CheckValue } from '../../sections/health/component-health.ts';
import { thresholds } from '../thresholds.ts';
import { asJudged, byValues, troubled, unseen, well } from './component-check.ts';
import type { ComponentCheck, ComponentInput, Outcome } from './component-check.ts';
import { numberOf } from './observations.ts';

const status: ComponentCheck = {
	component: 'consensus',
	name: 'status',
	issue: consensusTroubled.code,
	run(input) {
		const said = input.node.consensus?.status;
		if (said === undefined || said === 'unknown') {
			return unseen('the node does not say whether it takes part');
		}
		return asJudged(consensusTroubled, input, said);
	},
};

/** By the age of the newest block where there is one, else by what moved while watched. */
const progress: ComponentCheck = {
	component: 'consensus',
	name: 'progress',
	issue: 'headOld',
	run(input) {
		const { node, nowMs, memory } = input;
		const still = noProgress.run(input);
		if (still) return troubled(still, ageValues(input), noProgress.code);
		const at = node.chain?.head?.at;
		if (at !== undefined) return judgeHead(input, at);
		const movedAt = memory.progressAtMs ?? parseTime(node.consensus?.lastFinalizedAt);
		if (movedAt === undefined) return unseen('nothing moved yet while watched');
		return well(`moved ${formatDuration((nowMs - movedAt) / 1000)} ago`, ageValues(input));
	},
};

function judgeHead(input: ComponentInput, at: string): Outcome {
	const { node } = input;
	if (isDevelopmentChain(node)) {
		return unseen('a development chain alone makes blocks when asked');
	}
	const age = `newest block ${formatDuration(ageSeconds(at, input.nowMs))} old`;
	// Without peers, or while it syncs, an old block is what it says already.
	if (node.network?.peers === 0 || node.consensus?.status === 'syncing') {
		return well(age, ageValues(input, 'untroubled'));
	}
	return byValues(
		ageValues(input),
		{
			message: age,
			evidence: `of ${at}`,
			nextStep: 'compare with another node; then check its peers and its clock',
		},
		age,
	);
}

/** The age of the newest block; of the last move where blocks have no time. */
function ageValues({ node, memory, nowMs }: ComponentInput, mode?: 'untroubled'): CheckValue[] {
	const at = node.chain?.head?.at;
	if (at === undefined) {
		const movedAt = memory.progressAtMs ?? parseTime(node.consensus?.lastFinalizedAt);
		if (movedAt === undefined) return [];
		const value = Math.max(0, (nowMs - movedAt) / 1000);
		return [{ name: 'progressAge', value, unit: 'seconds' }];
	}
	const value = ageSeconds(at, nowMs);
	if (mode === 'untroubled') return [{ name: 'headAge', value, unit: 'seconds' }];
	const intervalSeconds = (node.chain?.blockIntervalMs ?? 0) / 1000;
	const warning = Math.max(
		thresholds.headAgeWarningSeconds,
		intervalSeconds * thresholds.noProgressIntervals,
	);
	const critical = Math.max(
		thresholds.headAgeCriticalSeconds,
		10 * intervalSeconds * thresholds.noProgressIntervals,
	);
	return [{ name: 'headAge', value, unit: 'seconds', trouble: 'above', warning, critical }];
}

function ageSeconds(at: string, nowMs: number): number {
	return Math.max(0, (nowMs - Date.parse(at)) / 1000);
}

function parseTime(at: string | undefined): number | undefined {
	return at === undefined ? undefined : Date.parse(at);
}

/** By the views that end by timeout, and where all voters are watched, by who of them answers. */
const participation: ComponentCheck = {
	component: 'consensus',
	name: 'participation',
	issue: 'participationLow',
	run(input) {
		const values = [...timeoutsRatio(input), ...presentRatio(input)];
		if (values.length === 0) {
			return unseen('the node counts no timeouts, and not all who vote are watched');
		}
		const shown = values.map(({ name, value }) =>
			name === 'timeouts'
				? `${formatRatio(value)} of views timed out`
				: `${formatRatio(value)} of those who vote answer`,
		);
		return byValues(
			values,
			{
				message: shown.join(', '),
				nextStep: 'see which validators are missing, and the latency to them',
			},
			shown.join(', '),
		);
	},
};

function timeoutsRatio({ noted, notedBefore }: ComponentInput): CheckValue[] {
	const { timeouts, views } = noted;
	if (timeouts === undefined || views === undefined) return [];
	if (notedBefore?.timeouts === undefined || notedBefore.views === undefined) return [];
	const passed = views - notedBefore.views;
	const ended = timeouts - notedBefore.timeouts;
	// A counter that fell was started anew; where no view passed there is no share.
	if (passed <= 0 || ended < 0) return [];
	const warning = thresholds.timeoutsWarningRatio;
	return [{ name: 'timeouts', value: ended / passed, unit: 'ratio', trouble: 'above', warning }];
}

/** Only who does not answer is surely absent; while our own connection is lost, nobody is. */
function presentRatio({ node, group, witness }: ComponentInput): CheckValue[] {
	const validators = node.consensus?.validators ?? 0;
	if (!group || validators === 0 || group.members.length < validators) return [];
	if (witness?.verdict === 'us') return [];
	const present = group.members.filter(({ position }) => position !== 'unreachable').length;
	const critical = thresholds.participationCriticalRatio;
	const value = Math.min(1, present / validators);
	return [{ name: 'participation', value, unit: 'ratio', trouble: 'below', critical }];
}

const finalityTime: ComponentCheck = {
	component: 'consensus',
	name: 'finalityTime',
	issue: finalitySlow.code,
	run(input) {
		const ms = input.node.consensus?.averageFinalityMs;
		if (ms === undefined) return unseen('the node does not tell how long finality takes');
		const warning = thresholds.finalityWarningMs / 1000;
		return asJudged(finalitySlow, input, `average ${formatMs(ms)}`, [
			{ name: 'finalityTime', value: ms / 1000, unit: 'seconds', trouble: 'above', warning },
		]);
	},
};

/** Rounds or views that pass while nothing becomes final. */
const stalledRounds: ComponentCheck = {
	component: 'consensus',
	name: 'stalledRounds',
	issue: 'roundsStalled',
	run({ node, recent, target }) {
		const wanted = Math.ceil(thresholds.stalledRoundsMs / target.intervalMs) + 1;
		const metric = node.consensus?.view === undefined ? 'consensus.round' : 'consensus.view';
		const rounds = recent.last(metric, wanted).filter((value) => !Number.isNaN(value));
		const finals = recent.last('finalized', wanted).filter((value) => !Number.isNaN(value));
		const [oldestRound] = rounds;
		const [oldestFinal] = finals;
		if (oldestRound === undefined || oldestFinal === undefined) {
			return unseen('the node does not tell both its rounds and what is final');
		}
		if (Math.min(rounds.length, finals.length) < wanted) {
			return unseen(`not watched for ${formatMs(thresholds.stalledRoundsMs)} yet`);
		}
		const passed = Math.max(0, (rounds.at(-1) ?? oldestRound) - oldestRound);
		const isMoving = finals.some((value) => value !== oldestFinal);
		const stalled = isMoving ? 0 : passed;
		const values: CheckValue[] = [{ name: 'stalledRounds', value: stalled, unit: 'count' }];
		const isIdle = numberOf(node.consensus?.pending ?? node.dag?.pending) === 0;
		if (isMoving || isIdle || stalled < thresholds.stalledRoundsLeast) {
			return well(isIdle ? 'nothing waits to become final' : 'rounds lead to finality', values);
		}
		return troubled(
			{
				severity: 'warning',
				message: `${stalled} rounds passed, and nothing became final`,
				nextStep: 'see whether enough validators take part, and the latency to them',
			},
			values,
		);
	},
};

const safety: ComponentCheck = {
	component: 'consensus',
	name: 'safety',
	issue: safetyViolated.code,
	run(input) {
		const { safetyViolations, equivocations } = input.node.consensus ?? {};
		if (safetyViolations === undefined && equivocations === undefined) {
			return unseen('the node counts neither violations nor equivocations');
		}
		const total = (numberOf(safetyViolations) ?? 0) + (numberOf(equivocations) ?? 0);
		return asJudged(safetyViolated, input, 'none violated', [
			{ name: 'violations', value: total, unit: 'counter', trouble: 'above', critical: 0 },
		]);
	},
};

export const consensusComponent: readonly ComponentCheck[] = [
	status,
	progress,
	participation,
	finalityTime,
	stalledRounds,
	safety,
];
