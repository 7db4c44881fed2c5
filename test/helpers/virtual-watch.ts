import { emptyAlertState } from '../../source/alerts/alert-state.ts';
import { createAlertCore } from '../../source/alerts/core.ts';
import type { EvaluationTime, Transition } from '../../source/alerts/evaluation.ts';
import type { Incident } from '../../source/alerts/incident.ts';
import { buildRuleSet } from '../../source/sections/rule-set.ts';
import type { RuleSet } from '../../source/sections/rule-set.ts';
import { builtInRules } from '../../source/sections/findings.ts';
import { startDevnet } from '../../devnet/devnet.ts';
import type { RunningDevnet } from '../../devnet/devnet.ts';
import type { NodePlaces } from '../../devnet/node-server.ts';
import { systemClock } from '../../source/domain/clock.ts';
import type { Alert } from '../../source/domain/alert.ts';
import type { Clock } from '../../source/domain/clock.ts';
import { ownDelay } from '../../source/domain/own-delay.ts';
import type { DelayMeter } from '../../source/domain/own-delay.ts';
import { createNodeSources } from '../../source/app/node-source.ts';
import type { NodeSources } from '../../source/app/node-source.ts';
import type { Fleet } from '../../source/fleet/fleet.ts';
import { watchNodes } from './monitor.ts';
import type { Monitor } from '../../source/app/open-monitor.ts';
import type { Target } from '../../source/domain/target.ts';
import { targetFor } from './targets.ts';

export interface Round {
	readonly transitions: readonly Transition[];
	/** What fires at its end, muted or not. */
	readonly firing: readonly Incident[];
	/** What was there to be told at any moment of it: firing, and not muted. */
	readonly told: readonly Incident[];
	/** As the document has them at its end. */
	readonly alerts: readonly Alert[];
}

/** A real watch over real servers and the built-in rules as they are, in virtual time of the monitor. */
export interface VirtualWatch {
	readonly fleet: Fleet;
	readonly rules: RuleSet;
	/** Lets an interval pass, polls every node and compares them; the rules are asked each second. */
	round(): Promise<Round>;
	/** Moves the wall clock alone, as when this machine slept. */
	sleep(durationMs: number): void;
	stop(): Promise<void>;
}

export interface VirtualWatchOptions {
	readonly targets: readonly (Pick<Target, 'name' | 'url' | 'kind' | 'mine'> & NodePlaces)[];
	readonly intervalMs: number;
	readonly startMs: number;
	/** What of the nodes goes by virtual time too. */
	readonly pass?: (durationMs: number) => void;
	/** Whether the nodes are programs in real time: their clocks are read as if they went with the watch's. */
	readonly areReal?: boolean;
	/** How much later than its slot each round is, as on a machine under load. */
	readonly latenessMs?: (round: number) => number;
}

const askEveryMs = 1000;
/** Rounds are called for, never due. */
const neverMs = 24 * 3_600_000;

/**
 * A node that tells nothing of its machine is shown with the figures of this one: how full that is, is no
 * matter of a test.
 */
const ofTheirOwn = { kinds: ['qudag', 'bft'] };
const rules = buildRuleSet(builtInRules, {
	'disk-low': ofTheirOwn,
	'memory-low': ofTheirOwn,
	'cpu-busy': ofTheirOwn,
	'descriptors-high': ofTheirOwn,
});

export async function startVirtualWatch(options: VirtualWatchOptions): Promise<VirtualWatch> {
	const { targets, intervalMs, startMs, pass, areReal = false, latenessMs = () => 0 } = options;
	let wallMs = startMs;
	let steadyMs = 0;
	const clock = { ...systemClock, now: () => wallMs };
	const sources = createNodeSources(clock);
	const watch = watchNodes(
		targets.map(({ url, fallbackUrls = [], ...target }) =>
			targetFor(url, {
				...target,
				fallbacks: fallbackUrls.map((each) => ({ url: each, shownUrl: each })),
				intervalMs,
				timeoutMs: 10_000,
			}),
		),
		{
			clock,
			outside: { sources: areReal ? inTimeOf(clock, sources) : sources, delay: largeDelay },
		},
	);
	watch.setIntervalMs(neverMs);
	await watch.firstRound();
	const ask = createAsker(watch.fleet, () => ({ wallMs, steadyMs }));
	let rounds = 0;

	return {
		fleet: watch.fleet,
		rules,
		async round() {
			const looks: ReturnType<typeof ask>[] = [];
			const lengthMs = intervalMs + latenessMs(rounds++);
			for (let leftMs = lengthMs; leftMs > 0; leftMs -= askEveryMs) {
				const passedMs = Math.min(askEveryMs, leftMs);
				pass?.(passedMs);
				wallMs += passedMs;
				steadyMs += passedMs;
				if (leftMs > askEveryMs) looks.push(ask());
			}
			await pollAll(watch, wallMs);
			looks.push(ask());
			const told = looks.flatMap(({ firing }) => firing.filter(({ muted }) => muted === undefined));
			return {
				transitions: looks.flatMap(({ transitions }) => transitions),
				firing: looks.at(-1)?.firing ?? [],
				alerts: looks.at(-1)?.alerts ?? [],
				told: [...new Map(told.map((incident) => [incident.id, incident])).values()],
			};
		},
		sleep(durationMs) {
			wallMs += durationMs;
		},
		async stop() {
			watch.stop();
		},
	};
}

