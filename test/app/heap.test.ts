import { expect, it } from 'vitest';
import { heapFlags, limitHeap } from '../../source/app/heap.ts';

const hold = '--semi-space-growth-factor=1';

it('holds the space of what dies at once once the nodes of a small fleet are known', () => {
	expect(heapFlags('loading', 30)).toContain(hold);
	expect(heapFlags('loading', 30)).toContain('--heap-growing-percent=50');
	expect(heapFlags('running')).toEqual([hold]);
});

it('lets it grow while the code of a large fleet is loaded, and collects old objects before they are many times what is alive', () => {
	expect(heapFlags('loading', 31)).toEqual([
		'--semi-space-growth-factor=2',
		'--heap-growing-percent=50',
	]);
});

it('sets every flag, in this order', () => {
	const set: string[] = [];
	limitHeap('loading', 1, (flag) => set.push(flag));
	expect(set).toEqual(heapFlags('loading', 1));
});
