import { formatMs, formatRatio } from '../../domain/format.ts';
import { findings as chain } from '../../sections/chain/findings.ts';
import { findings } from '../../sections/consensus/findings.ts';
import { answeringShare } from '../../sections/consensus/participation.ts';
import { isDevelopmentChain } from '../../sections/idle.ts';
import type { CheckValue } from '../../sections/health/component-health.ts';
import { asJudged, byValues, troubled, unseen, well, worstOf } from './component-check.ts';
import type { ComponentCheck, ComponentInput } from './component-check.ts';
import { numberOf } from './observations.ts';

const status: ComponentCheck = {
	component: 'consensus',
	name: 'status',
	issue: 'consensusStalled',
	run(input) {
		const reported = input.node.consensus?.status;
		if (reported === undefined || reported === 'unknown') {
			return unseen('the node does not say whether it takes part');
		}
		const code = reported === 'syncing' ? 'syncing' : 'consensusStalled';
		return asJudged(code, input, reported, [], reported === 'halted' ? 'down' : undefined);
	},
};

/** By the age of the newest block where there is one, else by what moved while watched. */
const progress: ComponentCheck = {
	component: 'consensus',
	name: 'progress',
	issue: 'headOld',
	run(input) {
		const { node, nowMs, memory, issues } = input;
		if (issues.some(({ code }) => code === 'noProgress')) {
			return asJudged('noProgress', input, '', ageValues(input));
		}
		const at = node.chain?.head?.at;
		if (at !== undefined) {
			if (isDevelopmentChain(node)) {
				return unseen('a development chain alone makes blocks when asked');
			}
			const age = `newest block ${formatMs(ageSeconds(at, nowMs) * 1000)} old`;
			return asJudged('headOld', input, age, ageValues(input));
		}
		const movedAt = memory.progressAtMs ?? parseTime(node.consensus?.lastFinalizedAt);
		if (movedAt === undefined) return unseen('nothing moved yet while watched');
		return well(`moved ${formatMs(Math.max(0, nowMs - movedAt))} ago`, ageValues(input));
	},
};

/** The age of the newest block; of the last move where blocks have no time. */
function ageValues(input: ComponentInput): CheckValue[] {
	const { node, memory, nowMs } = input;
	const at = node.chain?.head?.at;
	if (at === undefined) {
		const movedAt = memory.progressAtMs ?? parseTime(node.consensus?.lastFinalizedAt);
		if (movedAt === undefined) return [];
		const value = Math.max(0, (nowMs - movedAt) / 1000);
		return [{ name: 'progressAge', value, unit: 'seconds' }];
	}
	const value = ageSeconds(at, nowMs);
	const { headOld } = chain;
	if (headOld.unless(input)) return [{ name: 'headAge', value, unit: 'seconds' }];
	const factor = headOld.stretch(input);
	const { warning, critical } = headOld.condition.above;
	return [
		{
			name: 'headAge',
			value,
			unit: 'seconds',
			trouble: 'above',
			warning: warning * factor,
			critical: critical * factor,
		},
	];
}

function ageSeconds(at: string, nowMs: number): number {
	return Math.max(0, (nowMs - Date.parse(at)) / 1000);
}

function parseTime(at: string | undefined): number | undefined {
	return at === undefined ? undefined : Date.parse(at);
}

/** Where all voters are watched, by how many of them answer; else by the views that end by timeout. */
const participation: ComponentCheck = {
	component: 'consensus',
	name: 'participation',
	issue: 'participationLow',
	run(input) {
		const present = presentRatio(input);
		const timeouts = timeoutsRatio(input);
		const values = [...timeouts, ...present];
		if (values.length === 0) {
			return unseen('the node counts no timeouts, and not all who vote are watched');
		}
		const shown = values.map(({ name, value }) =>
			name === 'timeouts'
				? `${formatRatio(value)} of views timed out`
				: `${formatRatio(value)} of those who vote answer`,
		);
		const message = shown.join(', ');
		if (worstOf(present) === undefined) return asJudged('viewTimeouts', input, message, values);
		return byValues(values, { message, nextStep: findings.participationLow.nextStep }, message);
	},
};

