import type { RuleValue } from './rule.ts';
import { countEntries, hasSection, readField, readNumber } from './field-path.ts';
import type { Scalar } from './field-path.ts';
import { addToWindow, createWindow, spanOf } from './window.ts';
import type { Span, Window } from './window.ts';

/** The subject of a rule in one evaluation. */
export interface Subject {
	/** The object at which paths start. */
	readonly root: unknown;
	/** Changes whenever `root` was refreshed: by a poll, or an evaluation of a group. */
	readonly freshness: string;
	readonly wallMs: number;
	/** Of a steady clock. */
	readonly steadyMs: number;
	/** Samples of earlier evaluations, by what was measured. */
	readonly samples: Samples;
	/** The process that was read, where all of it could be read. */
	readonly life?: Life | undefined;
	/** Whether this machine was at fault for a part of the reading: what is absent is not known. */
	readonly isCutShort?: boolean | undefined;
}

/** A process from its start to its end: its counters begin at 0. */
export interface Life {
	/** Where the node says when it started. */
	readonly startedAtMs: number | undefined;
	/** Whether what a path leads to counts events; a height, which also only rises, does not begin at 0. */
	readonly isCounter: (path: string) => boolean;
}

interface Sampled {
	readonly window: Window;
	freshness: string;
	/** The last look at which a counter was not there yet. */
	unbegun?: { readonly atMs: number; readonly life: Life } | undefined;
}

/** The samples of one subject under one rule. */
export type Samples = Map<string, Sampled>;

export interface Measured {
	readonly value: Scalar;
	/** Whether the window was not seen whole: growth is at least so much. */
	readonly isAtLeast?: boolean;
}

/** Measures a rule's value. `undefined` means no data: absent, too short a window, or division by 0. */
export function measure(value: RuleValue, subject: Subject): Measured | undefined {
	const { root, wallMs } = subject;
	if (value.field !== undefined) return measureField(value.field, value.per, root);
	if (value.count !== undefined) {
		return divided(countEntries(root, value.count), numberOf(value.per, root), value.per);
	}
	if (value.age !== undefined) {
		const seconds = (wallMs - Date.parse(String(readField(root, value.age) ?? ''))) / 1000;
		const age = Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
		return divided(age, numberOf(value.per, root), value.per);
	}
	return measureWindow(value, subject);
}

function measureField(field: string, per: string | undefined, root: unknown): Measured | undefined {
	if (per !== undefined) return divided(readNumber(root, field), readNumber(root, per), per);
	const value = readField(root, field);
	if (value === undefined) return undefined;
	// Whole numbers past 2^53 are text in a snapshot.
	const isNumeric = typeof value === 'string' && /^\d+$/.test(value);
	return { value: isNumeric ? Number(value) : value };
}

function numberOf(path: string | undefined, root: unknown): number | undefined {
	return path === undefined ? undefined : readNumber(root, path);
}

function divided(
	dividend: number | undefined,
	divisor: number | undefined,
	per: string | undefined,
): Measured | undefined {
	if (dividend === undefined) return undefined;
	if (per === undefined) return { value: dividend };
	if (divisor === undefined || divisor === 0) return undefined;
	return { value: dividend / divisor };
}

const spanMeasures = {
	rate: ({ increase, spanMs }: Span) => (spanMs > 0 ? (increase * 1000) / spanMs : undefined),
	increase: ({ increase }: Span) => increase,
	changes: ({ changes }: Span) => changes,
	average: ({ average }: Span) => average,
} as const;
type SpanMeasure = keyof typeof spanMeasures;

