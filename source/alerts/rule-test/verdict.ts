import type { Alert } from '../../domain/alert.ts';
import { matches } from '../../domain/label-match.ts';
import { subjectOf } from '../subject-of.ts';
import type { Played } from './run.ts';
import type { Expectation, RuleTest } from './schema.ts';
import { readSpan, RuleTestMistake, writeSpan } from './series.ts';

/**
 * Compares what happened with what the test expects. Returns one text of some lines for each difference;
 * none when the test passes. Throws `RuleTestMistake` for an unknown rule and for a time without an
 * evaluation.
 */
export function judgeRuleTest(test: RuleTest, where: string, played: Played): string[] {
	const problems: string[] = [];
	for (const [index, expectation] of (test.expect ?? []).entries()) {
		const place = `${where}.expect[${index}]`;
		const { at, rule } = expectation;
		checkRule(rule, place, played);
		const alerts = lookAt(at, place, test, played).filter((alert) => alert.rule === rule);
		if (alerts.some((alert) => fits(alert, expectation))) continue;
		problems.push(
			[
				`at ${at}: not as expected`,
				`  - ${expected(expectation)}`,
				...nearest(alerts, expectation).map((alert) => `  + ${got(alert, expectation)}`),
			].join('\n'),
		);
	}
	for (const [index, none] of (test.expectNone ?? []).entries()) {
		const place = `${where}.expectNone[${index}]`;
		const { at, rule, labels = {}, state } = none;
		if (rule !== undefined) checkRule(rule, place, played);
		const found = lookAt(at, place, test, played).filter(
			(alert) =>
				(rule === undefined || alert.rule === rule) &&
				(state === undefined ? alert.state !== 'resolved' : alert.state === state) &&
				matches(labels, alert.labels ?? {}),
		);
		if (found.length === 0) continue;
		problems.push(
			[`at ${at}: expected none`, ...found.map((alert) => `  + ${words(alert)}`)].join('\n'),
		);
	}
	return [
		...problems,
		...compareLines('events', test.expectEvents, played.events),
		...compareLines('messages', test.expectMessages, played.messages),
	];
}

/** A mistyped rule never fires, so `expectNone` of it would always pass. */
function checkRule(rule: string, where: string, { ruleNames }: Played): void {
	if (!ruleNames.has(rule)) throw new RuleTestMistake(where, `there is no rule "${rule}"`);
}

/** The alerts after the last evaluation up to a time. */
function lookAt(at: string, where: string, test: RuleTest, { looks }: Played): readonly Alert[] {
	const atMs = readSpan(at);
	const isDown = (test.outages ?? []).some(
		(outage) => atMs >= readSpan(outage.at) && atMs < readSpan(outage.at) + readSpan(outage.for),
	);
	const look = isDown ? undefined : looks.findLast((each) => each.atMs <= atMs);
	if (look) return look.alerts;
	throw new RuleTestMistake(where, `nothing is evaluated at ${at}`);
}

type Checked = Exclude<keyof Expectation, 'at' | 'rule' | 'labels' | 'state'>;

/** The properties of an alert that a test can check. */
const read: Readonly<Record<Checked, (alert: Alert) => unknown>> = {
	severity: ({ severity }) => severity,
	value: ({ value }) => value,
	threshold: ({ threshold }) => threshold,
	message: ({ message }) => message,
	muted: ({ muted = false }) => muted,
	isStale: ({ isStale = false }) => isStale,
	isFlapping: ({ isFlapping = false }) => isFlapping,
	reason: ({ reason }) => reason,
};
// `read` has exactly these keys.
const checkedNames = Object.keys(read) as Checked[];

function fits(alert: Alert, expectation: Expectation): boolean {
	const { labels = {}, state = 'firing' } = expectation;
	if (alert.state !== state || !matches(labels, alert.labels ?? {})) return false;
	return checkedNames.every((name) => isSame(read[name](alert), expectation[name]));
}

function isSame(value: unknown, wanted: unknown): boolean {
	if (wanted === undefined) return true;
	if (typeof value === 'number' && typeof wanted === 'number') {
		return Math.abs(value - wanted) <= Math.abs(wanted) * 1e-5;
	}
	return value === wanted;
}

/** The alerts with these labels, or else all alerts of the rule. */
function nearest(alerts: readonly Alert[], { labels = {} }: Expectation): readonly Alert[] {
	const same = alerts.filter((alert) => matches(labels, alert.labels ?? {}));
	return (same.length > 0 ? same : alerts).slice(0, 5);
}

function expected(expectation: Expectation): string {
	const { rule, labels = {}, state = 'firing' } = expectation;
	const properties = checkedNames.flatMap((name) =>
		expectation[name] === undefined ? [] : [`${name} ${JSON.stringify(expectation[name])}`],
	);
	const named = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
	return [rule, ...named, state, ...properties].join(' ');
}

function got(alert: Alert, expectation: Expectation): string {
	const properties = checkedNames.flatMap((name) => {
		const value = read[name](alert);
		return expectation[name] === undefined ? [] : [`${name} ${JSON.stringify(value) ?? 'absent'}`];
	});
	const { rule, labels = {}, state } = alert;
	const wanted = Object.keys(expectation.labels ?? {});
	const named = (wanted.length > 0 ? wanted : ['node', 'group'].filter((name) => labels[name])).map(
		(name) => `${name}=${labels[name] ?? ''}`,
	);
	return [rule, ...named, state, ...properties].join(' ');
}

function words({ rule, labels = {}, state, severity, message }: Alert): string {
	return `${rule} ${subjectOf(labels)} ${state} ${severity}: ${message}`;
}

/** The differences of two lists of lines. */
function compareLines(
	what: string,
	wanted: readonly string[] | undefined,
	got: readonly string[],
): string[] {
	if (wanted === undefined) return [];
	const canonical = wanted.map((line) => canonicalLine(line));
	const lines = difference(canonical, got);
	return lines.length === 0 ? [] : [[`${what}: not as expected`, ...lines].join('\n')];
}

/** `90s fired …` is `1m30s fired …`. */
function canonicalLine(line: string): string {
	const [at = '', ...rest] = line.trim().split(/\s+/);
	return [writeSpan(readSpan(at)), ...rest].join(' ');
}

/** Missing lines (-) and unexpected lines (+) in order, by the longest common subsequence. */
function difference(wanted: readonly string[], got: readonly string[]): string[] {
	const lengths = Array.from({ length: wanted.length + 1 }, () =>
		Array.from({ length: got.length + 1 }, () => 0),
	);
	const length = (i: number, j: number): number => lengths[i]?.[j] ?? 0;
	for (let i = wanted.length - 1; i >= 0; i -= 1) {
		for (let j = got.length - 1; j >= 0; j -= 1) {
			const row = lengths[i];
			if (row) {
				row[j] =
					wanted[i] === got[j]
						? length(i + 1, j + 1) + 1
						: Math.max(length(i + 1, j), length(i, j + 1));
			}
		}
	}
	const lines: string[] = [];
	for (let i = 0, j = 0; i < wanted.length || j < got.length;) {
		if (i < wanted.length && wanted[i] === got[j]) {
			i += 1;
			j += 1;
		} else if (j >= got.length || (i < wanted.length && length(i + 1, j) >= length(i, j + 1))) {
			lines.push(`  - ${wanted[i] ?? ''}`);
			i += 1;
		} else {
			lines.push(`  + ${got[j] ?? ''}`);
			j += 1;
		}
	}
	return lines;
}
