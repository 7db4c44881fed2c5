import { isDeepStrictEqual } from 'node:util';
import { createStore } from '../domain/store.ts';
import type { ReadableStore } from '../domain/store.ts';
import type { AlertingStatus } from '../sections/alerting/schema.ts';

/** The alerting status that screens follow: they draw again only when something in it has changed. */
export interface AlertingStore extends ReadableStore<AlertingStatus> {
	set(part: Partial<AlertingStatus>): void;
}

export function createAlertingStore(initial: AlertingStatus): AlertingStore {
	const store = createStore(initial);
	return {
		...store,
		set(part) {
			store.update((state) => {
				const next = { ...state, ...part };
				return isDeepStrictEqual(next, state) ? state : next;
			});
		},
	};
}
