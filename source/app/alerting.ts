import { isDeepStrictEqual } from 'node:util';
import type { Action } from '../alerts/alert-state.ts';
import type { Transition } from '../alerts/evaluation.ts';
import type { Delivery } from '../alerts/delivery/delivery.ts';
import { peekLedger } from '../alerts/delivery/journal.ts';
import type { Ledger } from '../alerts/delivery/ledger.ts';
import { acquireLock } from '../alerts/delivery/lock.ts';
import type { Lock } from '../alerts/delivery/lock.ts';
import type { TerminalPort } from '../alerts/delivery/sender.ts';
import { createAlertEngine } from '../alerts/engine.ts';
import { createGatherer } from '../alerts/gather.ts';
import { presentSilences } from '../alerts/mutes.ts';
import { showCommand } from '../alerts/incident.ts';
import type { Incident } from '../alerts/incident.ts';
import type { Quiet } from '../alerts/mutes.ts';
import type { RuleSet } from '../sections/rule-set.ts';
import { removeLitter } from '../alerts/state-file.ts';
import type { EvaluationInput } from '../alerts/subjects.ts';
import type { Channel, HeartbeatSettings } from '../domain/channel.ts';
import { createStore } from '../domain/store.ts';
import type { ReadableStore } from '../domain/store.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { AlertingStatus } from '../sections/alerting/schema.ts';
import { alertProblems } from './alert-problems.ts';

/** What governs alerting, and may be replaced while it runs. */
export interface AlertSettings {
	readonly rules: RuleSet;
	readonly quiet: Quiet;
	/** Without any there is no delivery, only the state. */
	readonly channels: readonly Channel[];
	readonly heartbeat?: HeartbeatSettings | undefined;
}

export interface AlertingOptions {
	readonly fleet: Fleet;
	/** Of the profile's alerts; made with mode 0700. */
	readonly directory: string;
	/** Of the directory, if the caller has it; it is released by `close` all the same. */
	readonly lock?: Lock | undefined;
	readonly settings: AlertSettings;
	/** By which a command finds the profile's nodes, as `--profile mainnet`. */
	readonly commandFlags?: readonly string[] | undefined;
	readonly env: NodeJS.ProcessEnv;
	readonly now?: (() => number) | undefined;
	readonly terminal?: TerminalPort | undefined;
	/** Takes a line for the person who runs nodetop. */
	readonly warn: (message: string) => void;
	/** Told of each change of an alert, once it is on disk. */
	readonly onTransition?: ((transition: Transition) => void) | undefined;
	/** Told of a bug in the evaluation; the next one comes all the same. */
	readonly reportBug: (error: unknown) => void;
}

/** The alerts of a fleet, from its state to those who are told. */
export interface Alerting {
	/** In mode `own` until `close`. */
	readonly state: ReadableStore<AlertingStatus>;
	/** Does what a person asked for, within a second. */
	act(action: Action): void;
	/** Other rules, mutes and channels from the next evaluation on. Rejects when channels cannot be opened. */
	reload(settings: AlertSettings): Promise<void>;
	/** Ends evaluation, gives attempts under way `drainMs`, and lets go of the directory. */
	close(drainMs?: number): Promise<void>;
}

/** Polls that end together are judged once, when they were compared and before they are drawn. */
const gatherMs = 100;
const leastOftenMs = 1000;

/**
 * Joins fleet → rules → delivery → fleet: judges the fleet soon after each change and at least every
 * second, one evaluation after another; what changed is on disk before anybody is told. Throws
 * `UserError` when another process has the directory, and system errors when it cannot be read.
 */
