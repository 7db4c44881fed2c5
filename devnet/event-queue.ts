/** A task at a moment of virtual time. */
export interface QueuedEvent {
	readonly atMs: number;
	/** Of two events at one moment, the one that was queued first runs first. */
	readonly order: number;
	readonly run: () => void;
}

export interface EventQueue {
	readonly size: number;
	push(event: QueuedEvent): void;
	peek(): QueuedEvent | undefined;
	pop(): QueuedEvent | undefined;
}

/** A binary heap: the earliest event on top, `push` and `pop` in O(log n). */
export function createEventQueue(): EventQueue {
	const heap: QueuedEvent[] = [];
	return {
		get size() {
			return heap.length;
		},
		push(event) {
			heap.push(event);
			siftUp(heap, event);
		},
		peek: () => heap[0],
		pop() {
			const top = heap[0];
			const last = heap.pop();
			if (last !== undefined && heap.length > 0) siftDown(heap, last);
			return top;
		},
	};
}

function isBefore(a: QueuedEvent, b: QueuedEvent): boolean {
	return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

function siftUp(heap: QueuedEvent[], event: QueuedEvent): void {
	let index = heap.length - 1;
	while (index > 0) {
		const parentIndex = (index - 1) >> 1;
		const parent = heap[parentIndex];
		if (parent === undefined || !isBefore(event, parent)) break;
		heap[index] = parent;
		index = parentIndex;
	}
	heap[index] = event;
}

/** Places `event` from the empty top of the heap downwards. */
function siftDown(heap: QueuedEvent[], event: QueuedEvent): void {
	let index = 0;
	for (;;) {
		const left = 2 * index + 1;
		const first = heap[left];
		const second = heap[left + 1];
		if (first === undefined) break;
		const takesSecond = second !== undefined && isBefore(second, first);
		const child = takesSecond ? second : first;
		if (!isBefore(child, event)) break;
		heap[index] = child;
		index = takesSecond ? left + 1 : left;
	}
	heap[index] = event;
}
