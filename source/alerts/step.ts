import type { Severity } from '../domain/words.ts';
import type { Observation } from '../domain/observe.ts';

/** For each severity, how long the condition has been at least that bad without a break, in ms. */
export type Held = { readonly [Level in Severity]?: number | undefined };

/** The position of an active alert in its state machine. */
export interface AlertPhase {
	readonly phase: 'pending' | 'firing';
	/** While firing, the severity that was notified; while pending, the severity seen now. */
	readonly severity: Severity;
	readonly held: Held;
	/** How many fresh observations in a row were bad: a single one has no duration. */
	readonly badLooks: number;
	/** While firing: how long the condition has been good without a break. */
	readonly goodMs?: number | undefined;
	/** The last observation. */
	readonly last: Observation['kind'];
	/** How long there has been no data by now. */
	readonly gapMs?: number | undefined;
	/** How long there was no data, since the last change between bad and good. */
	readonly frozenMs?: number | undefined;
}

export interface StepInput {
	readonly observation: Observation;
	/** Watched time since the last step. */
	readonly deltaMs: number;
	/** Whether the subject was polled or compared since the last step. */
	readonly isFresh: boolean;
	readonly forMs: number;
	readonly keepFiringForMs: number;
	/** Whether the alert changes too often; then it does not resolve. */
	readonly isFlapping: boolean;
}

export type StepEvent = 'pending' | 'fired' | 'raised' | 'lowered' | 'resolved' | 'dropped';

export interface Step {
	/** Absent when the alert is inactive after the step. */
	readonly next?: AlertPhase;
	readonly event?: StepEvent;
}

const levels: readonly Severity[] = ['info', 'warning', 'critical'];

/**
 * One step of one alert: inactive → pending → firing → inactive. Pure.
 *
 * It fires once a severity was held for `forMs` over at least two fresh observations. A worse severity
 * must be held for as long, a milder one counts at once. One good observation ends pending. While there
 * is no data, nothing changes and no time passes; but gaps that are shorter than a hold time stop it for as
 * long as itself in all, so that a node of which every second poll fails still alerts, and still ends. Between
 * threshold and clear threshold it keeps firing.
 */
export function step(previous: AlertPhase | undefined, input: StepInput): Step {
	const { observation } = input;
	if (observation.kind === 'noData') {
		if (previous === undefined) return {};
		const gapMs = (previous.gapMs ?? 0) + input.deltaMs;
		return { next: { ...previous, gapMs, last: 'noData' } };
	}
	if (previous === undefined) return observation.kind === 'bad' ? begin(observation, input) : {};
	if (observation.kind === 'bad') return worsen(previous, observation, input);
	if (previous.phase === 'pending') return { event: 'dropped' };
	return improve(previous, observation, input);
}

type Bad = Extract<Observation, { kind: 'bad' }>;

function begin({ severity }: Bad, input: StepInput): Step {
	const held = advance({}, severity, 0);
	const next: AlertPhase = { phase: 'pending', severity, held, badLooks: 1, last: 'bad' };
	return fireIfDue(next, input) ?? { next, event: 'pending' };
}

function worsen(previous: AlertPhase, { severity }: Bad, input: StepInput): Step {
	const { elapsedMs, frozenMs } = countTime(previous, 'bad', input.deltaMs, input.forMs);
	const held = advance(previous.held, severity, elapsedMs);
	const badLooks = previous.badLooks + (input.isFresh ? 1 : 0);
	const seen: AlertPhase = {
		...previous,
		held,
		badLooks,
		last: 'bad',
		goodMs: undefined,
		gapMs: undefined,
		frozenMs: previous.goodMs === undefined ? frozenMs : 0,
	};
	if (previous.phase === 'pending') {
		const pending = { ...seen, severity };
		return fireIfDue(pending, input) ?? { next: pending };
	}
	const rank = levels.indexOf(previous.severity);
	if (levels.indexOf(severity) < rank) return { next: { ...seen, severity }, event: 'lowered' };
	const due = worstHeld(held, input.forMs);
	if (due !== undefined && levels.indexOf(due) > rank) {
		return { next: { ...seen, severity: due }, event: 'raised' };
	}
	return { next: seen };
}

/** How much time up to this observation counts toward a hold time, and how much in all does not. */
function countTime(
	{ last, gapMs = 0, frozenMs = 0 }: AlertPhase,
	kind: 'bad' | 'good',
	deltaMs: number,
	holdMs: number,
): { readonly elapsedMs: number; readonly frozenMs: number } {
	if (last === kind) return { elapsedMs: deltaMs, frozenMs };
	const wholeMs = gapMs + deltaMs;
	// In a longer gap the condition may have held the other way for long enough to count.
	if (last !== 'noData' || wholeMs > holdMs) return { elapsedMs: 0, frozenMs };
	const elapsedMs = Math.min(wholeMs, Math.max(0, frozenMs + wholeMs - holdMs));
	return { elapsedMs, frozenMs: frozenMs + wholeMs };
}

function improve(previous: AlertPhase, { kind }: Observation, input: StepInput): Step {
	const rest = { ...previous, held: {}, badLooks: 0, last: kind, gapMs: undefined };
	if (kind !== 'good') return { next: { ...rest, goodMs: undefined, frozenMs: undefined } };
	const { keepFiringForMs } = input;
	const { elapsedMs, frozenMs } =
		previous.goodMs === undefined
			? { elapsedMs: 0, frozenMs: 0 }
			: countTime(previous, 'good', input.deltaMs, keepFiringForMs);
	const goodMs = (previous.goodMs ?? 0) + elapsedMs;
	if (goodMs >= keepFiringForMs && !input.isFlapping) return { event: 'resolved' };
	return { next: { ...rest, goodMs, frozenMs } };
}

function fireIfDue(pending: AlertPhase, { forMs }: StepInput): Step | undefined {
	const severity = worstHeld(pending.held, forMs);
	if (severity === undefined || (forMs > 0 && pending.badLooks < 2)) return undefined;
	return { next: { ...pending, phase: 'firing', severity }, event: 'fired' };
}

function advance(held: Held, severity: Severity, elapsedMs: number): Held {
	const reached = levels.slice(0, levels.indexOf(severity) + 1);
	return Object.fromEntries(
		reached.map((level) => [level, held[level] === undefined ? 0 : held[level] + elapsedMs]),
	);
}

function worstHeld(held: Held, forMs: number): Severity | undefined {
	return levels.findLast((level) => {
		const heldMs = held[level];
		return heldMs !== undefined && heldMs >= forMs;
	});
}
