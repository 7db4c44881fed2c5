import { describe, expect, it } from 'vitest';
import { findings as consensus } from '../../source/sections/consensus/findings.ts';
import type { CheckResult } from '../../source/sections/health/component-health.ts';
import type { Validator } from '../../source/sections/validators/schema.ts';
import { ago, groupOf, look, nowMs, verdictOf } from './sightings.ts';

describe('a consensus that stands still', () => {
	const { consensusStalled, noProgress, syncing } = consensus;

	it('says that it is halted or stalled, and since when', () => {
		expect(consensusStalled.when(look({ consensus: { status: 'halted' } }))).toEqual({
			health: 'down',
			message: 'consensus is halted',
			nextStep: 'look at the node’s log for the reason of the halt before restarting it',
			value: 'halted',
		});
		const stalled = (lastFinalizedAt?: string, at?: string) =>
			consensusStalled.when(
				look({
					consensus: {
						status: 'stalled',
						...(lastFinalizedAt !== undefined && { lastFinalizedAt }),
					},
					...(at !== undefined && { chain: { head: { number: 1, at } } }),
				}),
			);
		expect(stalled(ago(9), ago(3))).toEqual({
			message: 'consensus is stalled: nothing new becomes final',
			evidence: `last at ${ago(9)}`,
			value: 'stalled',
		});
		expect(stalled(undefined, ago(3))?.evidence).toBe(`last at ${ago(3)}`);
		expect(stalled()?.evidence).toBeUndefined();
		expect(consensusStalled.when(look({ consensus: { status: 'active' } }))).toBeUndefined();
		expect(consensusStalled.when(look({}))).toBeUndefined();
	});

	it('syncs, and says how far', () => {
		const seen = (chain: object) => syncing.when(look({ consensus: { status: 'syncing' }, chain }));
		expect(seen({ head: { number: 7 }, highestKnown: 90 })).toEqual({
			message: 'the node is syncing',
			evidence: 'at 7 of 90',
		});
		expect(seen({ head: { number: 7 } })?.evidence).toBeUndefined();
		expect(seen({ highestKnown: 90 })?.evidence).toBeUndefined();
		expect(syncing.when(look({ consensus: { status: 'active' } }))).toBeUndefined();
		expect(syncing.when(look({}))).toBeUndefined();
	});

	it('is active without progress for a minute or ten blocks, unless it has nothing to do', () => {
		const seen = (seconds: number, blockIntervalMs?: number, more: object = {}) =>
			noProgress.when(
				look({
					consensus: { status: 'active' },
					chain: blockIntervalMs === undefined ? {} : { blockIntervalMs },
					memory: { progressAtMs: nowMs - seconds * 1000 },
					...more,
				}),
			);
		expect(seen(60)).toEqual({
			message: 'nothing has moved',
			evidence: 'no change of height, round or finalized for 1m 00s',
			value: 60,
			threshold: 60,
		});
		expect(seen(59)).toBeUndefined();
		expect(seen(119, 12_000)).toBeUndefined();
		expect(seen(120, 12_000)).toMatchObject({ threshold: 120 });
		expect(seen(60, undefined, { consensus: { status: 'syncing' } })).toBeUndefined();
		expect(seen(60, undefined, { chain: { emptyBlocks: 'notMade' } })).toBeUndefined();
		expect(seen(60, undefined, { memory: {} })).toBeUndefined();
		expect(noProgress.when(look({ memory: { progressAtMs: 0 } }))).toBeUndefined();
	});
});

