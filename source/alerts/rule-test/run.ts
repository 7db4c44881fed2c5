import type { Alert } from '../../domain/alert.ts';
import type { Evaluation } from '../evaluation.ts';
import { createNotificationWait } from '../notification-wait.ts';
import type { Quiet } from '../mutes.ts';
import { subjectOf } from '../subject-of.ts';
import { createMailbox } from './mailbox.ts';
import { planRounds } from './rounds.ts';
import type { RuleTest, RuleTestFile } from './schema.ts';
import { readSpan, RuleTestMistake, writeSpan } from './series.ts';
import { createSimulation } from './simulation.ts';
import type { RuleTestSurroundings } from './surroundings.ts';
import { createTestRules } from './test-rules.ts';

/** What happened in one test. */
export interface Played {
	/** After each evaluation, in order. */
	readonly looks: readonly { readonly atMs: number; readonly alerts: readonly Alert[] }[];
	readonly events: readonly string[];
	readonly messages: readonly string[];
	/** Names of all rules that existed at any time. */
	readonly ruleNames: ReadonlySet<string>;
}

const defaultStart = '2026-01-01T00:00:00Z';
const defaultInterval = '5s';
const maxEvaluations = 200_000;

/**
 * Plays one test through the rules: a poll of each node and an evaluation at every interval, in
 * simulated time. Throws `RuleTestMistake` for a mistake in the file.
 */
export async function playRuleTest(
	file: RuleTestFile,
	index: number,
	surroundings: RuleTestSurroundings,
): Promise<Played> {
	const test = file.tests[index];
	const where = `tests[${index}]`;
	if (!test) throw new RuleTestMistake(where, 'is not there');
	const intervalMs = readSpan(test.interval ?? file.interval ?? defaultInterval);
	const untilMs = lengthOf(test);
	if (intervalMs < 100) throw new RuleTestMistake(`${where}.interval`, 'must be 100ms or more');
	if (untilMs / intervalMs > maxEvaluations) {
		throw new RuleTestMistake(where, `takes more than ${maxEvaluations} evaluations`);
	}
	const play = createPlay(file, test, where, surroundings);
	try {
		for (let slot = 0; slot * intervalMs <= untilMs; slot += 1) {
			await play.step(slot, slot * intervalMs);
		}
	} finally {
		play.stop();
	}
	return play.played;
}

/** The latest time at which something is expected. */
function lengthOf(test: RuleTest): number {
	const events = [...(test.expectEvents ?? []), ...(test.expectMessages ?? [])];
	const times = [
		...[...(test.expect ?? []), ...(test.expectNone ?? [])].map(({ at }) => readSpan(at)),
		...events.map((line) => readSpan(line.split(' ')[0] ?? '')),
	];
	return test.until === undefined ? Math.max(0, ...times) : readSpan(test.until);
}

function createPlay(
	file: RuleTestFile,
	test: RuleTest,
	where: string,
	surroundings: RuleTestSurroundings,
) {
	const startMs = Date.parse(test.start ?? defaultStart);
	const rounds = planRounds(test, where, startMs);
	const mailbox = createMailbox(test, where, surroundings.policy);
	const testRules = createTestRules(file, test, surroundings, where);
	let rules = testRules.initial;
	const { openMonitor } = surroundings;
	const quiet = quietOf(test, startMs);
	const simulation = createSimulation({ test, rules, quiet, openMonitor });
	const looks: { atMs: number; alerts: readonly Alert[] }[] = [];
	const events: string[] = [];
	const ruleNames = new Set(rules.keys());
	const wait = createNotificationWait();
	let isDown = false;

	function reload(atMs: number): void {
		for (const [index, entry] of (test.reloads ?? []).entries()) {
			if (!simulation.isDue(entry.at, atMs)) continue;
			const next = testRules.reload(entry, `${where}.reloads[${index}]`);
			if (!next) continue;
			rules = next;
			for (const name of rules.keys()) ruleNames.add(name);
			simulation.reload(rules);
		}
	}

	return {
		played: { looks, events, messages: mailbox.messages, ruleNames },
		stop: simulation.stop,
		async step(slot: number, atMs: number): Promise<void> {
			const wallMs = startMs + atMs + clockOffsetMs(test, atMs);
			if (isInOutage(test, atMs)) {
				isDown = true;
				return;
			}
			if (isDown) {
				simulation.restart(atMs, wallMs);
				mailbox.restart();
				isDown = false;
			}
			reload(atMs);
			simulation.act(atMs, wallMs);
			const evaluation = await simulation.evaluate(rounds(slot, atMs, wallMs), atMs, wallMs);
			looks.push({ atMs, alerts: evaluation.alerts });
			events.push(...eventsOf(evaluation, atMs));
			mailbox.take(wait.hold(evaluation, rules, wallMs), { slot, atMs, wallMs });
		},
	};
}

function quietOf({ silences = [], maintenance = {} }: RuleTest, startMs: number): Quiet {
	return {
		silences: silences.map(({ match, at = '0s', for: span }) => ({
			match,
			startsAt: new Date(startMs + readSpan(at)).toISOString(),
			endsAt: new Date(startMs + readSpan(at) + readSpan(span)).toISOString(),
		})),
		maintenance,
	};
}

function isInOutage({ outages = [] }: RuleTest, atMs: number): boolean {
	return outages.some(({ at, for: span }) => {
		const beginMs = readSpan(at);
		return atMs >= beginMs && atMs < beginMs + readSpan(span);
	});
}

function clockOffsetMs({ clock = [] }: RuleTest, atMs: number): number {
	return clock.reduce((sum, { at, by }) => sum + (readSpan(at) <= atMs ? readSpan(by) : 0), 0);
}

/** The events that a user sees: an alert that never fired is none. */
function eventsOf({ transitions }: Evaluation, atMs: number): string[] {
	return transitions
		.filter(({ event }) => event !== 'pending' && event !== 'dropped')
		.map(({ event, incident: { rule, labels, reason } }) => {
			const why =
				event === 'resolved' && reason !== 'recovered' ? ` (${reason ?? 'no reason'})` : '';
			return `${[writeSpan(atMs), event, rule, subjectOf(labels)].join(' ').trim()}${why}`;
		});
}
