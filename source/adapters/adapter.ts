import type { ReadSectionName } from '../sections/registry.ts';
import type { Reading } from '../sections/snapshot.ts';
import type { DelaySpan } from '../domain/own-delay.ts';
import type { Target } from '../domain/target.ts';
import type { Http } from './http.ts';

/**
 * The contract of a kind of node.
 *
 * An adapter turns what one node says into a `Reading`. It validates the wire with schemas of
 * its own folder, passes every foreign string through `clean()`, leaves out what the node did not
 * say, and throws `PollError` when the main question got no usable answer. A secondary question that
 * failed is an entry in `endpoints`, never an exception. It holds no user interface, judges nothing,
 * and never sends a call that changes the node.
 */
export interface Adapter {
	readonly kind: string;
	/** The kind in words, as `QuDAG node`. */
	readonly title: string;
	/** URL schemes that this kind understands, with the colon: `http:`. */
	readonly schemes: readonly string[];
	/** Addresses on this machine worth one question when nothing is configured. */
	readonly localUrls: readonly string[];
	/** Sections of the snapshot that this kind never has, each with the reason in one line. */
	readonly absentSections: Readonly<Partial<Record<ReadSectionName, string>>>;
	/**
	 * The address in this kind's own scheme for one that was given as HTTP, where the kind has such a
	 * scheme: tried when what answers speaks no HTTP.
	 */
	readonly withoutHttp?: (url: string) => string | undefined;
	/** Asks one harmless question; says whether a node of this kind answers there. */
	probe(target: Target, context: PollContext): Promise<ProbeMatch | undefined>;
	/** Prepares a connection. Does no I/O: the first poll does. */
	open(target: Target, http: Http): Source;
	/** What a node says elsewhere than at its addresses; `undefined` where the target names no such place. */
	readonly beside?: (target: Target) => Beside | undefined;
}

/** A second voice of a node, such as its log, whichever of its addresses answers. */
export interface Beside {
	/** Completes what `read` resolves with; may stand in for it when it rejects. */
	poll(context: PollContext, read: () => Promise<Reading>): Promise<Reading>;
	/** No poll is running or follows. */
	close(): void;
}

/** A live connection to one node; keeps what it needs between polls, such as earlier counters. */
export interface Source {
	poll(context: PollContext): Promise<Reading>;
	/** Frees sockets. No poll is running or follows. */
	close(): void;
}

export interface PollContext {
	/** Aborted at the poll's deadline and when its target is removed. */
	readonly signal: AbortSignal;
	/** Unix milliseconds. */
	readonly now: () => number;
	readonly http: Http;
	/** By how much this process was late since the poll began. */
	readonly delay: Pick<DelaySpan, 'soFarMs'>;
}

export interface ProbeMatch {
	/** What answered, in words: `anvil 1.7.1, chain 31337`. */
	readonly found: string;
	/** How sure: `certain` when the answer named itself, `likely` when only its shape fits. */
	readonly confidence: 'certain' | 'likely';
}
