import type { Channel } from '../../domain/channel.ts';
import { UserError } from '../../domain/errors.ts';
import { ruleEntrySchema } from '../../domain/rule.ts';
import type { RuleEntry } from '../../domain/rule.ts';
import type { Alert } from '../../domain/alert.ts';
import { applyAction, dropOldPending, emptyAlertState } from '../alert-state.ts';
import type { Action, AlertState } from '../alert-state.ts';
import { createAlertCore } from '../core.ts';
import type { AlertCore } from '../core.ts';
import type { Evaluation } from '../evaluation.ts';
import { createGatherer } from '../gather.ts';
import { matches } from '../../domain/label-match.ts';
import type { Quiet } from '../mutes.ts';
import { buildRuleSet } from '../../sections/rule-set.ts';
import type { RuleSet } from '../../sections/rule-set.ts';
import { subjectOf } from '../subject-of.ts';
import type { EvaluationInput } from '../subjects.ts';
import { createMailbox } from './mailbox.ts';
import type { Mailbox } from './mailbox.ts';
import { planRounds } from './rounds.ts';
import type { Round } from './rounds.ts';
import type { RuleTest, RuleTestFile } from './schema.ts';
import { readSpan, RuleTestMistake, writeSpan } from './series.ts';

/** Polls, compares and judges as nodetop does; made anew for each process of a test. */
export interface TestMonitor {
	watch(round: Round): EvaluationInput;
}

export interface RuleTestSurroundings {
	/** Those of nodetop. */
	readonly builtIn: Readonly<Record<string, RuleEntry>>;
	/** Those of the profile. */
	readonly own: Readonly<Record<string, RuleEntry>>;
	/** What a channel does unless told otherwise. */
	readonly policy: Omit<Channel, 'type' | 'name'>;
	readonly openMonitor: () => TestMonitor;
}

/** What happened in one test. */
export interface Played {
	/** After each evaluation, in order. */
	readonly looks: readonly { readonly atMs: number; readonly alerts: readonly Alert[] }[];
	readonly events: readonly string[];
	readonly messages: readonly string[];
	/** Every rule that there was at any time. */
	readonly ruleNames: ReadonlySet<string>;
}

const defaultStart = '2026-01-01T00:00:00Z';
const defaultInterval = '5s';
const maxEvaluations = 200_000;

/**
 * Plays one test through the rules: a poll of each node and an evaluation at every interval, in
 * simulated time. Throws `RuleTestMistake` for what makes no sense in the file.
 */
