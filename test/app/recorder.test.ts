import { describe, expect, it } from 'vitest';
import { createRecorder } from '../../source/app/recorder.ts';
import { framePaths } from '../../source/app/frame-paths.ts';
import { createFleet } from '../../source/fleet/fleet.ts';
import { createMoments } from '../../source/fleet/moments.ts';
import { createJudge } from '../../source/health/judge.ts';
import type { Alert } from '../../source/domain/alert.ts';
import { readMoment, writeMoment } from '../../source/sections/moment-json.ts';
import type { Moment } from '../../source/sections/moment.ts';
import type { Member } from '../../source/sections/snapshot.ts';
import type { MonitorEvent } from '../../source/app/monitor-events.ts';
import { incident } from '../alerts/delivery/helpers.ts';
import { openMemoryHistory } from '../helpers/memory-history.ts';
import { createRichFleet } from '../helpers/rich-fleet.ts';
import { targetFor } from '../helpers/targets.ts';
import { createTestClock } from '../helpers/test-clock.ts';

type Past = Extract<Member, { reading: unknown }>['past'];

const startMs = Date.UTC(2026, 0, 2, 3, 4, 5);

const alert: Alert = {
	fingerprint: 'f',
	rule: 'node-down',
	node: 'a',
	labels: {},
	severity: 'critical',
	state: 'firing',
	message: 'down',
	since: '',
};

/** Timers of a test's clock run at once; what they wait for needs the real event loop. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A recorder of the events that a test tells, with one node. */
async function recordNodeA() {
	const clock = createTestClock(startMs);
	const fleet = createFleet(createJudge());
	fleet.add(targetFor('http://127.0.0.1:8545', { name: 'a' }));
	const client = await openMemoryHistory(clock.now, framePaths());
	let tell: ((event: MonitorEvent) => void) | undefined;
	const recorder = createRecorder({
		monitor: {
			moment: createMoments(fleet, { clock }).getSnapshot,
			on(listener) {
				tell = listener;
				return () => undefined;
			},
		},
		client,
		clock,
	});
	return {
		clock,
		fleet,
		client,
		recorder,
		tell: (event: MonitorEvent) => {
			tell?.(event);
		},
	};
}