/** No answer becomes a slow one (`poll-slow`) by a smaller delay, so what took longer than that is the node's. */
const leastSlowMs = 1000;
const largeDelay: DelayMeter = {
	begin() {
		const span = ownDelay.begin();
		const soFarMs = () => (span.soFarMs() < leastSlowMs ? 0 : span.soFarMs());
		return {
			soFarMs,
			end() {
				const ms = soFarMs();
				span.end();
				return ms;
			},
		};
	},
};

/** Clocks of real programs, moved by as much as the watch's clock is from the real one. */
function inTimeOf(clock: Pick<Clock, 'now'>, { open, close }: NodeSources): NodeSources {
	return {
		open(target, onIdentified) {
			const source = open(target, onIdentified);
			return {
				...source,
				async poll(signal, delay) {
					const reading = await source.poll(signal, delay);
					if (!reading.clock) return reading;
					const offsetMs = reading.clock.offsetMs + clock.now() - Date.now();
					return { ...reading, clock: { ...reading.clock, offsetMs } };
				},
			};
		},
		close,
	};
}

export interface DevnetWatch extends VirtualWatch {
	readonly devnet: RunningDevnet;
	/** Begins a fault, by the control address. */
	fault(fault: object): Promise<void>;
	/** Ends all faults. */
	heal(): Promise<void>;
}

export interface DevnetWatchOptions extends Pick<VirtualWatchOptions, 'intervalMs' | 'latenessMs'> {
	readonly seed: number;
	/** Storage nodes, beside the networks; none by default. */
	readonly storageNodes?: number;
	/** Unix ms at which the networks begin. */
	readonly epochMs?: number;
	/** How long the networks ran before they are watched. */
	readonly ageMs?: number;
	/** What of the devnet is watched and goes by its time; by default all of it. */
	readonly partOf?: (devnet: RunningDevnet) => Pick<VirtualWatchOptions, 'targets' | 'pass'>;
}

const usualEpochMs = Date.UTC(2026, 2, 1);

/**
 * The devnet behind its HTTP servers, in the same virtual time: half an hour takes seconds, and a busy
 * machine changes nothing.
 */
export async function startDevnetWatch(options: DevnetWatchOptions): Promise<DevnetWatch> {
	const { seed, ageMs = 2000, partOf = wholeOf, ...rest } = options;
	const { storageNodes = 0, epochMs = usualEpochMs } = options;
	const devnet = await startDevnet({
		nodeCount: 4,
		storageNodes,
		seed,
		version: '1',
		basePort: 0,
		clock: 'manual',
		epochMs,
	});
	const part = partOf(devnet);
	part.pass?.(ageMs);
	const watch = await startVirtualWatch({ ...rest, ...part, startMs: epochMs + ageMs });
	return {
		...watch,
		devnet,
		fault: (fault) => control(devnet, 'POST', fault),
		heal: () => control(devnet, 'DELETE'),
		async stop() {
			await watch.stop();
			await devnet.stop();
		},
	};
}

function wholeOf({ nodes, advance }: RunningDevnet) {
	return { targets: nodes, pass: advance };
}

/** `rule subject`, as `node-down dag-2`. */
export function nameOf({ rule, labels }: Pick<Incident, 'rule' | 'labels'>): string {
	return `${rule} ${labels['node'] ?? labels['group'] ?? ''}`.trim();
}

function createAsker(fleet: Fleet, now: () => EvaluationTime) {
	const core = createAlertCore(emptyAlertState(), rules, { silences: [], maintenance: {} });
	fleet.judge.reload(rules);
	return () => {
		const { nodes, groups, witness } = fleet.getSnapshot();
		const input = { nodes: nodes.map(({ snapshot }) => snapshot), groups, witness };
		const { transitions, incidents, alerts } = core.evaluate(
			{ ...input, observed: fleet.judge.observe(input, now().wallMs) },
			now(),
		);
		const firing = incidents.filter(({ state }) => state === 'firing');
		return { transitions, firing, alerts };
	};
}

async function pollAll(watch: Monitor, nowMs: number): Promise<void> {
	const at = new Date(nowMs).toISOString();
	const isDone = () =>
		watch.fleet.getSnapshot().nodes.every(({ snapshot }) => snapshot.poll.at === at);
	// The scheduler takes a node up again a moment after its last result.
	await new Promise(setImmediate);
	await new Promise<void>((resolve) => {
		const unsubscribe = watch.fleet.subscribe(() => {
			if (!isDone()) return;
			unsubscribe();
			resolve();
		});
		watch.pollNow();
	});
	await watch.firstRound();
}

async function control(
	{ controlUrl }: RunningDevnet,
	method: 'POST' | 'DELETE',
	body?: object,
): Promise<void> {
	const response = await fetch(`${controlUrl}/faults`, {
		method,
		...(body && {
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify(body),
		}),
	});
	const text = await response.text();
	if (!response.ok) throw new Error(`${response.status}: ${text}`);
}
