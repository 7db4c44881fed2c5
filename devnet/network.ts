import { createHash } from 'node:crypto';
import { UserError } from '../source/domain/errors.ts';
import type { Fault, OwnFault } from './faults.ts';
import { createLinks } from './links.ts';
import type { Links, LinkSettings } from './links.ts';
import { nextHop } from './next-hop.ts';
import type { NextHop } from './next-hop.ts';
import { createRandom } from './random.ts';
import type { Random } from './random.ts';
import { createStopwatch } from './stopwatch.ts';
import type { Stopwatch } from './stopwatch.ts';
import { createVirtualClock } from './virtual-clock.ts';
import type { Cancel } from './virtual-clock.ts';

/** What one life of a node may use of the world: its clock, its dice and its links. */
export interface World {
	readonly name: string;
	readonly random: Random;
	/** Milliseconds since the network began. */
	nowMs(): number;
	/** What the node's own clock says, Unix ms. */
	wallNowMs(): number;
	/** Does nothing once the node has stopped. */
	after(delayMs: number, run: () => void): Cancel;
	transmit(to: string, text: string): 'sent' | 'dropped';
}

/** One life of one node, from start to crash. */
export interface Member {
	start(): void;
	receive(from: string, text: string): void;
	peerClosed(from: string): void;
	/** Ends taking part, or takes it up again; the node goes on to answer. */
	pause(isPaused: boolean): void;
	/** Takes a fault that only its kind of network knows. */
	disturb(fault: OwnFault): void;
	/** Ends all such faults. */
	calm(): void;
}

/** A place for a node in a network; it outlives crashes. */
export interface NodeSlot<Node = Member> {
	readonly name: string;
	readonly nodeId: string;
	/** Processing time of the node's own handlers. */
	readonly stopwatch: Stopwatch;
	/** `undefined` while crashed. */
	readonly node: Node | undefined;
	/** What its HTTP answers are late by. */
	readonly slowMs: number;
	/** What its own clock says, Unix ms. */
	wallNowMs(): number;
	/** Where a message to a node, by name or id, goes first; `undefined` when there is no way. */
	nextHop(goal: string): NextHop | undefined;
	/** Set by who serves it: `host:port`. */
	address: string | undefined;
}

/**
 * A network of nodes in virtual time. The same options and the same times of faults give the same
 * messages and figures, on every machine.
 */
export interface Network<Node = Member> {
	/** `dag`, `hotstuff` or `evm`. */
	readonly name: string;
	/** Faults that only this kind of network knows. */
	readonly ownFaults: readonly OwnFault['fault'][];
	readonly slots: readonly NodeSlot<Node>[];
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
	/** Throws a `UserError` when it names a node that cannot take it now. */
	apply(fault: Fault): void;
	/** Ends all faults, or those of one node; crashed nodes restart with their data. */
	clear(node?: string): void;
	/** Faults that last, in the order in which they began. */
	faults(): Fault[];
}

export interface NetworkOptions<Node extends Member, Kept, Data> {
	readonly name: string;
	readonly ownFaults: readonly OwnFault['fault'][];
	/** Names links and dice; another seed is another network. */
	readonly seed: string;
	/** What the virtual zero is in Unix ms. */
	readonly epochMs: number;
	readonly names: readonly string[];
	/** Who is linked to whom; the first of a pair dials. */
	readonly pairs: readonly (readonly [string, string])[];
	readonly links: LinkSettings;
	/** What an operator keeps safe apart from the data, such as keys. */
	readonly keep: (nodeId: string, name: string) => Kept;
	/** The data of a node that has just been installed. */
	readonly emptyData: () => Data;
	readonly create: (world: World, parts: NodeParts<Kept, Data>) => Node;
}

export interface NodeParts<Kept, Data> {
	readonly kept: Kept;
	readonly data: Data;
	readonly address: () => string | undefined;
}

interface MutableSlot<Node, Kept, Data> extends NodeSlot<Node> {
	node: Node | undefined;
	isPaused: boolean;
	slowMs: number;
	skewMs: number;
	readonly own: Map<string, OwnFault>;
	readonly kept: Kept;
	data: Data;
	life: number;
}

