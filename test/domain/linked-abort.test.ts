import { describe, expect, it } from 'vitest';
import { linkAbort } from '../../source/domain/linked-abort.ts';

describe('linkAbort', () => {
	it('follows its parent, with the reason', () => {
		const parent = new AbortController();
		const linked = linkAbort(parent.signal);
		parent.abort('over');
		expect([linked.signal.aborted, linked.signal.reason]).toEqual([true, 'over']);
	});

	it('is aborted at once under a parent that was', () => {
		expect(linkAbort(AbortSignal.abort('before')).signal.reason).toBe('before');
	});

	it('aborts by itself without its parent, and follows no more once unlinked', () => {
		const parent = new AbortController();
		const own = linkAbort(parent.signal);
		own.abort('mine');
		expect([own.signal.reason, parent.signal.aborted]).toEqual(['mine', false]);
		const free = linkAbort(parent.signal);
		free.unlink();
		parent.abort();
		expect(free.signal.aborted).toBe(false);
	});
});
