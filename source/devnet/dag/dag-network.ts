import { createHash } from 'node:crypto';
import { createDag } from './dag.ts';
import type { Dag } from './dag.ts';
import { createDagNode } from './dag-node.ts';
import type { DagNode, DagNodeOptions, NodeIdentity } from './dag-node.ts';
import type { Fault } from '../faults.ts';
import { createLinks, layOut } from '../links.ts';
import type { Links, LinkSettings } from '../links.ts';
import type { NodeContext, NodeSettings } from './node-context.ts';
import { createRandom } from '../random.ts';
import { createStopwatch } from '../stopwatch.ts';
import type { Stopwatch } from '../stopwatch.ts';
import { createGenesis } from './vertex.ts';
import { createVirtualClock } from '../virtual-clock.ts';
import type { VirtualClock } from '../virtual-clock.ts';

export interface DagNetworkOptions {
	/** 4 to 64. */
	readonly nodeCount: number;
	readonly seed: number;
	/** What the virtual zero is in Unix ms. */
	readonly epochMs: number;
	readonly version: string;
	readonly links?: Partial<LinkSettings>;
	readonly settings?: Partial<NodeSettings>;
}

/** A place for a node in the network; it outlives crashes. */
export interface NodeSlot {
	readonly name: string;
	readonly nodeId: string;
	/** Processing time of the node's own handlers. */
	readonly stopwatch: Stopwatch;
	/** `undefined` while crashed. */
	readonly node: DagNode | undefined;
	/** What its HTTP answers are late by. */
	readonly slowMs: number;
	/** Set by who serves it: `host:port`. */
	address: string | undefined;
}

/**
 * A network of nodes in virtual time. The same options and the same times of faults give the same
 * vertices, votes and figures, on every machine.
 */
export interface DagNetwork {
	readonly slots: readonly NodeSlot[];
	readonly links: Links;
	nowMs(): number;
	wallNowMs(): number;
	nextAtMs(): number | undefined;
	/** Runs the network up to a moment of virtual time. */
	advanceTo(atMs: number): void;
	advance(durationMs: number): void;
	/** Lets the wall clock run on while the network stood still. */
	skip(durationMs: number): void;
	start(): void;
	apply(fault: Fault): void;
	/** Ends all faults; crashed nodes restart with their data. */
	clear(): void;
	/** Faults that last, in the order in which they began. */
	faults(): Fault[];
}

interface MutableSlot extends NodeSlot {
	node: DagNode | undefined;
	isPaused: boolean;
	slowMs: number;
	readonly identity: NodeIdentity;
	dag: Dag;
	life: number;
}

const defaultLinks: LinkSettings = { latencyMs: [20, 120], jitterRatio: 0.1, lossRatio: 0.001 };
const peersWanted = 8;
const maxSampleSize = 10;
/** Vertices that the whole network issues in a second, when it is larger than a handful of nodes. */
const networkVerticesPerSecond = 16;

