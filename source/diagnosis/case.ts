import type { Group, ConnectionVerdict } from '../sections/group/schema.ts';
import { shellWord } from '../domain/shell-word.ts';
import type { NodeSnapshot } from '../sections/snapshot.ts';

/** One attempt to connect: its time, or the system's error code (`ECONNREFUSED`, `ETIMEDOUT`, …). */
export type ConnectSample = { readonly ms: number } | { readonly error: string };

/** One question to the node over a connection: times from the start of the connection's use. */
export interface ReplySample {
	readonly firstByteMs: number;
	readonly totalMs: number;
	readonly bytes: number;
	/** Since when nothing came any more, of a reply that did not end within the time allowed. */
	readonly stoppedAtMs?: number;
	/** The fastest quarter of its last two thirds; absent where it was too short to tell. */
	readonly stretch?: Stretch;
	/** Its end, where the rate did not grow any more; absent where it did, or was too short to tell. */
	readonly steady?: Stretch;
}

/** A part of a reply. */
export interface Stretch {
	readonly bytes: number;
	readonly ms: number;
}

/** What was measured of the path to one node, layer by layer; a layer not reached is absent. */
export interface PathProbe {
	readonly target: string;
	readonly host: string;
	readonly isLoopback: boolean;
	/** An address of one's own networks. */
	readonly isPrivate?: boolean;
	readonly dns?: ConnectSample;
	readonly connects: readonly ConnectSample[];
	readonly tls?: { readonly validTo: string } | { readonly error: string };
	readonly replies: readonly ReplySample[];
	/** Questions that got no byte of a reply. */
	readonly unanswered?: number;
	/** By the date of its quickest reply. */
	readonly clock?: { readonly offsetMs: number; readonly uncertaintyMs: number };
}

/** Everything known when one node is diagnosed. Pure data: equal inputs have equal diagnoses. */
export interface DiagnosisInput {
	readonly node: NodeSnapshot;
	/** How a command line names the node, where its name does not do. */
	readonly commandName?: string | undefined;
	/** Every watched node, this one included. */
	readonly fleet: readonly NodeSnapshot[];
	/** The group that the node is in. */
	readonly group?: Group | undefined;
	readonly path?: PathProbe | undefined;
	/** The paths to the other nodes. */
	readonly otherPaths: readonly PathProbe[];
	/** Whose fault it is that several nodes fail at once; absent while they do not. */
	readonly witness?: ConnectionVerdict | undefined;
	readonly nowMs: number;
}

/** Where a cause lies: the node, the path to it, this machine, or the whole network of the node. */
export type Place = 'node' | 'path' | 'us' | 'chain';

/** A piece of evidence, and how much it says: 1 fits, 2 speaks for it, 4 hardly leaves another. */
export interface Evidence {
	readonly weight: 1 | 2 | 4;
	readonly text: string;
}

export interface Weighed {
	readonly for: readonly Evidence[];
	readonly against: readonly Evidence[];
}

/** One possible cause. Adding one adds it to its file and `causes.ts`. */
export interface Cause {
	readonly code: string;
	readonly place: Place;
	readonly title: string;
	/** What the evidence says; `undefined` when nothing speaks for it. */
	weigh(input: DiagnosisInput): Weighed | undefined;
	/** What to run or look at next. */
	next(input: DiagnosisInput): readonly string[];
	/** A step that changes the node, such as a restart: said last, and never of a cause that is only possible. */
	readonly lastStep?: string;
	/** What, if seen, would show that this is not the cause. */
	readonly disproof: string;
}

/** The node as one word of a command that can be run as it is printed. */
export function nodeWord({ node, commandName }: DiagnosisInput): string {
	return shellWord(commandName ?? node.target.name);
}