export async function openAlerting(options: AlertingOptions): Promise<Alerting> {
	const { fleet, directory, now = Date.now } = options;
	const lock = options.lock ?? (await acquireLock(directory));
	let { settings } = options;
	let delivery: Delivery | undefined;
	let timer: NodeJS.Timeout | undefined;
	/** Evaluations and reloads, one after another. */
	let turn: Promise<unknown> = Promise.resolve();
	const gatherer = createGatherer();
	let isDue = false;
	let isOurChange = false;
	let isClosed = false;
	let newestPollAt = '';
	let deliveryProblem: string | undefined;

	const { engine, store } = await open().catch(async (error: unknown) => {
		await lock.release();
		throw error;
	});

	async function open() {
		const { warn } = options;
		const { rules, quiet, channels } = settings;
		await removeLitter(directory, Date.now());
		const engine = await createAlertEngine({
			rules,
			quiet,
			directory,
			show: showNode,
			delivered: deliveredAlerts(await peekLedger(directory), channels),
			now,
			warn,
		});
		delivery = await openDeliveryFor(settings);
		const store = createStore<AlertingStatus>({
			mode: 'own',
			problems: [],
			silences: [],
			ruleCount: rules.size,
		});
		return { engine, store };
	}

	let named: ReturnType<typeof commandNames> | undefined;
	/** As a command that can be run as it is told, by whoever gets the message. */
	function showNode(name: string): string {
		const { nodes } = fleet.getSnapshot();
		if (named?.nodes !== nodes) named = commandNames(nodes);
		const commandName = named.names.get(name);
		return commandName === undefined
			? showCommand(name, options.commandFlags)
			: showCommand(commandName);
	}

	async function openDeliveryFor(wanted: AlertSettings): Promise<Delivery | undefined> {
		const { channels, heartbeat } = wanted;
		if (channels.length === 0 && heartbeat === undefined) return undefined;
		const { openDelivery } = await import('../alerts/delivery/delivery.ts');
		const opened = await openDelivery({ ...options, now, lock, channels, heartbeat });
		opened.state.subscribe(showProblems);
		return opened;
	}

	function act(action: Action): void {
		engine.act(action);
		judgeIn(0);
	}

	function judgeIn(delayMs: number): void {
		if (isDue || isClosed) return;
		clearTimeout(timer);
		isDue = delayMs < leastOftenMs;
		timer = setTimeout(() => {
			isDue = false;
			turn = turn.then(judge).catch(options.reportBug);
			void turn.finally(() => {
				judgeIn(leastOftenMs);
			});
		}, delayMs);
	}

	async function judge(): Promise<void> {
		if (isClosed) return;
		const input = inputOf(fleet);
		const evaluation = await engine.evaluate(input);
		show(evaluation.alerts);
		showSilences();
		for (const transition of evaluation.transitions) options.onTransition?.(transition);
		const nowMs = now();
		await delivery?.update(gatherer.gather(evaluation, settings.rules, nowMs), nowMs);
		showProblems(evaluation.dropped);
		const pollAt = newestPoll(input);
		// Judging the same polls again is no cycle: when polling hangs, the heartbeat must end.
		if (pollAt === newestPollAt || engine.problem() !== undefined) return;
		newestPollAt = pollAt;
		delivery?.cycleDone(nowMs);
	}

	function show(alerts: NonNullable<ReturnType<Fleet['getSnapshot']>['alerts']>): void {
		if (isDeepStrictEqual(alerts, fleet.getSnapshot().alerts)) return;
		isOurChange = true;
		fleet.setAlerts(alerts);
		isOurChange = false;
	}

	function showSilences(): void {
		const silences = presentSilences(engine.silences(), settings.quiet.silences, now());
		store.update((state) =>
			isDeepStrictEqual(silences, state.silences) ? state : { ...state, silences },
		);
	}

	let dropped: Readonly<Record<string, number>> = {};
	function showProblems(lastDropped = dropped): void {
		dropped = lastDropped;
		const problems = alertProblems({
			stateProblem: engine.problem(),
			deliveryProblem,
			delivery: delivery?.state.getSnapshot(),
			dropped,
		});
		store.update((state) =>
			isDeepStrictEqual(problems, state.problems) ? state : { ...state, problems },
		);
	}

	async function replaceSettings(next: AlertSettings): Promise<void> {
		if (isClosed) return;
		const isSameRules = next.rules === settings.rules && next.quiet === settings.quiet;
		// It forgets what each node told before.
		if (!isSameRules) {
			engine.reload(next.rules, next.quiet);
			store.update((state) => ({ ...state, ruleCount: next.rules.size }));
		}
		const isSameRoutes =
			next.channels === settings.channels && next.heartbeat === settings.heartbeat;
		settings = next;
		store.update((state) => ({ ...state, ruleCount: next.rules.size }));
		if (isSameRoutes) return;
		await delivery?.close();
		delivery = undefined;
		try {
			delivery = await openDeliveryFor(next);
			deliveryProblem = undefined;
		} catch (error) {
			deliveryProblem = error instanceof Error ? error.message : String(error);
			throw error;
		}
	}

	const unsubscribe = fleet.subscribe(() => {
		if (!isOurChange) judgeIn(gatherMs);
	});
	judgeIn(0);

	return {
		state: store,
		act,
		async reload(wanted) {
			const work = turn.then(() => replaceSettings(wanted));
			turn = work.catch(() => undefined);
			await work;
			judgeIn(0);
		},
		async close(drainMs) {
			unsubscribe();
			clearTimeout(timer);
			await turn;
			isClosed = true;
			clearTimeout(timer);
			await delivery?.close(drainMs);
			await lock.release();
		},
	};
}

/** Of the nodes that no profile has. */
function commandNames(nodes: ReturnType<Fleet['getSnapshot']>['nodes']) {
	const names = nodes.flatMap(({ target: { name, commandName } }) =>
		commandName === undefined ? [] : [[name, commandName] as const],
	);
	return { nodes, names: new Map(names) };
}

/** What the receivers of these channels believe to be firing. */
function deliveredAlerts({ groups }: Ledger, channels: readonly Channel[]): readonly Incident[] {
	return channels.flatMap(({ name }) =>
		Object.values(groups[name] ?? {}).flatMap(({ told }) =>
			Object.values(told).map(({ incident }) => incident),
		),
	);
}

function inputOf(fleet: Fleet): EvaluationInput {
	const { nodes, groups, witness } = fleet.getSnapshot();
	return { nodes: nodes.map(({ snapshot }) => snapshot), groups, witness };
}

function newestPoll({ nodes }: EvaluationInput): string {
	let newest = '';
	for (const { poll } of nodes) if ((poll.at ?? '') > newest) newest = poll.at ?? '';
	return newest;
}
