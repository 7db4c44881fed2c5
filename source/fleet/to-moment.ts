import { alertingOff } from '../sections/alerting/schema.ts';
import type { AlertingStatus } from '../sections/alerting/schema.ts';
import type { Moment, NodeMoment } from '../sections/moment.ts';
import type { NetworkMemory } from '../sections/network/memory.ts';
import { alertsIn } from './alerts.ts';
import type { FleetState } from './fleet.ts';
import type { NodeState } from './node-state.ts';

/** What a moment holds beside the fleet. */
export interface MomentContext {
	readonly atMs: number;
	readonly alerting?: AlertingStatus | undefined;
	/** Figures of a node's network that need several polls. */
	readonly networkOf?: ((name: string) => NetworkMemory | undefined) | undefined;
}

export type TakeMoment = (state: FleetState, context: MomentContext) => Moment;

/** The fleet at one time, without its secrets. */
export const toMoment: TakeMoment = (state, context) => createMomentTaker()(state, context);

/** Takes moments of one fleet one after another: what did not change is the same object in the next. */
export function createMomentTaker(): TakeMoment {
	let lastState: FleetState | undefined;
	let last: Pick<Moment, 'nodes' | 'alerts'> = { nodes: [], alerts: [] };
	// By name, not by state in a WeakMap: the values of one are kept until the whole heap is collected.
	const taken = new Map<string, { readonly state: NodeState; readonly node: NodeMoment }>();

	function takeNode(state: NodeState, network: NetworkMemory | undefined): NodeMoment {
		const { name } = state.target;
		const known = taken.get(name);
		if (known?.state === state && known.node.network === network) return known.node;
		const node = toNode(state, network);
		taken.set(name, { state, node });
		return node;
	}

	function forgetRemoved(nodes: readonly NodeState[]): void {
		if (taken.size <= nodes.length) return;
		const names = new Set(nodes.map(({ target }) => target.name));
		for (const name of taken.keys()) if (!names.has(name)) taken.delete(name);
	}

	return (state, { atMs, alerting = alertingOff, networkOf }) => {
		const nodes = state.nodes.map((node) => takeNode(node, networkOf?.(node.target.name)));
		last = {
			nodes: isSameList(nodes, last.nodes) ? last.nodes : nodes,
			alerts: state === lastState ? last.alerts : alertsIn(state),
		};
		lastState = state;
		forgetRemoved(state.nodes);
		return { atMs, groups: state.groups, witness: state.witness, alerting, ...last };
	};
}

function toNode(state: NodeState, network: NetworkMemory | undefined): NodeMoment {
	const { target, snapshot, samples, site } = state;
	const { commandName, capacityBytesPerSecond, insecure } = target;
	return {
		snapshot,
		samples,
		...(commandName !== undefined && { commandName }),
		...(site !== undefined && { site }),
		...(network && { network }),
		...(capacityBytesPerSecond !== undefined && { capacityBytesPerSecond }),
		...(insecure === true && { isInsecure: true }),
	};
}

function isSameList(a: readonly NodeMoment[], b: readonly NodeMoment[]): boolean {
	return a.length === b.length && a.every((node, index) => node === b[index]);
}
