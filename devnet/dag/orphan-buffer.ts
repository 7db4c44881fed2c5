import type { Vertex } from './vertex.ts';

/** A vertex that was received before all its parents. */
export interface Orphan {
	readonly vertex: Vertex;
	readonly sinceMs: number;
	/** Ids of the parents that are still missing. */
	readonly missing: Set<string>;
}

const maxOrphans = 1000;

/** Vertices that cannot be attached yet; beyond the limit the oldest is dropped. */
export class OrphanBuffer {
	readonly #orphans = new Map<string, Orphan>();
	/** Missing parent → the orphans that wait for it. */
	readonly #waiters = new Map<string, Set<string>>();

	has(id: string): boolean {
		return this.#orphans.has(id);
	}

	/** Oldest first. */
	all(): readonly Orphan[] {
		return [...this.#orphans.values()];
	}

	add(vertex: Vertex, missing: readonly string[], nowMs: number): void {
		const before = this.#orphans.get(vertex.id);
		if (before) this.#drop(before);
		for (const [, oldest] of this.#orphans) {
			if (this.#orphans.size < maxOrphans) break;
			this.#drop(oldest);
		}
		this.#orphans.set(vertex.id, { vertex, sinceMs: nowMs, missing: new Set(missing) });
		for (const parentId of missing) {
			const waiters = this.#waiters.get(parentId);
			if (waiters) waiters.add(vertex.id);
			else this.#waiters.set(parentId, new Set([vertex.id]));
		}
	}

	/** A parent was attached: removes and returns the orphans that now have all their parents. */
	release(parentId: string): Vertex[] {
		const ready: Vertex[] = [];
		const waiters = this.#waiters.get(parentId) ?? [];
		this.#waiters.delete(parentId);
		for (const id of waiters) {
			const orphan = this.#orphans.get(id);
			if (!orphan) continue;
			orphan.missing.delete(parentId);
			if (orphan.missing.size > 0) continue;
			this.#orphans.delete(id);
			ready.push(orphan.vertex);
		}
		return ready;
	}

	/** Drops the orphans that build on a rejected vertex. */
	reject(id: string): void {
		const rejected = [id];
		for (let next = rejected.pop(); next !== undefined; next = rejected.pop()) {
			for (const waiterId of this.#waiters.get(next) ?? []) {
				const waiter = this.#orphans.get(waiterId);
				if (waiter) this.#drop(waiter);
				rejected.push(waiterId);
			}
		}
	}

	dropSince(beforeMs: number): void {
		for (const [, orphan] of this.#orphans) {
			if (orphan.sinceMs < beforeMs) this.#drop(orphan);
		}
	}

	clear(): void {
		this.#orphans.clear();
		this.#waiters.clear();
	}

	#drop({ vertex, missing }: Orphan): void {
		this.#orphans.delete(vertex.id);
		for (const parentId of missing) {
			const waiters = this.#waiters.get(parentId);
			waiters?.delete(vertex.id);
			if (waiters?.size === 0) this.#waiters.delete(parentId);
		}
	}
}
