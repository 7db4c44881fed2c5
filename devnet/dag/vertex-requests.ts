import type { NodeParts } from './node-context.ts';

interface WantedVertex {
	/** Peers that announced it and have not been asked yet. */
	readonly holders: string[];
	readonly asked: Set<string>;
	tries: number;
}

const leastTimeoutMs = 600;
const maxTries = 5;
const maxWanted = 2000;

/** Vertices that were requested and have not arrived; asks another holder after a timeout. */
export class VertexRequests {
	readonly #parts: NodeParts;
	readonly #wanted = new Map<string, WantedVertex>();

	constructor(parts: NodeParts) {
		this.#parts = parts;
	}

	has(id: string): boolean {
		return this.#wanted.has(id);
	}

	arrived(id: string): void {
		this.#wanted.delete(id);
	}

	/** Requests the vertices that are neither known nor requested already. */
	want(ids: readonly string[], holder: string): void {
		const fresh: string[] = [];
		for (const id of ids) {
			if (this.#parts.dag.isKnown(id)) continue;
			const entry = this.#wanted.get(id);
			if (entry) {
				const isNew = !entry.asked.has(holder) && !entry.holders.includes(holder);
				if (isNew) entry.holders.push(holder);
			} else if (this.#wanted.size < maxWanted) {
				this.#wanted.set(id, { holders: [], asked: new Set(), tries: 0 });
				fresh.push(id);
			}
		}
		if (fresh.length > 0) this.#ask(fresh, holder);
	}

	#ask(ids: readonly string[], holder: string): void {
		const { peers, context } = this.#parts;
		for (const id of ids) {
			const entry = this.#wanted.get(id);
			if (!entry) continue;
			entry.tries += 1;
			entry.asked.add(holder);
		}
		peers.send(holder, { type: 'request', ids });
		const roundTripMs = peers.get(holder)?.roundTripMs ?? 0;
		context.after(Math.max(leastTimeoutMs, 3 * roundTripMs), () => {
			const late = ids.filter((id) => this.#wanted.has(id));
			if (late.length > 0) this.#retry(late);
		});
	}

	/** The request or its answer was lost: asks another holder of each vertex, or the same again. */
	#retry(ids: readonly string[]): void {
		this.#parts.traffic.failed('request');
		const byHolder = new Map<string, string[]>();
		for (const id of ids) {
			const entry = this.#wanted.get(id);
			const holder = entry?.holders.shift() ?? [...(entry?.asked ?? [])].at(-1);
			if (!entry || holder === undefined || entry.tries >= maxTries) {
				this.#wanted.delete(id);
				continue;
			}
			byHolder.set(holder, [...(byHolder.get(holder) ?? []), id]);
		}
		for (const [holder, theirs] of byHolder) this.#ask(theirs, holder);
	}
}