function measureWindow(value: RuleValue, subject: Subject): Measured | undefined {
	const { overMs = 0, baselineMs, per } = value;
	const name = spanMeasureOf(value);
	const field = value[name];
	if (field === undefined) return undefined;
	const { steadyMs } = subject;
	const keepMs = Math.max(overMs, baselineMs ?? 0);
	const isCounted = name === 'increase' || name === 'rate';
	const window = sampled(field, keepMs, subject, isCounted);
	// The divisor takes its sample whatever the dividend says.
	const divisorWindow = per === undefined ? undefined : sampled(per, keepMs, subject, isCounted);
	const span = window && spanOf(window, overMs, steadyMs);
	if (window === undefined || span === undefined) return undefined;
	const taken = spanMeasures[name](span);
	const isGrowth = name === 'increase' || name === 'changes';
	if (!span.isWhole && (!isGrowth || per !== undefined)) return undefined;
	if (baselineMs !== undefined) {
		const baseline = spanOf(window, baselineMs, steadyMs);
		if (baseline?.isWhole !== true) return undefined;
		return divided(taken, baseline.average, field);
	}
	const divisorSpan = divisorWindow && spanOf(divisorWindow, overMs, steadyMs);
	const divisor = divisorSpan && spanMeasures[name](divisorSpan);
	const result = divided(taken, divisor, per);
	return result && { ...result, isAtLeast: isGrowth && !span.isWhole };
}

function spanMeasureOf({ rate, increase, changes }: RuleValue): SpanMeasure {
	if (rate !== undefined) return 'rate';
	if (increase !== undefined) return 'increase';
	return changes === undefined ? 'average' : 'changes';
}

/**
 * The window of a field, with the present sample in it, unless it is the one seen last. `undefined` for
 * a field that was never reported: most rules need fields that most kinds of node do not have.
 */
function sampled(
	field: string,
	keepMs: number,
	subject: Subject,
	isCounted: boolean,
): Window | undefined {
	const { samples, freshness, root, steadyMs } = subject;
	const key = windowKey(field, keepMs);
	const known = samples.get(key);
	if (known?.freshness === freshness) return known.window;
	const value = readField(root, field);
	const isUnbegun = value === undefined && isCounted && isBeforeFirstEvent(field, subject, known);
	if (!known && value === undefined && !isUnbegun) return undefined;
	const entry = known ?? { window: createWindow(keepMs), freshness };
	entry.freshness = freshness;
	if (!known) samples.set(key, entry);
	if (isUnbegun) entry.unbegun = subject.life && { atMs: steadyMs, life: subject.life };
	else if (value !== undefined) begin(entry, subject.life);
	addToWindow(entry.window, steadyMs, value);
	return entry.window;
}

/**
 * Many programs show a counter only from its first event on: in Prometheus each series of a counter with labels
 * appears when it is first increased. Whether this may be such a counter, before that.
 */
function isBeforeFirstEvent(
	field: string,
	{ root, life }: Subject,
	known: Sampled | undefined,
): boolean {
	if (life === undefined || known?.window.lastValue !== undefined) return false;
	return hasSection(root, field) && life.isCounter(field);
}

/** A start that differs by less is the same: clocks are corrected. */
const sameStartMs = 5000;

/** The first value of a counter that the same process did not show before counts from 0. */
function begin(entry: Sampled, life: Life | undefined): void {
	const { unbegun, window } = entry;
	if (unbegun === undefined) return;
	entry.unbegun = undefined;
	if (life && isSameLife(unbegun.life, life)) addToWindow(window, unbegun.atMs, 0);
}

function isSameLife({ startedAtMs: before }: Life, { startedAtMs: now }: Life): boolean {
	if (before === undefined || now === undefined) return before === now;
	return Math.abs(now - before) < sameStartMs;
}

const windowKeys = new Map<string, Map<number, string>>();

/** The same text for the same question, made once: it is asked for at every poll. */
function windowKey(field: string, keepMs: number): string {
	let ofField = windowKeys.get(field);
	if (!ofField) windowKeys.set(field, (ofField = new Map<number, string>()));
	let key = ofField.get(keepMs);
	if (key === undefined) ofField.set(keepMs, (key = `${field} ${keepMs}`));
	return key;
}