function timeoutsRatio({ noted, notedBefore }: ComponentInput): CheckValue[] {
	const { timeouts, views } = noted;
	if (timeouts === undefined || views === undefined) return [];
	if (notedBefore?.timeouts === undefined || notedBefore.views === undefined) return [];
	const passed = views - notedBefore.views;
	const ended = timeouts - notedBefore.timeouts;
	// A counter that fell was restarted; without any view there is no share.
	if (passed <= 0 || ended < 0) return [];
	return [{ name: 'timeouts', value: ended / passed, unit: 'ratio' }];
}

function presentRatio(input: ComponentInput): CheckValue[] {
	const value = answeringShare(input);
	if (value === undefined) return [];
	const { critical } = findings.participationLow.limits.below;
	return [{ name: 'participation', value, unit: 'ratio', trouble: 'below', critical }];
}

const finalityTime: ComponentCheck = {
	component: 'consensus',
	name: 'finalityTime',
	issue: 'finalitySlow',
	run(input) {
		const ms = input.node.consensus?.averageFinalityMs;
		if (ms === undefined) return unseen('the node does not report how long finality takes');
		const warning = findings.finalitySlow.condition.atLeast / 1000;
		return asJudged('finalitySlow', input, `average ${formatMs(ms)}`, [
			{ name: 'finalityTime', value: ms / 1000, unit: 'seconds', trouble: 'above', warning },
		]);
	},
};

/** Rounds are watched for so long. */
const stalledRoundsMs = 60_000;

/** Rounds or views that pass while nothing becomes final. */
const stalledRounds: ComponentCheck = {
	component: 'consensus',
	name: 'stalledRounds',
	issue: 'roundsStalled',
	run({ node, recent, target }) {
		const wanted = Math.ceil(stalledRoundsMs / target.intervalMs) + 1;
		const metric = node.consensus?.view === undefined ? 'consensus.round' : 'consensus.view';
		const rounds = recent.last(metric, wanted).filter((value) => !Number.isNaN(value));
		const finals = recent.last('finalized', wanted).filter((value) => !Number.isNaN(value));
		const [oldestRound] = rounds;
		const [oldestFinal] = finals;
		if (oldestRound === undefined || oldestFinal === undefined) {
			return unseen('the node does not report both its rounds and what is final');
		}
		if (Math.min(rounds.length, finals.length) < wanted) {
			return unseen(`not watched for ${formatMs(stalledRoundsMs)} yet`);
		}
		const passed = Math.max(0, (rounds.at(-1) ?? oldestRound) - oldestRound);
		const isMoving = finals.some((value) => value !== oldestFinal);
		const stalled = isMoving ? 0 : passed;
		const values: CheckValue[] = [{ name: 'stalledRounds', value: stalled, unit: 'count' }];
		const isIdle = numberOf(node.consensus?.pending ?? node.dag?.pending) === 0;
		if (isMoving || isIdle || stalled < findings.roundsStalled.limits.atLeast) {
			return well(isIdle ? 'nothing waits to become final' : 'rounds lead to finality', values);
		}
		return troubled(
			{
				severity: 'warning',
				message: `${stalled} rounds passed, and nothing became final`,
				nextStep: findings.roundsStalled.nextStep,
			},
			values,
		);
	},
};

const safety: ComponentCheck = {
	component: 'consensus',
	name: 'safety',
	issue: 'safetyViolated',
	run(input) {
		const { safetyViolations, equivocations } = input.node.consensus ?? {};
		if (safetyViolations === undefined && equivocations === undefined) {
			return unseen('the node counts neither violations nor equivocations');
		}
		const total = numberOf(safetyViolations) ?? 0;
		const warning = findings.safetyViolatedBefore.limits.above;
		const code =
			(['safetyViolated', 'equivocation'] as const).find((each) =>
				input.issues.some(({ code }) => code === each),
			) ?? 'safetyViolatedBefore';
		const before = input.issues.find((issue) => issue.code === code)?.message;
		return asJudged(code, input, before ?? 'none violated', [
			{ name: 'violations', value: total, unit: 'counter', trouble: 'above', warning },
			{ name: 'equivocations', value: numberOf(equivocations) ?? 0, unit: 'counter' },
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