export function createDagNetwork(options: DagNetworkOptions): DagNetwork {
	const { nodeCount, epochMs, version } = options;
	const seed = `nodetop-devnet/${options.seed}`;
	const clock = createVirtualClock();
	const genesis = createGenesis(seed, epochMs);
	const names = Array.from({ length: nodeCount }, (_, index) => `dag-${index + 1}`);
	const pairs = layOut(names, peersWanted, seed);
	const settings = settingsFor(options);
	const lasting = new Map<string, Fault>();
	let skippedMs = 0;

	const slots = new Map(names.map((name) => [name, createSlot(name, seed, createDag(genesis))]));
	const links = createLinks({
		seed,
		settings: { ...defaultLinks, ...options.links },
		pairs,
		clock,
		deliver: (from, to, text) => {
			const slot = slots.get(to);
			slot?.stopwatch.time(() => slot.node?.receive(from, text));
		},
		onClosed: (from, to) => {
			slots.get(to)?.node?.peerClosed(from);
		},
	});
	const wallNowMs = () => epochMs + skippedMs + clock.nowMs();

	const start = (slot: MutableSlot): void => {
		const { name, identity, dag } = slot;
		slot.life += 1;
		const random = createRandom(`${seed}/node/${name}/${slot.life}`);
		const node = createDagNode({
			context: contextFor(slot, { settings, random, clock, links, wallNowMs }),
			identity,
			dag,
			version,
			known: knownBy(name, pairs),
			address: () => slot.address,
		});
		slot.node = node;
		node.pause(slot.isPaused);
		node.start();
	};

	const crash = (slot: MutableSlot): void => {
		slot.node = undefined;
		slot.life += 1;
		links.close(slot.name);
	};

	const slotOf = (name: string): MutableSlot => {
		const slot = slots.get(name);
		if (!slot) throw new Error(`there is no node ${name}`);
		return slot;
	};

	const restart = (slot: MutableSlot, dag: 'kept' | 'empty'): void => {
		if (slot.node) crash(slot);
		if (dag === 'empty') slot.dag = createDag(genesis);
		start(slot);
	};

	const pause = (slot: MutableSlot, isPaused: boolean): void => {
		slot.isPaused = isPaused;
		slot.node?.pause(isPaused);
	};

	const apply = (fault: Fault): void => {
		switch (fault.fault) {
			case 'partition':
				links.faults.groups = withRest(fault.groups, names);
				lasting.set('partition', fault);
				break;
			case 'heal':
				links.faults.groups = undefined;
				lasting.delete('partition');
				break;
			case 'stall':
				pause(slotOf(fault.node), true);
				lasting.set(`stall ${fault.node}`, fault);
				break;
			case 'crash':
				if (slotOf(fault.node).node) crash(slotOf(fault.node));
				lasting.set(`crash ${fault.node}`, fault);
				break;
			case 'restart':
				restart(slotOf(fault.node), fault.dag);
				lasting.delete(`crash ${fault.node}`);
				break;
			case 'slow':
				slotOf(fault.node).slowMs = fault.latencyMs;
				links.faults.slowMs.set(fault.node, fault.latencyMs);
				lasting.set(`slow ${fault.node}`, fault);
				break;
			case 'loss':
				for (const name of fault.node === undefined ? names : [fault.node]) {
					links.faults.lossRatio.set(name, fault.ratio);
				}
				lasting.set(`loss ${fault.node ?? ''}`, fault);
				break;
		}
	};

	return {
		slots: [...slots.values()],
		links,
		nowMs: clock.nowMs,
		wallNowMs,
		nextAtMs: clock.nextAtMs,
		advanceTo: clock.advanceTo,
		advance: (durationMs) => {
			clock.advanceTo(clock.nowMs() + durationMs);
		},
		skip(durationMs) {
			skippedMs += durationMs;
		},
		start() {
			for (const slot of slots.values()) start(slot);
		},
		apply,
		clear() {
			lasting.clear();
			links.faults.groups = undefined;
			links.faults.slowMs.clear();
			links.faults.lossRatio.clear();
			for (const slot of slots.values()) {
				slot.slowMs = 0;
				pause(slot, false);
				if (!slot.node) start(slot);
			}
		},
		faults: () => [...lasting.values()],
	};
}

function createSlot(name: string, seed: string, dag: Dag): MutableSlot {
	const nodeId = createHash('sha256').update(`${seed}/${name}`).digest('hex').slice(0, 16);
	return {
		name,
		nodeId,
		stopwatch: createStopwatch(),
		node: undefined,
		isPaused: false,
		slowMs: 0,
		address: undefined,
		identity: { nodeId, issued: 0 },
		dag,
		life: 0,
	};
}

/** The world of one life: once that is over, its timers do nothing more. */
function contextFor(
	slot: MutableSlot,
	world: Pick<NodeContext, 'settings' | 'random' | 'wallNowMs'> & {
		readonly clock: VirtualClock;
		readonly links: Links;
	},
): NodeContext {
	const { life, name } = slot;
	const { clock, links, settings, random, wallNowMs } = world;
	return {
		name,
		settings,
		random,
		nowMs: clock.nowMs,
		wallNowMs,
		after: (delayMs, run) =>
			clock.after(delayMs, () => {
				if (slot.life === life) slot.stopwatch.time(run);
			}),
		transmit: (to, text) => links.send(name, to, text),
	};
}

/** Two thirds of the sample is a quorum: 2 of 3 peers among four nodes. */
function settingsFor({ nodeCount, settings }: DagNetworkOptions): NodeSettings {
	const sampleSize = Math.min(nodeCount - 1, peersWanted, maxSampleSize);
	return {
		verticesPerSecond: Math.min(1.5, networkVerticesPerSecond / nodeCount),
		sampleSize,
		quorum: Math.ceil((sampleSize * 2) / 3),
		roundsToFinal: 3,
		roundMs: 400,
		queryTimeoutMs: 2000,
		maxFinalHeld: Math.max(1000, Math.min(4000, Math.floor(32_000 / nodeCount))),
		...settings,
	};
}

function knownBy(
	name: string,
	pairs: readonly (readonly [string, string])[],
): DagNodeOptions['known'] {
	return pairs.flatMap(([dialler, other]): DagNodeOptions['known'] => {
		if (dialler === name) return [{ name: other, direction: 'outbound' }];
		return other === name ? [{ name: dialler, direction: 'inbound' }] : [];
	});
}

function withRest(groups: readonly (readonly string[])[], names: readonly string[]): string[][] {
	const rest = names.filter((name) => !groups.some((group) => group.includes(name)));
	return [...groups.map((group) => [...group]), ...(rest.length > 0 ? [rest] : [])];
}
