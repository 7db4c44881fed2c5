import { createConflict, halves } from './equivocator.ts';
import type { Half } from './equivocator.ts';
import type { Gossip } from './gossip.ts';
import type { Intake, NodeContext, NodeParts } from './node-context.ts';
import { createVertex, maxParents } from './vertex.ts';

/**
 * What survives the loss of a node's data: its identity, and how many vertices it has issued. A node
 * that lost the count would give a sequence number to two vertices.
 */
export interface NodeIdentity {
	readonly nodeId: string;
	issued: number;
}

export interface VertexIssuerOptions extends NodeParts, Intake {
	readonly identity: NodeIdentity;
	readonly gossip: Gossip;
	/** Whether the node is in a state to issue. */
	readonly mayIssue: () => boolean;
	readonly halfOf: (name: string) => Half;
}

/** A node with this many pending vertices issues nothing more: finality has stopped or lags. */
const maxPendingToIssue = 512;
const payloadBytes = [32, 256] as const;

/** Issues a node's own vertices, as a Poisson process. */
export class VertexIssuer {
	readonly #options: VertexIssuerOptions;
	#isQuiet = false;
	#isEquivocating = false;

	constructor(options: VertexIssuerOptions) {
		this.#options = options;
		this.setEquivocating(false);
	}

	start(): void {
		const { context, dag, mayIssue } = this.#options;
		const { verticesPerSecond } = context.settings;
		context.after(context.random.exponential(1000 / verticesPerSecond), () => {
			const isIdle = this.#isQuiet || dag.totals().pending >= maxPendingToIssue;
			if (!isIdle && mayIssue()) {
				if (this.#isEquivocating) this.#issueConflict();
				else this.#issue();
			}
			this.start();
		});
	}

	/** Ends issuing for good. */
	quiesce(): void {
		this.#isQuiet = true;
	}

	setEquivocating(isEquivocating: boolean): void {
		this.#isEquivocating = isEquivocating;
		this.#options.dag.acceptConflicts(isEquivocating);
	}

	#issue(): void {
		const { context, dag, gossip, identity, canWrite, onAttached } = this.#options;
		const parents = context.random.sample(dag.freshTips(maxParents * 2), drawParentCount(context));
		const size = Math.floor(context.random.between(...payloadBytes));
		const payload = context.random.hex(size);
		if (parents.length === 0) return;
		const layer = 1 + Math.max(...parents.map((id) => dag.get(id)?.vertex.layer ?? 0));
		const vertex = createVertex({
			author: context.name,
			sequence: identity.issued + 1,
			layer,
			parents,
			timestampMs: Math.round(context.wallNowMs()),
			payload,
		});
		if (!canWrite(vertex)) return;
		identity.issued += 1;
		dag.add(vertex, context.nowMs());
		onAttached([vertex]);
		gossip.announce([vertex]);
	}

	#issueConflict(): void {
		const { context, dag, peers, gossip, identity, halfOf, canWrite, onAttached } = this.#options;
		const vertices = createConflict({ context, dag, halfOf }, identity.issued + 1);
		if (!vertices?.every(canWrite)) return;
		identity.issued += 1;
		for (const vertex of vertices) dag.add(vertex, context.nowMs());
		onAttached(vertices);
		const names = peers.all().map(({ name }) => name);
		for (const half of halves) {
			const theirs = names.filter((name) => halfOf(name) === half);
			gossip.announceTo(theirs, vertices[half]);
		}
	}
}

/** Mostly two parents, as in the DAGs that nodetop watches; the mean is 2. */
function drawParentCount({ random }: NodeContext): number {
	const draw = random.next();
	if (draw < 0.2) return 1;
	return draw < 0.8 ? 2 : maxParents;
}