export function createNetwork<Node extends Member, Kept, Data>(
	options: NetworkOptions<Node, Kept, Data>,
): Network<Node> {
	type Slot = MutableSlot<Node, Kept, Data>;
	const { name, names, seed, epochMs } = options;
	const clock = createVirtualClock();
	const lasting = new Map<string, Fault>();
	let skippedMs = 0;
	const wallNowMs = () => epochMs + skippedMs + clock.nowMs();

	const createSlot = (nodeName: string): Slot => {
		const nodeId = createHash('sha256').update(`${seed}/${nodeName}`).digest('hex').slice(0, 16);
		const slot: Slot = {
			name: nodeName,
			nodeId,
			stopwatch: createStopwatch(),
			node: undefined,
			isPaused: false,
			slowMs: 0,
			skewMs: 0,
			wallNowMs: () => wallNowMs() + slot.skewMs,
			nextHop: (goal) => {
				const known = [...slots.values()].find(
					(each) => each.name === goal || each.nodeId === goal,
				);
				return known && nextHop(links, nodeName, known.name);
			},
			address: undefined,
			own: new Map(),
			kept: options.keep(nodeId, nodeName),
			data: options.emptyData(),
			life: 0,
		};
		return slot;
	};
	const slots = new Map(names.map((nodeName) => [nodeName, createSlot(nodeName)]));
	const links = createLinks({
		seed,
		settings: options.links,
		pairs: options.pairs,
		clock,
		deliver: (from, to, text) => {
			const slot = slots.get(to);
			slot?.stopwatch.time(() => slot.node?.receive(from, text));
		},
		onClosed: (from, to) => {
			slots.get(to)?.node?.peerClosed(from);
		},
	});

	/** The world of one life: once that is over, its timers do nothing more. */
	const worldOf = (slot: Slot): World => {
		const { life } = slot;
		return {
			name: slot.name,
			random: createRandom(`${seed}/node/${slot.name}/${life}`),
			nowMs: clock.nowMs,
			wallNowMs: slot.wallNowMs,
			after: (delayMs, run) =>
				clock.after(delayMs, () => {
					if (slot.life === life) slot.stopwatch.time(run);
				}),
			transmit: (to, text) => links.send(slot.name, to, text),
		};
	};

	const start = (slot: Slot): void => {
		slot.life += 1;
		const { kept, data } = slot;
		const node = options.create(worldOf(slot), { kept, data, address: () => slot.address });
		slot.node = node;
		node.pause(slot.isPaused);
		for (const fault of slot.own.values()) node.disturb(fault);
		node.start();
	};

	const crash = (slot: Slot): void => {
		slot.node = undefined;
		slot.life += 1;
		links.close(slot.name);
	};

	const slotOf = (nodeName: string): Slot => {
		const slot = slots.get(nodeName);
		if (!slot) throw new Error(`there is no node ${nodeName}`);
		return slot;
	};

	const pause = (slot: Slot, isPaused: boolean): void => {
		slot.isPaused = isPaused;
		slot.node?.pause(isPaused);
	};

	const disturb = (fault: OwnFault): void => {
		const slot = slotOf(fault.node);
		if (fault.fault === 'reorg') {
			if (!slot.node) throw new UserError(`${slot.name} is down: it cannot reorganise its chain`);
			slot.node.disturb(fault);
			return;
		}
		slot.own.set(fault.fault, fault);
		slot.node?.disturb(fault);
		lasting.set(`${fault.fault} ${fault.node}`, fault);
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
			case 'restart': {
				const slot = slotOf(fault.node);
				if (slot.node) crash(slot);
				if (fault.data === 'empty') slot.data = options.emptyData();
				start(slot);
				lasting.delete(`crash ${fault.node}`);
				break;
			}
			case 'slow':
				slotOf(fault.node).slowMs = fault.latencyMs;
				links.faults.slowMs.set(fault.node, fault.latencyMs);
				lasting.set(`slow ${fault.node}`, fault);
				break;
			case 'loss':
				for (const each of fault.node === undefined ? names : [fault.node]) {
					links.faults.lossRatio.set(each, fault.ratio);
				}
				lasting.set(`loss ${fault.node ?? ''}`, fault);
				break;
			case 'clockSkew':
				slotOf(fault.node).skewMs = fault.offsetMs;
				lasting.set(`clockSkew ${fault.node}`, fault);
				break;
			default:
				disturb(fault);
		}
	};

	const clearNode = (slot: Slot): void => {
		for (const [key, fault] of lasting) {
			if ('node' in fault && fault.node === slot.name) lasting.delete(key);
		}
		links.faults.slowMs.delete(slot.name);
		links.faults.lossRatio.delete(slot.name);
		slot.slowMs = 0;
		slot.skewMs = 0;
		slot.own.clear();
		slot.node?.calm();
		pause(slot, false);
		if (!slot.node) start(slot);
	};

	return {
		name,
		ownFaults: options.ownFaults,
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
		clear(nodeName) {
			if (nodeName !== undefined) {
				clearNode(slotOf(nodeName));
				return;
			}
			lasting.clear();
			links.faults.groups = undefined;
			for (const slot of slots.values()) clearNode(slot);
		},
		faults: () => [...lasting.values()],
	};
}

function withRest(groups: readonly (readonly string[])[], names: readonly string[]): string[][] {
	const rest = names.filter((name) => !groups.some((group) => group.includes(name)));
	return [...groups.map((group) => [...group]), ...(rest.length > 0 ? [rest] : [])];
}

/** Whom a node knows: those whom it dials, and those who dial it. */
export function knownTo(
	name: string,
	pairs: readonly (readonly [string, string])[],
): readonly { readonly name: string; readonly direction: 'inbound' | 'outbound' }[] {
	return pairs.flatMap(([dialler, other]): ReturnType<typeof knownTo>[number][] => {
		if (dialler === name) return [{ name: other, direction: 'outbound' }];
		return other === name ? [{ name: dialler, direction: 'inbound' }] : [];
	});
}
