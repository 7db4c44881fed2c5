import { describe, expect, it } from 'vitest';
import { createStore } from '../../source/domain/store.ts';

describe('createStore', () => {
	it('tells its listeners of changes, and only of changes', () => {
		const store = createStore({ n: 1 });
		let calls = 0;
		const unsubscribe = store.subscribe(() => calls++);
		store.update((state) => state);
		expect(calls).toBe(0);
		store.update(({ n }) => ({ n: n + 1 }));
		expect([calls, store.getSnapshot().n]).toEqual([1, 2]);
		unsubscribe();
		store.update(({ n }) => ({ n: n + 1 }));
		expect(calls).toBe(1);
	});
});
