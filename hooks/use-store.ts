import { useSyncExternalStore } from 'react';
import type { ReadableStore } from '../source/domain/store.ts';

/**
 * A slice of a store; the component renders again only when the slice is another object. `select`
 * must return what is already in the state, never a new object.
 */
export function useStore<State, Slice>(
	store: ReadableStore<State>,
	select: (state: State) => Slice,
): Slice {
	return useSyncExternalStore(store.subscribe, () => select(store.getSnapshot()));
}
