import { emptyAlertState } from '../../source/alerts/alert-state.ts';
import { createAlertCore } from '../../source/alerts/core.ts';
import type { Transition } from '../../source/alerts/core.ts';
import type { Incident } from '../../source/alerts/incident.ts';
import { buildRuleSet } from '../../source/alerts/rule-set.ts';
import type { RuleSet } from '../../source/alerts/rule-set.ts';
import { builtInRules } from '../../source/alerts/rules/registry.ts';
import { startDevnet } from '../../source/devnet/devnet.ts';
import type { RunningDevnet } from '../../source/devnet/devnet.ts';
import type { Fleet } from '../../source/fleet/fleet.ts';
import { createWatch } from '../../source/polling/watch.ts';
import type { Watch } from '../../source/polling/watch.ts';
import { targetFor } from './targets.ts';

export interface Round {
	/** Unix ms of its poll. */
	readonly atMs: number;
	readonly transitions: readonly Transition[];
	/** What fires at its end, muted or not. */
	readonly firing: readonly Incident[];
	/** What was there to be told at any moment of it: firing, and not muted. */
	readonly told: readonly Incident[];
}

/**
 * The devnet behind its real HTTP servers, the real watch over it and the built-in rules as they are, in
 * virtual time: half an hour takes seconds, and a busy machine changes nothing.
 */
export interface VirtualWatch {
	readonly devnet: RunningDevnet;
	readonly fleet: Fleet;
	readonly rules: RuleSet;
	/** Lets an interval pass, polls every node and compares them; the rules are asked each second. */
	round(): Promise<Round>;
	/** Begins a fault, by the control address. */
	fault(fault: object): Promise<void>;
	/** Ends all faults. */
	heal(): Promise<void>;
	stop(): Promise<void>;
}

export interface VirtualWatchOptions {
	readonly seed: number;
	readonly intervalMs: number;
	/** How much later than its slot each round is, as on a machine under load. */
	readonly latenessMs?: (round: number) => number;
}

const epochMs = Date.UTC(2026, 2, 1);
const warmUpMs = 2000;
const askEveryMs = 1000;
/** Rounds are called for, never due. */
const neverMs = 24 * 3_600_000;

/**
 * An EVM node tells nothing of its machine, and nodetop then shows that of this one: how full that is
 * is no matter of a test.
 */
const ofTheirOwn = { kinds: ['qudag', 'bft'] };
const rules = buildRuleSet(builtInRules, {
	'disk-low': ofTheirOwn,
	'memory-low': ofTheirOwn,
	'cpu-busy': ofTheirOwn,
	'descriptors-high': ofTheirOwn,
});

export async function startVirtualWatch(options: VirtualWatchOptions): Promise<VirtualWatch> {
	const { seed, intervalMs, latenessMs = () => 0 } = options;
	const devnet = await startDevnet({
		nodeCount: 4,
		seed,
		version: '1',
		basePort: 0,
		clock: 'manual',
		epochMs,
	});
	devnet.advance(warmUpMs);
	let nowMs = epochMs + warmUpMs;
	const watch = createWatch(
		devnet.nodes.map(({ name, url, kind }) =>
			targetFor(url, { name, kind, intervalMs, timeoutMs: 10_000 }),
		),
		{ now: () => nowMs },
	);
	watch.setIntervalMs(neverMs);
	await watch.firstRound();
	const ask = createAsker(watch.fleet, () => nowMs);
	let rounds = 0;

	return {
		devnet,
		fleet: watch.fleet,
		rules,
		async round() {
			const looks: ReturnType<typeof ask>[] = [];
			const lengthMs = intervalMs + latenessMs(rounds++);
			for (let leftMs = lengthMs; leftMs > 0; leftMs -= askEveryMs) {
				const passedMs = Math.min(askEveryMs, leftMs);
				devnet.advance(passedMs);
				nowMs += passedMs;
				if (leftMs > askEveryMs) looks.push(ask());
			}
			await pollAll(watch, nowMs);
			looks.push(ask());
			const told = looks.flatMap(({ firing }) => firing.filter(({ muted }) => muted === undefined));
			return {
				atMs: nowMs,
				transitions: looks.flatMap(({ transitions }) => transitions),
				firing: looks.at(-1)?.firing ?? [],
				told: [...new Map(told.map((incident) => [incident.id, incident])).values()],
			};
		},
		fault: (fault) => control(devnet, 'POST', fault),
		heal: () => control(devnet, 'DELETE'),
		async stop() {
			watch.stop();
			await devnet.stop();
		},
	};
}

function createAsker(fleet: Fleet, now: () => number) {
	const core = createAlertCore(emptyAlertState(), rules, { silences: [], maintenance: {} });
	return () => {
		const { nodes, groups, witness } = fleet.getSnapshot();
		const scene = { nodes: nodes.map(({ snapshot }) => snapshot), groups, witness };
		const { transitions, incidents } = core.evaluate(scene, { wallMs: now(), steadyMs: now() });
		return { transitions, firing: incidents.filter(({ state }) => state === 'firing') };
	};
}

async function pollAll(watch: Watch, nowMs: number): Promise<void> {
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
