import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createStore } from '../../source/domain/store.ts';
import { createFrameGate } from '../../source/frames/frame-gate.ts';

describe('createFrameGate', () => {
	beforeEach(() => {
		vi.useFakeTimers({ now: 0 });
	});
	afterEach(() => {
		vi.useRealTimers();
	});

	function gateOver(framesPerSecond: number) {
		const store = createStore(0);
		const gate = createFrameGate(store, { framesPerSecond });
		const frames: { at: number; state: number }[] = [];
		gate.subscribe(() => frames.push({ at: Date.now(), state: gate.getSnapshot().state }));
		return { store, gate, frames, add: () => store.update((n) => n + 1) };
	}

	it('makes one frame of many changes', async () => {
		const { gate, frames, add } = gateOver(4);
		await vi.advanceTimersByTimeAsync(500);
		for (let n = 0; n < 1000; n++) add();
		await vi.advanceTimersByTimeAsync(200);
		expect(frames).toEqual([{ at: 680, state: 1000 }]);
		gate.stop();
	});

	it('lets at most so many through a second', async () => {
		const { gate, frames, add } = gateOver(4);
		for (let n = 0; n < 200; n++) {
			add();
			await vi.advanceTimersByTimeAsync(10);
		}
		expect(frames.length).toBeLessThanOrEqual(8);
		expect(frames.length).toBeGreaterThanOrEqual(6);
		gate.stop();
	});

	it('shows the first answers of the nodes without waiting for its pace', async () => {
		const { gate, frames, add } = gateOver(1);
		for (let n = 0; n < 8000; n += 50) {
			add();
			await vi.advanceTimersByTimeAsync(50);
		}
		const early = frames.filter(({ at }) => at <= 3000).length;
		expect(early).toBeGreaterThanOrEqual(10);
		expect(early).toBeLessThanOrEqual(13);
		expect(frames.filter(({ at }) => at > 3000 && at <= 8000)).toHaveLength(5);
		gate.stop();
	});

	it('makes a frame every 1.2 s for the ages when nothing changes', async () => {
		const { gate, frames } = gateOver(4);
		await vi.advanceTimersByTimeAsync(3700);
		expect(frames).toHaveLength(3);
		expect(frames.at(-1)?.at).toBe(3600);
		gate.stop();
	});

	it('with reduced motion lets nothing through for five seconds, ages neither', async () => {
		const { gate, frames, add } = gateOver(0.2);
		for (let n = 0; n < 40; n++) {
			add();
			await vi.advanceTimersByTimeAsync(500);
		}
		expect(frames.length).toBeLessThanOrEqual(4);
		expect(frames.length).toBeGreaterThanOrEqual(3);
		gate.stop();
	});

	it('makes one frame a second of polls that come each second, early or late', async () => {
		const { gate, frames, add } = gateOver(4);
		for (let second = 1; second <= 10; second++) {
			const lateMs = [0, 60, 110, 20][second % 4] ?? 0;
			await vi.advanceTimersByTimeAsync(second * 1000 + lateMs - Date.now());
			add();
			await vi.advanceTimersByTimeAsync(100);
			add();
		}
		await vi.advanceTimersByTimeAsync(200);
		expect(frames).toHaveLength(10);
		gate.stop();
	});

	it('holds the state while paused, and says how old it is', async () => {
		const { gate, add } = gateOver(4);
		add();
		await vi.advanceTimersByTimeAsync(1000);
		gate.setPaused(true);
		add();
		await vi.advanceTimersByTimeAsync(5000);
		const { state, ageMs, isPaused } = gate.getSnapshot();
		expect([state, isPaused]).toEqual([1, true]);
		expect(ageMs).toBeGreaterThanOrEqual(4900);
		gate.setPaused(false);
		expect(gate.getSnapshot().state).toBe(2);
		gate.stop();
	});

	it('stops for good', async () => {
		const { gate, frames, add } = gateOver(4);
		gate.stop();
		add();
		await vi.advanceTimersByTimeAsync(5000);
		expect(frames).toEqual([]);
	});
});