describe('acts against consensus', () => {
	const { byzantineBehavior, equivocation, safetyViolatedBefore } = consensus;

	it('name who equivocated, four at most', () => {
		const by = (names: string) =>
			equivocation.detail(
				look({
					consensus: { equivocationsBy: Object.fromEntries([...names].map((name) => [name, 1])) },
				}),
			);
		expect(by('ab')).toBe(' by a or b');
		expect(by('abcde')).toBe(' by a or b or c or d');
		expect(by('')).toBeUndefined();
		expect(equivocation.detail(look({}))).toBeUndefined();
	});

	it('name the validators with the most of them first, and what they did', () => {
		const list: Validator[] = [
			{
				validator: 'v1',
				mine: false,
				byzantine: 1,
				byzantineBy: { doubleVote: 1, badSignature: 2 },
			},
			{ validator: 'v2', mine: false, name: 'two', byzantine: 3 },
			{ validator: 'v3', mine: false, byzantine: 0 },
			{ validator: 'v4', mine: false },
		];
		const by = (validators: Validator[], types?: Record<string, number>) =>
			byzantineBehavior.detail(
				look({
					validators: { list: validators },
					...(types && { consensus: { byzantineByType: types } }),
				}),
			);
		expect(by(list)).toBe(' by two; v1: doubleVote, badSignature');
		const many = ['a', 'b', 'c', 'd', 'e'].map((validator) => ({
			validator,
			mine: false,
			byzantine: 1,
		}));
		expect(by(many)).toBe(' by a; b; c; d');
		expect(by([], { doubleVote: 1, late: 0, badSignature: 2 })).toBe(' (doubleVote, badSignature)');
		expect(by([], { late: 0 })).toBeUndefined();
		expect(byzantineBehavior.detail(look({}))).toBeUndefined();
	});

	it('stay to be seen after they are over, a violation of safety as a warning', () => {
		const seen = (counts: object) => safetyViolatedBefore.when(look({ consensus: counts }));
		expect(seen({ safetyViolations: 2, equivocations: 1 })).toEqual({
			severity: 'warning',
			message: 'consensus safety was violated since the node started',
			evidence: 'safety violations: 2, equivocations: 1',
			value: 3,
			threshold: 0,
		});
		expect(seen({ equivocations: 1 })).toMatchObject({
			severity: 'info',
			message: 'a participant equivocated since the node started',
			evidence: 'equivocations: 1',
		});
		expect(seen({ safetyViolations: 1 })?.evidence).toBe('safety violations: 1');
		expect(seen({ safetyViolations: 0, equivocations: 0 })).toBeUndefined();
		expect(safetyViolatedBefore.when(look({}))).toBeUndefined();
	});
});

describe('what a good poll contradicts', () => {
	it('is low participation, once two thirds of the watched validators answer', () => {
		const isOver = (positions: readonly ('level' | 'unreachable')[], more: object = {}) =>
			consensus.participationLow.contradictedBy(
				look({
					consensus: { validators: 3 },
					group: groupOf('agreed', 'level', {
						members: positions.map((position, index) => ({ node: `n${index}`, position })),
					}),
					...more,
				}),
			);
		expect(isOver(['level', 'level', 'unreachable'])).toBe(true);
		expect(isOver(['level', 'unreachable', 'unreachable'])).toBe(false);
		expect(isOver(['level', 'level'])).toBe(false);
		expect(isOver(['level', 'level', 'level'], { witness: verdictOf('us') })).toBe(false);
		expect(isOver(['level', 'level', 'level'], { witness: verdictOf('them') })).toBe(true);
		expect(consensus.participationLow.contradictedBy(look({}))).toBe(false);
	});

	it('is a stall of rounds, once something became final after the check', () => {
		const check: CheckResult = {
			name: 'stalledRounds',
			status: 'degraded',
			issue: 'roundsStalled',
			durationMs: 3,
			message: 'rounds stall',
			lastCheckAt: ago(10),
			values: [],
		};
		const isOver = (lastFinalizedAt?: string) =>
			consensus.roundsStalled.contradictedBy(
				look({ consensus: lastFinalizedAt === undefined ? {} : { lastFinalizedAt } }),
				check,
			);
		expect(isOver(ago(9))).toBe(true);
		expect(isOver(ago(10))).toBe(false);
		expect(isOver()).toBe(false);
	});
});
