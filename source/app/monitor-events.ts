import type { Transition } from '../alerts/evaluation.ts';
import type { ProcessChange } from '../domain/process-change.ts';
import type { ComponentHealth } from '../sections/health/component-health.ts';
import type { Group, ConnectionVerdict } from '../sections/group/schema.ts';
import type { PollOutcome } from '../sections/poll/poll-result.ts';
import type { Probes } from '../sections/probes/schema.ts';
import type { NodeSnapshot } from '../sections/snapshot.ts';
import type { ReportBug } from './surroundings.ts';

interface Happened {
	/** Unix ms. */
	readonly atMs: number;
}

/** A poll ended, well or not. */
export interface Polled extends Happened {
	readonly type: 'polled';
	readonly node: string;
	/** The node after the poll, judged. */
	readonly snapshot: NodeSnapshot;
	readonly outcome: PollOutcome;
	/** The nodes that this source reports beside itself, judged. */
	readonly members: readonly NodeSnapshot[];
}

/** The nodes of each network were compared. */
export interface Compared extends Happened {
	readonly type: 'compared';
	readonly groups: readonly Group[];
	/** Whether our own connection is at fault; absent unless several nodes fail together. */
	readonly witness: ConnectionVerdict | undefined;
}

/** The scheduled checks of a node's components ended. */
export interface Checked extends Happened {
	readonly type: 'checked';
	readonly node: string;
	readonly components: readonly ComponentHealth[];
}

/** The path to a node was probed. */
export interface Probed extends Happened {
	readonly type: 'probed';
	readonly node: string;
	readonly probes: Probes;
}

/** An alert became pending, fired, changed or ended; it is on disk. */
export interface AlertChanged extends Happened {
	readonly type: 'alertChanged';
	readonly transition: Transition;
}

/** A node is watched from now on, or no longer. */
export interface NodeListed extends Happened {
	readonly type: 'nodeAdded' | 'nodeRemoved';
	readonly node: string;
}

/** The process of a node changed its state, perhaps long before: it is read from the journal of its supervisor. */
export interface ProcessChanged extends Happened {
	readonly type: 'processChanged';
	readonly node: string;
	readonly change: ProcessChange;
}

export type MonitorEvent =
	| Polled
	| Compared
	| Checked
	| Probed
	| AlertChanged
	| NodeListed
	| ProcessChanged;

export type MonitorListener = (event: MonitorEvent) => void;

export interface MonitorEvents {
	/** Calls the listener with each event from now on; returns the function that ends it. */
	readonly on: (listener: MonitorListener) => () => void;
	readonly emit: (event: MonitorEvent) => void;
}

/**
 * Delivers events in the order in which they happened, to each listener in the same order: an event that
 * a listener causes waits until all listeners have the present one. A listener that throws is reported
 * and does not stop the others.
 */
export function createMonitorEvents(reportBug: ReportBug): MonitorEvents {
	const listeners = new Set<MonitorListener>();
	const waiting: MonitorEvent[] = [];
	let isDelivering = false;

	function deliver(event: MonitorEvent): void {
		for (const listener of listeners) {
			try {
				listener(event);
			} catch (error) {
				reportBug(error, `a listener of ${event.type} events`);
			}
		}
	}

	return {
		on(listener) {
			// Wrapped, so that the same function may listen twice.
			const own: MonitorListener = (event) => {
				listener(event);
			};
			listeners.add(own);
			return () => {
				listeners.delete(own);
			};
		},
		emit(event) {
			waiting.push(event);
			if (isDelivering) return;
			isDelivering = true;
			for (let next = waiting.shift(); next; next = waiting.shift()) deliver(next);
			isDelivering = false;
		},
	};
}
