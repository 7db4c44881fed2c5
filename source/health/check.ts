import type { ComponentHealth } from '../sections/health/component-health.ts';
import type { Group, Witness } from '../sections/group/schema.ts';
import type { Issue } from '../sections/health/schema.ts';
import type { NodeSnapshot } from '../sections/snapshot.ts';
import type { Component, Health, Severity } from '../domain/words.ts';

/** A node before it is judged. */
export type UnjudgedNode = Omit<NodeSnapshot, 'health'>;

/** What no single snapshot tells. */
export interface NodeMemory {
	/** When height, round or finalized last moved while watched; absent until they moved once. */
	readonly progressAtMs?: number | undefined;
	/** The chain that this name stood for when first seen. */
	readonly firstChainId?: string | number | undefined;
}

export interface CheckInput {
	readonly node: UnjudgedNode;
	readonly memory: NodeMemory;
	/** The group that the node is in, as it was last compared. */
	readonly group?: Group | undefined;
	/** Whose fault it is, while several nodes fail at once. */
	readonly witness?: Witness | undefined;
	/** As its scheduled checks left it; absent while none ran. */
	readonly components?: readonly ComponentHealth[] | undefined;
	readonly nowMs: number;
}

/** What a check found wrong. `since` is added by the judge. */
export interface Finding {
	readonly severity: Severity;
	readonly message: string;
	readonly evidence?: string | undefined;
	readonly nextStep?: string | undefined;
	/** What the finding makes of the node; by default degraded, and for `info` up. */
	readonly health?: Health;
}

/** One question about a node. Pure; `code` names the finding for good. */
export interface Check {
	readonly code: string;
	readonly component: Component;
	run(input: CheckInput): Finding | undefined;
}

export type { Issue };