describe('what is recorded', () => {
	it('is the moment of then, to the last letter, whatever came later', async () => {
		const clock = createTestClock(startMs);
		const rich = createRichFleet(clock);
		const client = await openMemoryHistory(clock.now, framePaths());
		const recorder = createRecorder({
			monitor: { moment: rich.moments.getSnapshot, on: () => () => undefined },
			client,
			clock,
		});
		const seen = new Map<number, Moment>();
		for (let second = 0; second < 620; second += 1) {
			rich.goOn(1);
			seen.set(clock.now(), rich.moments.getSnapshot());
			await turn();
			if (second % 100 === 99) await client.tend();
		}
		await recorder.close();
		expect(client.problem.getSnapshot()).toBeUndefined();

		for (const atMs of [11, 62, 200, 333, 354, 356, 411, 500, 599, 612].map(
			(second) => startMs + second * 1000,
		)) {
			const text = await client.ask('moment', { atMs });
			const replayed = readMoment(text ?? '');
			expect(atMs - replayed.atMs).toBeLessThanOrEqual(11_000);
			const live = seen.get(replayed.atMs);
			// Read back once, so that keys stand in the order of the schema in both.
			const expected = live && writeMoment(readMoment(writeMoment(live)));
			expect(expected === writeMoment(replayed), `the moment of ${replayed.atMs}`).toBe(true);
		}
	});

	it('has what a site knew of the time before, only where nothing was recorded', async () => {
		const clock = createTestClock(startMs);
		const site = targetFor('http://127.0.0.1:9090', { name: 'east', kind: 'prometheus' });
		const member = (atMs: number, past?: Past) => ({
			target: { name: 'n', kind: 'bft', url: 'http://n' },
			reading: { network: { peers: atMs === startMs ? 1 : 2 } },
			...(past && { past }),
		});
		const client = await openMemoryHistory(clock.now, framePaths());
		const hourAgo = startMs - 3_600_000;
		const past = Array.from({ length: 60 }, (_, minute) => ({
			atMs: hourAgo + minute * 60_000,
			reading: { network: { peers: 7 } },
		}));
		const begun = [];
		for (let run = 0; run < 2; run += 1) {
			const fleet = createFleet(createJudge());
			fleet.add(site);
			const recorder = createRecorder({
				monitor: { moment: createMoments(fleet, { clock }).getSnapshot, on: () => () => undefined },
				client,
				clock,
			});
			const atMs = clock.now();
			begun.push(atMs);
			const reading = { members: [member(atMs, past)] };
			fleet.apply({ target: site, atMs, missedSlots: 0, outcome: { status: 'read', reading } });
			await recorder.stop();
			clock.advance(1000);
		}
		const reader = await client.reader();
		const { times } = reader.numbers('east/n', 'network.peers', {
			fromMs: hourAgo,
			untilMs: clock.now(),
		});
		expect(times).toEqual([...past.map(({ atMs }) => atMs), ...begun]);
	});

	it('hands nothing over while nothing happens, and a frame each ten seconds all the same', async () => {
		const clock = createTestClock(startMs);
		const fleet = createFleet(createJudge());
		fleet.add(targetFor('http://127.0.0.1:8545', { name: 'a' }));
		const client = await openMemoryHistory(clock.now, framePaths());
		const writtenAt: number[] = [];
		const recorder = createRecorder({
			monitor: { moment: createMoments(fleet, { clock }).getSnapshot, on: () => () => undefined },
			client: {
				...client,
				write(batch) {
					writtenAt.push(clock.now() - startMs);
					return client.write(batch);
				},
			},
			clock,
		});
		for (let half = 0; half < 50; half += 1) {
			clock.advance(500);
			await turn();
		}
		await recorder.close();
		expect(writtenAt).toEqual([500, 10_500, 20_500, 25_000]);
	});

	it('has a frame of an alert that ends before the next batch', async () => {
		const { clock, fleet, client, recorder, tell } = await recordNodeA();
		clock.advance(10_000);
		await turn();
		for (const event of ['fired', 'resolved'] as const) {
			const at = new Date(clock.now()).toISOString();
			fleet.setAlerts(event === 'fired' ? [{ ...alert, since: at }] : []);
			const transition = { at, event, incident: incident('a') };
			tell({ type: 'alertChanged', transition, atMs: clock.now() });
			clock.advance(100);
			await turn();
		}
		await recorder.close();
		const at = async (atMs: number) => readMoment((await client.ask('moment', { atMs })) ?? '');
		expect((await at(startMs + 10_150)).alerts).toHaveLength(1);
		expect((await at(startMs + 10_250)).alerts).toEqual([]);
	});

	it('has an event of an alert whose cause fires after it, once', async () => {
		const { clock, fleet, client, recorder, tell } = await recordNodeA();
		const at = new Date(startMs).toISOString();
		const symptoms = ['soon', 'late'].map((rule) => incident('a', { rule, since: at }));
		const alertOf = ({ rule, fingerprint }: (typeof symptoms)[number], isExplained: boolean) => ({
			...alert,
			rule,
			fingerprint,
			since: at,
			...(isExplained && { muted: 'inhibited' as const }),
		});
		for (const second of [0, 10, 20, 40]) {
			clock.advance(second === 0 ? 0 : startMs + second * 1000 - clock.now());
			fleet.setAlerts(
				symptoms.map((own) => alertOf(own, second >= (own.rule === 'soon' ? 10 : 40))),
			);
			if (second === 0)
				for (const own of symptoms) {
					const transition = { at, event: 'fired' as const, incident: own };
					tell({ type: 'alertChanged', transition, atMs: clock.now() });
				}
			clock.advance(500);
			await turn();
		}
		await recorder.close();
		const reader = await client.reader();
		const events = reader.events({ fromMs: startMs, untilMs: clock.now() + 1 }, ['alert']);
		expect(
			events.map(({ data }) => /"event":"(\w+)".*"rule":"(\w+)"/.exec(data)?.slice(1)),
		).toEqual([
			['fired', 'soon'],
			['fired', 'late'],
			['explained', 'soon'],
		]);
	});

	it('steps by frames, keeps the numbers of every poll, and of fields without samples by the frame', async () => {
		const clock = createTestClock(startMs);
		const rich = createRichFleet(clock);
		const client = await openMemoryHistory(clock.now, framePaths());
		const recorder = createRecorder({
			monitor: { moment: rich.moments.getSnapshot, on: () => () => undefined },
			client,
			clock,
		});
		for (let second = 0; second < 100; second += 1) {
			rich.goOn(1);
			await turn();
		}
		await recorder.close();
		const at = async (atMs: number, steps: number) =>
			readMoment((await client.ask('moment', { atMs, steps })) ?? '').atMs;
		const span = await client.ask('span', {});
		const lastMs = (span?.untilMs ?? 0) - 1;
		const before = await at(lastMs, -1);
		expect(before).toBeLessThan(lastMs);
		expect(await at(before, 1)).toBe(lastMs);
		expect(await at(lastMs, 10)).toBe(lastMs);
		expect(await at(lastMs, -1000)).toBe(span?.fromMs);

		const whole = { fromMs: startMs, untilMs: clock.now() + 1 };
		const reader = await client.reader();
		const latency = reader.buckets('evm-1', 'poll.latencyMs', whole, 1000);
		expect(latency).toHaveLength(100);
		expect(latency[0]).toMatchObject({ count: 1, mean: 13 });
		const uptime = reader.buckets('dag-1', 'identity.uptimeSeconds', whole, 1000);
		expect(uptime.length).toBeGreaterThan(8);
		const kinds = reader.events(whole).map(({ kind }) => kind);
		expect(kinds[0]).toBe('recording');
		expect(kinds).toContain('health');
		expect(kinds.at(-1)).toBe('recording');
	});
});
