import { createHash } from 'node:crypto';
import { UserError } from '../source/domain/errors.ts';
import type { FaultTarget } from './fault-injector.ts';
import type { OwnFault } from './faults.ts';
import type { Links } from './links.ts';
import type { NodeBlueprint, NodeProcess, NodeSlot, World } from './node-process.ts';
import { nextHop } from './next-hop.ts';
import type { NextHop } from './next-hop.ts';
import { createRandom } from './random.ts';
import { createStopwatch } from './stopwatch.ts';
import type { Neighbour } from './topology.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** What all slots of one network share. */
export interface SlotContext<Node extends NodeProcess, Identity, Data> {
	readonly blueprint: NodeBlueprint<Node, Identity, Data>;
	readonly seed: string;
	readonly clock: VirtualClock;
	readonly links: Links;
	/** The clock of a node without skew, Unix ms. */
	readonly wallNowMs: () => number;
	readonly slots: ReadonlyMap<string, { readonly name: string; readonly nodeId: string }>;
}

/** Starts and crashes one node, and keeps what survives a crash: identity, data and active faults. */
export class Slot<Node extends NodeProcess, Identity, Data> implements NodeSlot<Node>, FaultTarget {
	readonly name: string;
	readonly nodeId: string;
	readonly stopwatch = createStopwatch();
	node: Node | undefined = undefined;
	slowMs = 0;
	skewMs = 0;
	address: string | undefined = undefined;
	readonly #neighbours: readonly Neighbour[];
	readonly #context: SlotContext<Node, Identity, Data>;
	readonly #identity: Identity;
	readonly #ownFaults = new Map<string, OwnFault>();
	#data: Data;
	#isPaused = false;
	/** Counts starts and crashes, so that the timers of an earlier run are recognised. */
	#run = 0;

	constructor(
		name: string,
		neighbours: readonly Neighbour[],
		context: SlotContext<Node, Identity, Data>,
	) {
		const { seed, blueprint } = context;
		this.name = name;
		this.nodeId = createHash('sha256').update(`${seed}/${name}`).digest('hex').slice(0, 16);
		this.#neighbours = neighbours;
		this.#context = context;
		this.#identity = blueprint.createIdentity(this.nodeId, name);
		this.#data = blueprint.createData();
	}

	get isRunning(): boolean {
		return this.node !== undefined;
	}

	wallNowMs(): number {
		return this.#context.wallNowMs() + this.skewMs;
	}

	nextHop(goal: string): NextHop | undefined {
		const { slots, links } = this.#context;
		const target = [...slots.values()].find(({ name, nodeId }) => name === goal || nodeId === goal);
		return target && nextHop(links, this.name, target.name);
	}

	receive(from: string, text: string): void {
		this.stopwatch.time(() => this.node?.receive(from, text));
	}

	start(): void {
		this.#run += 1;
		const node = this.#context.blueprint.createNode(this.#world(), this.#identity, this.#data);
		this.node = node;
		node.setPaused(this.#isPaused);
		for (const fault of this.#ownFaults.values()) node.inject(fault);
		node.start();
	}

	crash(): void {
		this.node = undefined;
		this.#run += 1;
		this.#context.links.close(this.name);
	}

	loseData(): void {
		this.#data = this.#context.blueprint.createData();
	}

	setPaused(isPaused: boolean): void {
		this.#isPaused = isPaused;
		this.node?.setPaused(isPaused);
	}

	inject(fault: OwnFault): void {
		this.#ownFaults.set(fault.fault, fault);
		this.node?.inject(fault);
	}

	injectOnce(fault: OwnFault): void {
		if (!this.node) throw new UserError(`${this.name} is down: restart it before ${fault.fault}`);
		this.node.inject(fault);
	}

	clearFaults(): void {
		this.slowMs = 0;
		this.skewMs = 0;
		this.#ownFaults.clear();
		this.node?.clearFaults();
		this.setPaused(false);
		if (!this.node) this.start();
	}

	/** The world of the present run: once that is over, its timers do nothing. */
	#world(): World {
		const { seed, clock, links } = this.#context;
		const run = this.#run;
		return {
			name: this.name,
			random: createRandom(`${seed}/node/${this.name}/${run}`),
			neighbours: this.#neighbours,
			address: () => this.address,
			nowMs: clock.nowMs,
			wallNowMs: () => this.wallNowMs(),
			after: (delayMs, task) =>
				clock.after(delayMs, () => {
					if (this.#run === run) this.stopwatch.time(task);
				}),
			transmit: (to, text) => links.send(this.name, to, text),
		};
	}
}
