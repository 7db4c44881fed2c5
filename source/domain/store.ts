/** What a screen may subscribe to. Knows nothing of React. */
export interface ReadableStore<State> {
	/** The same object until something changed. */
	readonly getSnapshot: () => State;
	/** Calls `listener` after each change; returns the function that ends it. */
	readonly subscribe: (listener: () => void) => () => void;
}

export interface Store<State> extends ReadableStore<State> {
	readonly update: (change: (state: State) => State) => void;
}

export function createStore<State>(initial: State): Store<State> {
	let state = initial;
	const { subscribe, notify } = createListeners();
	return {
		getSnapshot: () => state,
		subscribe,
		update(change) {
			const next = change(state);
			if (Object.is(next, state)) return;
			state = next;
			notify();
		},
	};
}

export function createListeners(): {
	readonly subscribe: (listener: () => void) => () => void;
	readonly notify: () => void;
} {
	const listeners = new Set<() => void>();
	return {
		subscribe(listener) {
			listeners.add(listener);
			return () => {
				listeners.delete(listener);
			};
		},
		notify() {
			for (const listener of listeners) listener();
		},
	};
}
