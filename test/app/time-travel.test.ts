import { describe, expect, it } from 'vitest';
import { createRecorder } from '../../source/app/recorder.ts';
import { createTimeTravel } from '../../source/app/time-travel.ts';
import { openMemoryHistory } from '../helpers/memory-history.ts';
import { createRichFleet } from '../helpers/rich-fleet.ts';
import { createTestClock } from '../helpers/test-clock.ts';

const startMs = Date.UTC(2026, 0, 2, 3, 4, 5);
const turn = () => new Promise((resolve) => setImmediate(resolve));

async function travelled() {
	const clock = createTestClock(startMs);
	const rich = createRichFleet(clock);
	const client = await openMemoryHistory(clock.now);
	const monitor = { moment: rich.moments.getSnapshot, on: () => () => undefined };
	const recorder = createRecorder({ monitor, client, clock });
	for (let second = 0; second < 60; second += 1) {
		rich.goOn(1);
		await turn();
	}
	await recorder.stop();
	const travel = createTimeTravel({
		present: rich.moments,
		isLive: true,
		ask: () => client.ask,
		clock,
	});
	const times = async () => {
		const found: number[] = [];
		for (let atMs = startMs; atMs <= clock.now(); atMs += 250) {
			const text = await client.ask('moment', { atMs });
			const { atMs: frameMs } = JSON.parse(text ?? '{}') as { atMs?: number };
			if (frameMs !== undefined && found.at(-1) !== frameMs) found.push(frameMs);
		}
		return found;
	};
	return { clock, rich, travel, times: await times() };
}

describe('time travel', () => {
	it('steps through the recorded moments, takes quick steps together, and comes back', async () => {
		const { rich, travel, times, clock } = await travelled();
		const shownMs = () => travel.moments.getSnapshot().atMs;
		expect(shownMs()).toBe(clock.now());
		let heard = 0;
		travel.moments.subscribe(() => {
			heard += 1;
		});
		const before = times.filter((atMs) => atMs < clock.now());
		travel.step(-1);
		await expect.poll(shownMs).toBe(before.at(-1));
		expect(travel.state.getSnapshot()).toMatchObject({ isReplay: true, isPlaying: false });
		const heardThen = heard;
		// What goes on meanwhile is not shown.
		rich.goOn(3);
		expect(heard).toBe(heardThen);
		for (let n = 0; n < 4; n += 1) travel.step(-1);
		await expect.poll(shownMs).toBe(before.at(-5));
		travel.step(1);
		await expect.poll(shownMs).toBe(before.at(-4));
		travel.toLive();
		expect(shownMs()).toBe(clock.now());
		expect(travel.state.getSnapshot().isReplay).toBe(false);
		expect(heard).toBeGreaterThan(heardThen);
	});

	it('goes to a time, and says when nothing was recorded then', async () => {
		const { travel, times } = await travelled();
		const [, second = 0] = times;
		travel.goTo(second + 100);
		await expect.poll(() => travel.moments.getSnapshot().atMs).toBe(second);
		travel.goTo(startMs - 1_000_000);
		await expect.poll(() => travel.state.getSnapshot().notice).toBe('nothing was recorded then');
		expect(travel.moments.getSnapshot().atMs).toBe(second);
		travel.step(-100);
		await expect.poll(() => travel.moments.getSnapshot().atMs).toBe(times[0]);
		travel.step(-1);
		await expect.poll(() => travel.state.getSnapshot().notice).toBe('nothing was recorded before');
	});

	it('plays at a speed, and stops at the end', async () => {
		const { clock, travel, times } = await travelled();
		travel.goTo(times[0] ?? 0);
		await expect.poll(() => travel.moments.getSnapshot().atMs).toBe(times[0]);
		travel.changeSpeed(1);
		expect(travel.state.getSnapshot().speed).toBe(30);
		travel.togglePlay();
		const seen = new Set<number>();
		for (let n = 0; n < 60 && travel.state.getSnapshot().isPlaying; n += 1) {
			clock.advance(250);
			for (let turns = 0; turns < 12; turns += 1) await turn();
			seen.add(travel.moments.getSnapshot().atMs);
		}
		expect(travel.state.getSnapshot()).toMatchObject({
			isPlaying: false,
			notice: 'nothing was recorded later',
		});
		expect(seen.size).toBeGreaterThan(4);
		expect(travel.moments.getSnapshot().atMs).toBe(times.at(-1));
	});

	it('says that there is nothing, where nothing is recorded', async () => {
		const clock = createTestClock(startMs);
		const { moments } = createRichFleet(clock);
		const travel = createTimeTravel({
			present: moments,
			isLive: true,
			ask: () => undefined,
			clock,
		});
		travel.step(-1);
		await expect.poll(() => travel.state.getSnapshot().notice).toBe('nothing is recorded');
		expect(travel.state.getSnapshot().isReplay).toBe(false);
	});
});