export function playRuleTest(
	file: RuleTestFile,
	index: number,
	surroundings: RuleTestSurroundings,
): Played {
	const test = file.tests[index];
	const where = `tests[${index}]`;
	if (!test) throw new RuleTestMistake(where, 'is not there');
	const intervalMs = readSpan(test.interval ?? file.interval ?? defaultInterval);
	const untilMs = lengthOf(test);
	if (intervalMs < 100) throw new RuleTestMistake(`${where}.interval`, 'must be 100ms or more');
	if (untilMs / intervalMs > maxEvaluations) {
		throw new RuleTestMistake(where, `takes more than ${maxEvaluations} evaluations`);
	}
	const simulation = createSimulation(file, test, where, surroundings);
	for (let slot = 0; slot * intervalMs <= untilMs; slot += 1) {
		simulation.step(slot, slot * intervalMs);
	}
	return simulation.played;
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

function createSimulation(
	file: RuleTestFile,
	test: RuleTest,
	where: string,
	surroundings: RuleTestSurroundings,
) {
	const startMs = Date.parse(test.start ?? defaultStart);
	const rounds = planRounds(test, where, startMs);
	const quiet = quietOf(test, startMs);
	const looks: { atMs: number; alerts: readonly Alert[] }[] = [];
	const events: string[] = [];
	const mailbox: Mailbox = createMailbox(test, where, surroundings.policy);
	const own = { ...(file.builtIn === false ? {} : surroundings.own), ...file.rules, ...test.rules };
	let rules = join(own, file, surroundings, where);
	const ruleNames = new Set(rules.keys());
	let core: AlertCore = createAlertCore(emptyAlertState(), rules, quiet);
	let monitor = surroundings.openMonitor();
	let bootAtMs = 0;
	let isDown = false;
	let doneAtMs = -1;

	function restart(atMs: number, wallMs: number): void {
		// Through text, as over the file on disk.
		const saved = JSON.parse(JSON.stringify(core.state)) as AlertState; // It was one a line ago.
		dropOldPending(saved, wallMs);
		core = createAlertCore(saved, rules, quiet);
		monitor = surroundings.openMonitor();
		mailbox.restart();
		bootAtMs = atMs;
		isDown = false;
	}

	function reload(atMs: number): void {
		for (const [index, { at, rules: given, refused = false }] of (test.reloads ?? []).entries()) {
			if (!isDue(at, atMs)) continue;
			const place = `${where}.reloads[${index}]`;
			const next = tryRules(given, own, file, surroundings);
			if (refused !== next instanceof Error) {
				const why = next instanceof Error ? `are refused: ${next.message}` : 'are right';
				throw new RuleTestMistake(place, `these rules ${why}`);
			}
			if (next instanceof Error) continue;
			rules = next;
			for (const name of rules.keys()) ruleNames.add(name);
			core.reload(rules, quiet);
		}
	}

	function act(atMs: number, wallMs: number): void {
		for (const { at, rule, labels, by } of test.acks ?? []) {
			if (!isDue(at, atMs)) continue;
			const time = new Date(wallMs).toISOString();
			doTo({ rule, labels }, (fingerprint) => ({
				type: 'acknowledge',
				fingerprint,
				at: time,
				...(by !== undefined && { by }),
			}));
		}
		for (const { at, for: span, rule, labels } of test.snoozes ?? []) {
			if (!isDue(at, atMs)) continue;
			const until = new Date(wallMs + readSpan(span)).toISOString();
			doTo({ rule, labels }, (fingerprint) => ({ type: 'snooze', fingerprint, until }));
		}
	}

	function doTo(
		{ rule, labels = {} }: { rule: string; labels?: Record<string, string> | undefined },
		make: (fingerprint: string) => Action,
	): void {
		for (const [fingerprint, record] of Object.entries(core.state.alerts)) {
			if (record.rule === rule && matches(labels, record.labels)) {
				applyAction(core.state, make(fingerprint));
			}
		}
	}

	/** Once, at the first evaluation from then on. */
	function isDue(at: string, atMs: number): boolean {
		const dueMs = readSpan(at);
		return dueMs <= atMs && dueMs > doneAtMs;
	}

	const gatherer = createGatherer();
	return {
		played: { looks, events, messages: mailbox.messages, ruleNames },
		step(slot: number, atMs: number): void {
			const wallMs = startMs + atMs + clockOffsetMs(test, atMs);
			if (isInOutage(test, atMs)) {
				isDown = true;
				return;
			}
			if (isDown) restart(atMs, wallMs);
			reload(atMs);
			act(atMs, wallMs);
			doneAtMs = atMs;
			const input = monitor.watch(rounds(slot, atMs, wallMs));
			const evaluation = core.evaluate(input, { wallMs, steadyMs: atMs - bootAtMs });
			core.state.savedAt = new Date(wallMs).toISOString();
			looks.push({ atMs, alerts: evaluation.alerts });
			events.push(...eventsOf(evaluation, atMs));
			mailbox.take(gatherer.gather(evaluation, rules, wallMs), { slot, atMs, wallMs });
		},
	};
}

function join(
	own: Readonly<Record<string, RuleEntry>>,
	file: RuleTestFile,
	{ builtIn }: RuleTestSurroundings,
	where: string,
): RuleSet {
	try {
		return buildRuleSet(file.builtIn === false ? {} : builtIn, own);
	} catch (error) {
		if (error instanceof UserError) throw new RuleTestMistake(where, error.message);
		throw error;
	}
}

/** Rules as a reload brings them: over those before, or the reason for which they are refused. */
function tryRules(
	given: Readonly<Record<string, unknown>>,
	own: Readonly<Record<string, RuleEntry>>,
	file: RuleTestFile,
	{ builtIn }: RuleTestSurroundings,
): RuleSet | Error {
	const entries: Record<string, RuleEntry> = {};
	for (const [name, value] of Object.entries(given)) {
		const entry = ruleEntrySchema.safeParse(value);
		if (!entry.success) return new Error(`${name}: ${entry.error.issues[0]?.message}`);
		entries[name] = { ...own[name], ...entry.data };
	}
	try {
		return buildRuleSet(file.builtIn === false ? {} : builtIn, { ...own, ...entries });
	} catch (error) {
		if (error instanceof UserError) return error;
		throw error;
	}
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

/** What came to nothing is no event that anybody hears of. */
function eventsOf({ transitions }: Evaluation, atMs: number): string[] {
	return transitions
		.filter(({ event }) => event !== 'pending' && event !== 'dropped')
		.map(({ event, incident: { rule, labels, reason } }) => {
			const why =
				event === 'resolved' && reason !== 'recovered' ? ` (${reason ?? 'no reason'})` : '';
			return `${[writeSpan(atMs), event, rule, subjectOf(labels)].join(' ').trim()}${why}`;
		});
}
