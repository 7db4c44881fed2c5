import type { Vertex } from './vertex.ts';

/** A vertex that was received before all its parents. */
export interface WaitingVertex {
	readonly vertex: Vertex;
	readonly sinceMs: number;
	/** Ids of the parents that are still to come. */
	readonly missing: Set<string>;
}

/** Vertices that cannot be attached yet; bounded, the longest waiting gives way. */
export interface WaitingRoom {
	has(id: string): boolean;
	add(vertex: Vertex, missing: readonly string[], nowMs: number): void;
	/** Tells that a parent has come; gives those that now lack nothing. */
	release(parentId: string): Vertex[];
	/** Drops what waits for a vertex that was refused, and what waits for that. */
	reject(id: string): void;
	/** Longest waiting first. */
	all(): readonly WaitingVertex[];
	dropSince(beforeMs: number): void;
	clear(): void;
}

const maxWaiting = 1000;

export function createWaitingRoom(): WaitingRoom {
	const waiting = new Map<string, WaitingVertex>();
	const waitersOf = new Map<string, Set<string>>();

	const leave = ({ vertex, missing }: WaitingVertex): void => {
		waiting.delete(vertex.id);
		for (const parentId of missing) {
			const waiters = waitersOf.get(parentId);
			waiters?.delete(vertex.id);
			if (waiters?.size === 0) waitersOf.delete(parentId);
		}
	};

	return {
		has: (id) => waiting.has(id),
		add(vertex, missing, nowMs) {
			const before = waiting.get(vertex.id);
			if (before) leave(before);
			for (const [, oldest] of waiting) {
				if (waiting.size < maxWaiting) break;
				leave(oldest);
			}
			waiting.set(vertex.id, { vertex, sinceMs: nowMs, missing: new Set(missing) });
			for (const parentId of missing) {
				const waiters = waitersOf.get(parentId);
				if (waiters) waiters.add(vertex.id);
				else waitersOf.set(parentId, new Set([vertex.id]));
			}
		},
		release(parentId) {
			const ready: Vertex[] = [];
			const waiters = waitersOf.get(parentId) ?? [];
			waitersOf.delete(parentId);
			for (const id of waiters) {
				const entry = waiting.get(id);
				if (!entry) continue;
				entry.missing.delete(parentId);
				if (entry.missing.size > 0) continue;
				waiting.delete(id);
				ready.push(entry.vertex);
			}
			return ready;
		},
		reject(id) {
			const refused = [id];
			for (let next = refused.pop(); next !== undefined; next = refused.pop()) {
				for (const waiterId of waitersOf.get(next) ?? []) {
					const waiter = waiting.get(waiterId);
					if (waiter) leave(waiter);
					refused.push(waiterId);
				}
			}
		},
		all: () => [...waiting.values()],
		dropSince(beforeMs) {
			for (const [, entry] of waiting) {
				if (entry.sinceMs < beforeMs) leave(entry);
			}
		},
		clear() {
			waiting.clear();
			waitersOf.clear();
		},
	};
}
