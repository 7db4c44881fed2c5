import type { Alert } from '../domain/alert.ts';
import type { ReadableStore } from '../domain/store.ts';
import type { AlertingStatus } from './alerting/schema.ts';
import type { Group, ConnectionVerdict } from './group/schema.ts';
import type { NetworkMemory } from './network/memory.ts';
import type { Samples } from './samples.ts';
import type { NodeSnapshot } from './snapshot.ts';

/** A node as it is seen at a moment. Holds no secret: addresses are masked. */
export interface NodeMoment {
	readonly snapshot: NodeSnapshot;
	/** Recent numbers that end at this moment. */
	readonly samples: Samples;
	/** How a command line names the node where its name alone does not do. */
	readonly commandName?: string;
	/** The watched site that reported this node; absent for a node that is polled itself. */
	readonly site?: string;
	/** Figures that need several polls: rates, churn, peaks. */
	readonly network?: NetworkMemory;
	/** What its connection carries each way, as its owner states it. */
	readonly capacityBytesPerSecond?: number;
	/** Its TLS certificate is not verified. */
	readonly isInsecure?: boolean;
}

/**
 * Everything that a screen, a command, an exporter, a rule or a diagnosis may look at, at one time. It never
 * changes: the next moment is another value.
 */
export interface Moment {
	/** Unix ms. Ages are counted to this time. */
	readonly atMs: number;
	/** In the order of the configuration; the nodes of a site below it. */
	readonly nodes: readonly NodeMoment[];
	/** Nodes of one network, as they were last compared. */
	readonly groups: readonly Group[];
	/** Whether our own connection is lost; present while several nodes fail at once. */
	readonly witness: ConnectionVerdict | undefined;
	/** The alerts of the rules; without rules, the findings of the built-in checks. */
	readonly alerts: readonly Alert[];
	readonly alerting: AlertingStatus;
}

/** Supplies moments: live, paused, replayed and remote views differ only in this. */
export type MomentSource = ReadableStore<Moment>;
