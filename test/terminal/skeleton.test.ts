import { describe, expect, it } from 'vitest';
import { paintSkeleton } from '../../source/terminal/skeleton.ts';

const enter = '\u001B[?1049h';
const leave = '\u001B[?1049l';

function paint() {
	const written: string[] = [];
	const listeners = process.listenerCount('exit');
	const skeleton = paintSkeleton({ write: (text: string) => written.push(text) > 0 });
	return { ...skeleton, written, addedListeners: () => process.listenerCount('exit') - listeners };
}

describe('the skeleton of the screen', () => {
	it('is a screen of its own with the name on it, and is removed once', () => {
		const { written, remove, addedListeners } = paint();
		expect(written.join('')).toMatch(/^\u001B\[\?1049h.* nodetop/);
		expect(addedListeners()).toBe(1);
		remove();
		remove();
		expect(written).toEqual([expect.stringContaining(enter), expect.stringContaining(leave)]);
		expect(written.at(-1)).toContain('\u001B[?25h');
		expect(addedListeners()).toBe(0);
	});

	it('leaves the cursor in the corner, where the picture begins', () => {
		expect(paint().written.join('').endsWith('\u001B[H')).toBe(true);
	});

	it('leaves the terminal alone once the screen draws over it', () => {
		const { written, remove, handOver, addedListeners } = paint();
		handOver();
		remove();
		expect(written).toHaveLength(1);
		expect(addedListeners()).toBe(0);
	});

	it('lets a warning be written on the screen that is left behind', () => {
		const { written, print, handOver } = paint();
		print(() => written.push('a warning'));
		expect(written.slice(1)).toEqual([
			expect.stringContaining(leave),
			'a warning',
			expect.stringContaining(enter),
		]);
		handOver();
		print(() => written.push('another'));
		expect(written.slice(4)).toEqual(['another']);
	});
});
