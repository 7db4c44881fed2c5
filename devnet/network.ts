import { FaultInjector } from './fault-injector.ts';
import type { Fault, OwnFault } from './faults.ts';
import { createLinks } from './links.ts';
import type { Links, LinkSettings } from './links.ts';
import type { NodeBlueprint, NodeProcess, NodeSlot } from './node-process.ts';
import { Slot } from './node-slot.ts';
import { neighboursOf } from './topology.ts';
import type { Topology } from './topology.ts';
import { createVirtualClock } from './virtual-clock.ts';

/**
 * A network of nodes in virtual time. The same options and the same times of faults give the same
 * messages and figures, on every machine.
 */
export interface Network<Node = NodeProcess> {
	/** `dag`, `hotstuff` or `evm`. */
	readonly name: string;
	/** Faults that only this kind of network supports. */
	readonly ownFaults: readonly OwnFault['fault'][];
	readonly slots: readonly NodeSlot<Node>[];
	readonly links: Links;
	nowMs(): number;
	wallNowMs(): number;
	/** When the next event is due; `undefined` when none waits. */
	nextAtMs(): number | undefined;
	/** Runs the network up to a moment of virtual time. */
	advanceTo(atMs: number): void;
	advance(durationMs: number): void;
	/** Moves the wall clock on while the network stood still. */
	skip(durationMs: number): void;
	start(): void;
	/** Throws a `UserError` when the named node cannot have this fault now. */
	apply(fault: Fault): void;
	/** Ends all faults, or those of one node; crashed nodes restart with their data. */
	clear(node?: string): void;
	/** Active faults, in the order in which they began. */
	faults(): Fault[];
}

/** Options that every kind of network takes. */
export interface NetworkBasics<Settings> {
	readonly seed: number;
	/** Unix ms at the virtual zero. */
	readonly epochMs: number;
	readonly version: string;
	readonly links?: Partial<LinkSettings>;
	readonly settings?: Partial<Settings>;
}

export interface NetworkOptions<Node extends NodeProcess, Identity, Data> extends NodeBlueprint<
	Node,
	Identity,
	Data
> {
	readonly name: string;
	readonly ownFaults: readonly OwnFault['fault'][];
	/** Every link and node derives its random numbers from it. */
	readonly seed: string;
	readonly epochMs: number;
	readonly names: readonly string[];
	readonly topology: Topology;
	readonly links: LinkSettings;
}

export function createNetwork<Node extends NodeProcess, Identity, Data>(
	options: NetworkOptions<Node, Identity, Data>,
): Network<Node> {
	const { name, names, ownFaults, seed, epochMs, topology } = options;
	const clock = createVirtualClock();
	let skippedMs = 0;
	const wallNowMs = () => epochMs + skippedMs + clock.nowMs();
	const slots = new Map<string, Slot<Node, Identity, Data>>();
	const links = createLinks({
		seed,
		settings: options.links,
		topology,
		clock,
		deliver: (from, to, text) => slots.get(to)?.receive(from, text),
		onClosed: (from, to) => slots.get(to)?.node?.onPeerClosed(from),
	});
	const context = { blueprint: options, seed, clock, links, wallNowMs, slots };
	for (const each of names) slots.set(each, new Slot(each, neighboursOf(each, topology), context));
	const faults = new FaultInjector(slots, links.faults);
	return {
		name,
		ownFaults,
		slots: [...slots.values()],
		links,
		nowMs: clock.nowMs,
		wallNowMs,
		nextAtMs: clock.nextAtMs,
		advanceTo: clock.advanceTo,
		advance(durationMs) {
			clock.advanceTo(clock.nowMs() + durationMs);
		},
		skip(durationMs) {
			skippedMs += durationMs;
		},
		start() {
			for (const slot of slots.values()) slot.start();
		},
		apply(fault) {
			faults.apply(fault);
		},
		clear(node) {
			faults.clear(node);
		},
		faults: () => faults.active(),
	};
}
