import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLevelWatch, rankDistance } from '../../source/network-tests/paths/level-watch.ts';
import { createPathWatch } from '../../source/network-tests/paths/path-watch.ts';
import { createRouteWatch } from '../../source/network-tests/paths/route-watch.ts';

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function generator(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d_2b_79_f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

const gaussian = (random: () => number) =>
	Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Noise about 1, as paths have it. */
const noises: Readonly<Record<string, (random: () => number) => () => number>> = {
	even: (random) => () => 0.8 + 0.4 * random(),
	'log-normal, long tail': (random) => () => Math.exp(0.5 * gaussian(random)),
	'one in twenty is ten times as late': (random) => () =>
		(random() < 0.05 ? 10 : 1) * (1 + 0.1 * gaussian(random)),
	'two ways, one twice as long': (random) => () =>
		(random() < 0.5 ? 1 : 2) * (1 + 0.05 * gaussian(random)),
	'each like the one before': (random) => {
		let last = 0;
		return () => {
			last = 0.7 * last + 0.07 * gaussian(random);
			return 1 + last;
		};
	},
	'exponential waits': (random) => () => 1 - 0.5 * Math.log(1 - random()),
	'creeping by a thousandth each time': (random) => {
		let level = 1;
		return () => {
			level *= 1.001;
			return level * (1 + 0.1 * gaussian(random));
		};
	},
};

const seeds = fc.integer({ min: 1, max: 1_000_000_000 });
const bases = fc.constantFrom(0.3, 4, 40, 250);

describe('the level of a path', () => {
	it.each(Object.entries(noises))('does not move for noise alone: %s', (_name, noise) => {
		fc.assert(
			fc.property(seeds, bases, (seed, baseMs) => {
				const watch = createLevelWatch();
				const next = noise(generator(seed));
				const shifts = Array.from(
					{ length: 1500 },
					(_, n) => watch.add(Math.max(0.01, baseMs * next()), n).shiftMs ?? 0,
				);
				expect(shifts.filter((shiftMs) => shiftMs !== 0)).toEqual([]);
			}),
			{ numRuns: 12, seed: 7 },
		);
	});

	it('has moved within 20 probes of a shift, in size and direction, and comes back', () => {
		const shifts = fc.constantFrom(2, 1.6, 0.5);
		fc.assert(
			fc.property(seeds, shifts, (seed, factor) => {
				const random = generator(seed);
				const watch = createLevelWatch();
				const noise = () => 1 + 0.1 * gaussian(random);
				for (let n = 0; n < 100; n++) watch.add(40 * noise(), n);
				for (let n = 100; n < 120; n++) watch.add(40 * factor * noise(), n);
				const moved = watch.level();
				expect(moved.shiftMs).toBeDefined();
				expect((moved.shiftMs ?? 0) / (40 * factor - 40)).toBeGreaterThan(0.6);
				expect(moved.usualMs).toBeGreaterThan(36);
				expect(moved.usualMs).toBeLessThan(44);
				expect(moved.shiftedAtMs).toBeGreaterThan(109);
				for (let n = 120; n < 145; n++) watch.add(40 * noise(), n);
				expect(watch.level()).toMatchObject({ shiftMs: 0 });
			}),
			{ numRuns: 50, seed: 7 },
		);
	});

	it('is the usual one when it has stood for 180 probes, and can move from there', () => {
		const random = generator(5);
		const watch = createLevelWatch();
		const feed = (ms: number, count: number, from: number) => {
			for (let n = 0; n < count; n++) watch.add(ms * (1 + 0.05 * gaussian(random)), from + n);
			return watch.level();
		};
		feed(10, 80, 0);
		expect(feed(60, 100, 100).shiftMs).toBeGreaterThan(40);
		const adopted = feed(60, 140, 200);
		expect(adopted.shiftMs).toBe(0);
		expect(adopted.usualMs).toBeGreaterThan(55);
		expect(feed(10, 20, 400).shiftMs).toBeLessThan(-40);
	});

	it('says nothing while it learns, nor of a shift below 5 ms', () => {
		const watch = createLevelWatch();
		expect(watch.add(1, 0)).toEqual({});
		for (let n = 0; n < 30; n++) watch.add(1, n);
		expect(watch.level()).toEqual({ levelMs: 1 });
		for (let n = 0; n < 60; n++) watch.add(1, n);
		expect(watch.level()).toEqual({ levelMs: 1, usualMs: 1, shiftMs: 0 });
		for (let n = 0; n < 60; n++) watch.add(5.9, n);
		expect(watch.level().shiftMs).toBe(0);
	});

	it('compares by ranks: chance is 0, apart is far, ties count half', () => {
		expect(rankDistance([1, 2, 3], [1, 2, 3])).toBe(0);
		expect(rankDistance([1, 1, 1], [1, 1])).toBe(0);
		// U = 25 of 25 about 12.5, variance 5·5·11/12.
		expect(rankDistance([1, 2, 3, 4, 5], [6, 7, 8, 9, 10])).toBeCloseTo(12.5 / Math.sqrt(275 / 12));
		expect(rankDistance([6, 7, 8], [1, 2, 3])).toBeLessThan(-1.9);
	});
});

describe('the loss of a path', () => {
	const fast = { connectMs: 30 };

	it('is of the last 60 probes, once there are 20; a refusal is an answer', () => {
		const watch = createPathWatch();
		for (let n = 0; n < 19; n++) expect(watch.add(fast, n)).not.toHaveProperty('lossRatio');
		expect(watch.add({ error: 'ECONNREFUSED' }, 19)).toMatchObject({ sent: 20, lossRatio: 0 });
		expect(watch.add({ error: 'ETIMEDOUT' }, 20).lossRatio).toBeCloseTo(1 / 21);
		for (let n = 0; n < 59; n++) watch.add(fast, n);
		expect(watch.add(fast, 99).lossRatio).toBe(0);
	});

	it.each(['ENETUNREACH', 'ENETDOWN', 'EMFILE'])('does not count %s, which is ours', (error) => {
		const watch = createPathWatch();
		for (let n = 0; n < 30; n++) watch.add(fast, n);
		expect(watch.add({ error }, 30)).toMatchObject({ sent: 30, lossRatio: 0, error });
	});

	it('counts no answer that was late for another reason', () => {
		const watch = createPathWatch();
		for (let n = 0; n < 60; n++) watch.add(n % 10 === 9 ? { connectMs: 640 } : fast, n);
		expect(watch.add(fast, 60).lossRatio).toBe(0);
	});

	it('counts an answer that came after a second packet, which says nothing of the level', () => {
		const watch = createPathWatch();
		for (let n = 0; n < 80; n++) watch.add(n % 10 === 9 ? { connectMs: 1031 } : fast, n);
		expect(watch.add(fast, 80)).toMatchObject({ levelMs: 30, usualMs: 30, shiftMs: 0 });
		expect(watch.add(fast, 81).lossRatio).toBeCloseTo(0.1);
	});
});

describe('the route', () => {
	const way = ['10.0.0.1', '192.0.2.1', '198.51.100.7'];
	const other = ['10.0.0.1', '192.0.2.99', '198.51.100.7'];
	const learnt = () => {
		const watch = createRouteWatch();
		for (let n = 0; n < 12; n++) watch.add(way, n);
		return watch;
	};

	it('is learnt first, and then has not changed', () => {
		const watch = createRouteWatch();
		expect(watch.add(way, 0)).toEqual({ hops: way, isOpen: true });
		for (let n = 0; n < 10; n++) watch.add(way, n);
		expect(watch.add(way, 11)).toEqual({ hops: way, changes: 0, isOpen: false });
	});

	it('has moved when three traces in a row differ, and asks for them soon', () => {
		const watch = learnt();
		expect(watch.add(other, 20)).toEqual({ hops: way, changes: 0, isOpen: true });
		expect(watch.add(other, 21)).toMatchObject({ changes: 0 });
		expect(watch.add(other, 22)).toEqual({
			hops: other,
			changes: 1,
			changedAtMs: 22,
			previous: way,
			isOpen: false,
		});
		for (let n = 30; n < 33; n++) watch.add(way, n);
		expect(watch.add(way, 40)).toMatchObject({ hops: way, changes: 2, changedAtMs: 32 });
	});

	it('has not moved for hops that do not answer, or a trace that ends early', () => {
		const watch = learnt();
		for (const trace of [['10.0.0.1', '*', '*'], ['10.0.0.1'], ['*', '*', '*'], ['*'], []]) {
			for (let n = 0; n < 5; n++) expect(watch.add(trace, n).changes).toBe(0);
		}
		const mute = createRouteWatch();
		for (let n = 0; n < 12; n++) mute.add(['10.0.0.1', '*', '198.51.100.7'], n);
		for (let n = 0; n < 5; n++) expect(mute.add(way, n).changes).toBe(0);
	});

	it('has not moved where routers share traffic over equal ways', () => {
		fc.assert(
			fc.property(seeds, (seed) => {
				const random = generator(seed);
				const watch = createRouteWatch();
				const hop = (name: string) => `${name}.${random() < 0.5 ? 1 : 2}`;
				const changes = Array.from(
					{ length: 300 },
					(_, n) => watch.add(['10.0.0.1', hop('192.0.2'), hop('203.0.113')], n).changes ?? 0,
				);
				expect(Math.max(...changes)).toBe(0);
			}),
			{ numRuns: 100, seed: 7 },
		);
	});
});
