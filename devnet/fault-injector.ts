import { isOnceFault } from './faults.ts';
import type { Fault, OnceFault, OwnFault } from './faults.ts';
import type { LinkFaults } from './links.ts';

/** A node as faults reach it. */
export interface FaultTarget {
	readonly name: string;
	readonly isRunning: boolean;
	slowMs: number;
	skewMs: number;
	start(): void;
	crash(): void;
	loseData(): void;
	setPaused(isPaused: boolean): void;
	/** Starts a fault that lasts, also over restarts. */
	inject(fault: OwnFault): void;
	/** Throws a `UserError` while the node is down. */
	injectOnce(fault: OwnFault): void;
	/** Ends the faults of the node, and starts it when it is down. */
	clearFaults(): void;
}

/** Starts and ends the faults of one network, and keeps the list of those that are active. */
export class FaultInjector {
	readonly #targets: ReadonlyMap<string, FaultTarget>;
	readonly #linkFaults: LinkFaults;
	/** In the order in which they began. */
	readonly #active = new Map<string, Fault>();

	constructor(targets: ReadonlyMap<string, FaultTarget>, linkFaults: LinkFaults) {
		this.#targets = targets;
		this.#linkFaults = linkFaults;
	}

	active(): Fault[] {
		return [...this.#active.values()];
	}

	apply(fault: Fault): void {
		if (isOnceFault(fault)) {
			this.#target(fault.node).injectOnce(fault);
			return;
		}
		switch (fault.fault) {
			case 'partition':
				this.#linkFaults.groups = withRest(fault.groups, [...this.#targets.keys()]);
				this.#active.set('partition', fault);
				break;
			case 'heal':
				this.#linkFaults.groups = undefined;
				this.#active.delete('partition');
				break;
			case 'loss':
				this.#lose(fault);
				break;
			case 'restart':
				this.#restart(fault);
				break;
			default:
				this.#applyToNode(fault, this.#target(fault.node));
				this.#active.set(`${fault.fault} ${fault.node}`, fault);
		}
	}

	/** Ends all faults, or those of one node. */
	clear(node?: string): void {
		if (node !== undefined) {
			this.#clearNode(this.#target(node));
			return;
		}
		this.#active.clear();
		this.#linkFaults.groups = undefined;
		for (const target of this.#targets.values()) this.#clearNode(target);
	}

	#applyToNode(
		fault: Exclude<Fault, OnceFault | { fault: 'partition' | 'heal' | 'loss' | 'restart' }>,
		target: FaultTarget,
	): void {
		switch (fault.fault) {
			case 'stall':
				target.setPaused(true);
				break;
			case 'crash':
				if (target.isRunning) target.crash();
				break;
			case 'slow':
				target.slowMs = fault.latencyMs;
				this.#linkFaults.slowMs.set(fault.node, fault.latencyMs);
				break;
			case 'clockSkew':
				target.skewMs = fault.offsetMs;
				break;
			default:
				target.inject(fault);
		}
	}

	#lose(fault: Extract<Fault, { fault: 'loss' }>): void {
		const names = fault.node === undefined ? this.#targets.keys() : [fault.node];
		for (const name of names) this.#linkFaults.lossRatio.set(name, fault.ratio);
		this.#active.set(`loss ${fault.node ?? ''}`, fault);
	}

	#restart({ node, data }: Extract<Fault, { fault: 'restart' }>): void {
		const target = this.#target(node);
		if (target.isRunning) target.crash();
		if (data === 'empty') target.loseData();
		target.start();
		this.#active.delete(`crash ${node}`);
	}

	#clearNode(target: FaultTarget): void {
		for (const [key, fault] of this.#active) {
			if ('node' in fault && fault.node === target.name) this.#active.delete(key);
		}
		this.#linkFaults.slowMs.delete(target.name);
		this.#linkFaults.lossRatio.delete(target.name);
		target.clearFaults();
	}

	#target(name: string): FaultTarget {
		const target = this.#targets.get(name);
		if (!target) throw new Error(`there is no node ${name}`);
		return target;
	}
}

/** The groups of a partition; the nodes that it does not name form one more. */
function withRest(groups: readonly (readonly string[])[], names: readonly string[]): string[][] {
	const rest = names.filter((name) => !groups.some((group) => group.includes(name)));
	return [...groups.map((group) => [...group]), ...(rest.length > 0 ? [rest] : [])];
}
