import { readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { storj } from '../../../source/adapters/storj/adapter.ts';
import { createLogSource } from '../../../source/adapters/storj/log/log-source.ts';
import { readTransfers } from '../../../source/adapters/storj/log/section.ts';
import { readingSchema } from '../../../source/sections/snapshot.ts';
import { transfersSchema } from '../../../source/sections/transfers/schema.ts';
import { sendJson, startServer } from '../../helpers/http-server.ts';
import { contextFor, targetFor } from '../../helpers/targets.ts';

/** Recorded answers that a healthy node does not give, and a recorded forwarder: what a poll makes of them. */

const fixtures = new URL('../../fixtures/storj/', import.meta.url);
const textOf = (name: string) => readFileSync(new URL(name, fixtures), 'utf8');
const fixture = (name: string): unknown => JSON.parse(textOf(name));

const us1 = '12EayRS2V1kEsWESU9QMRseFhdxYxKicsiFmxrsLZHeLUtdps3S';
const ap1 = '121RTSDpyNZVcEU84Ticf2L1ntiuUimbWgfATz21tuvgk3vzoA6';
const nowMs = Date.parse('2025-10-06T09:30:00Z');

type Answer = readonly [body: unknown, status?: number];
const usual: Readonly<Record<string, Answer>> = {
	'/api/sno/': [fixture('sno.v1.146.5.json')],
	'/api/sno/satellites': [fixture('satellites.json')],
	'/api/sno/estimated-payout': [fixture('estimated-payout.json')],
	[`/api/sno/estimated-payout?id=${us1}`]: [fixture('estimated-payout.json')],
	[`/api/sno/satellite/${us1}`]: [fixture('satellite.us1.json')],
};

async function read(changed: Readonly<Record<string, Answer>>) {
	const answers = { ...usual, ...changed };
	const server = await startServer(({ path }, response) => {
		const [body, status] = answers[path] ?? [];
		if (body === undefined)
			response
				.writeHead(200, { 'content-type': 'text/html' })
				.end(textOf('error.spa-index.html.txt'));
		else sendJson(response, body, status);
	});
	const target = targetFor(server.url, { name: 'attic', kind: 'storj', timeoutMs: 60_000 });
	const source = storj.open(target);
	onTestFinished(async () => {
		source.close();
		await server.close();
	});
	const context = contextFor(target, { now: () => nowMs });
	const reading = readingSchema.parse(await source.poll(context));
	const endpoint = (path: string) => reading.endpoints?.find(({ name }) => name === path);
	return { reading, endpoint, asked: server.requests.map(({ path }) => path) };
}

describe('an error answer', () => {
	it('to a satellite’s id (400) is named at its endpoint, and everything else is read', async () => {
		const path = `/api/sno/satellite/${us1}`;
		const { reading, endpoint } = await read({ [path]: [fixture('error.400-bad-id.json'), 400] });
		expect(endpoint(path)).toMatchObject({ status: 'failed' });
		expect(endpoint(path)?.message).toContain('400');
		expect(endpoint(path)?.message).toContain('node ID error: checksum error');
		expect(reading.storage?.capacityBytes).toBe(9e12);
		expect(reading.reputation?.satellites[0]).toMatchObject({
			satellite: 'us1.storj.io',
			auditScore: 1,
		});
		expect(reading.earnings?.estimateUsd).toBe(14.11);
		expect(reading.earnings).not.toHaveProperty('days');
	});

	it('about a satellite that is no longer trusted (404) leaves it alone, and everything else is read', async () => {
		const path = `/api/sno/satellite/${us1}`;
		const { reading, endpoint } = await read({
			[path]: [fixture('error.404-untrusted.json'), 404],
		});
		expect(endpoint(path)).toMatchObject({ status: 'unavailable' });
		expect(reading.storage?.usedBytes).toBe(6_712_345_678_901);
		expect(reading.earnings?.estimateUsd).toBe(14.11);
		expect(reading.reputation?.satellites[0]?.onlineScore).toBeGreaterThan(0.99);
	});

	it('about the payout of a satellite that has just disqualified the node (500) keeps the others’', async () => {
		const path = `/api/sno/estimated-payout?id=${ap1}`;
		const sno = fixture('sno.v1.146.5.json') as { satellites: { id: string }[] };
		expect(sno.satellites.map(({ id }) => id)).toContain(ap1);
		const { reading, endpoint } = await read({
			[path]: [fixture('error.500-dq-payout.json'), 500],
		});
		expect(endpoint(path)).toMatchObject({ status: 'failed' });
		expect(endpoint(path)?.message).toBe(
			'HTTP 500: consoleapi storagenode: estimation: node was disqualified on satellite',
		);
		expect(reading.earnings?.satellites?.map(({ satellite }) => satellite)).toEqual([
			'us1.storj.io',
		]);
		expect(reading.earnings?.estimateUsd).toBe(14.11);
	});
});

describe('the satellites’ answer', () => {
	it('of a new node holds nothing, and nothing is taken for a fall to zero', async () => {
		const { reading, endpoint } = await read({
			'/api/sno/satellites': [fixture('satellites.empty.json')],
			[`/api/sno/satellite/${us1}`]: [fixture('satellites.empty.json')],
		});
		expect(endpoint('/api/sno/satellites')?.status).toBe('ok');
		expect(reading.storage).toMatchObject({ capacityBytes: 9e12, freeBytes: 1_475_308_642_198 });
		expect(reading.storage).not.toHaveProperty('growthBytesPerDay');
		expect(reading.storage).not.toHaveProperty('daysUntilFull');
		for (const each of reading.reputation?.satellites ?? []) {
			expect(each).not.toHaveProperty('auditScore');
			expect(each).not.toHaveProperty('joinedAt');
		}
		expect(reading.earnings).not.toHaveProperty('days');
	});

	it('of 1.37 has scores, and byte-hours without a mean', async () => {
		const old = fixture('satellites.v1.37.json');
		const { reading } = await read({
			'/api/sno/': [fixture('sno.v1.37.1.json')],
			'/api/sno/satellites': [old],
			[`/api/sno/satellite/${us1}`]: [old],
			'/api/sno/estimated-payout': ['none', 500],
		});
		const us2 = reading.reputation?.satellites.find(
			({ satellite }) => satellite === 'us2.storj.io',
		);
		expect(us2).toMatchObject({ auditScore: 1, suspensionScore: 1, onlineScore: 1 });
		expect(reading.earnings?.days).toEqual([
			{
				day: '2021-09-01',
				satellite: 'us1.storj.io',
				basis: 'reported',
				// 290 GB-hours of 720 a month at 1.50 USD, 43 MB of repair and 12 kB of audits at 2 USD a TB.
				storageUsd: expect.closeTo((290_114_001_233.221_9 / 720 / 1e12) * 1.5, 12) as number,
				egressUsd: 0,
				repairUsd: expect.closeTo(0.000_086_003_712, 12) as number,
				auditUsd: expect.closeTo(0.000_000_024_576, 15) as number,
			},
		]);
	});
});

describe('accounts', () => {
	const periods = '/api/heldamount/periods';
	const stubs = '/api/heldamount/paystubs/2024-10/2025-09';
	const august = '/api/heldamount/payout-history/2025-08';

	it('that are none yet (null) show no months', async () => {
		const { reading, endpoint } = await read({
			[periods]: [fixture('heldamount.paystubs.empty.json')],
			[stubs]: [fixture('heldamount.paystubs.empty.json')],
			'/api/heldamount/payout-history/2025-09': [null],
		});
		expect(endpoint(stubs)?.status).toBe('ok');
		expect(endpoint(periods)?.status).toBe('ok');
		expect(reading.earnings).toMatchObject({ estimateUsd: 14.11 });
		for (const field of ['months', 'heldTotalUsd', 'paidUsd', 'paidFor', 'nextPayoutAt'])
			expect(reading.earnings).not.toHaveProperty(field);
	});

	it('name the newest month that was paid', async () => {
		const { reading } = await read({
			[periods]: [fixture('heldamount.periods.json')],
			[stubs]: [fixture('heldamount.paystubs.2025-09.json')],
			'/api/heldamount/payout-history/2025-09': [fixture('heldamount.payout-history.2025-09.json')],
		});
		expect(reading.earnings).toMatchObject({ paidFor: '2025-09', paidUsd: 4.938_96 });
	});

	it('of last month may be missing still: the payout before it is shown', async () => {
		const [july, before] = fixture('heldamount.periods.json') as string[];
		const { reading, asked } = await read({
			[periods]: [[before, july, '2025-10', 'never']],
			[august]: [fixture('heldamount.payout-history.2025-09.json')],
		});
		expect(reading.earnings).toMatchObject({ paidFor: '2025-08', paidUsd: 4.938_96 });
		expect(asked).toContain(stubs);
	});
});

it('prices are asked for by themselves where a satellite’s answer has none', async () => {
	const { priceModel, ...unpriced } = fixture('satellite.us1.json') as Record<string, unknown>;
	const path = `/api/sno/satellites/${us1}/pricing`;
	const { asked } = await read({});
	expect(priceModel).toBeDefined();
	expect(asked).not.toContain(path);
	const recorded = { ...(fixture('pricing.us1.json') as object), egressBandwidth: 300 };
	const { reading } = await read({
		[`/api/sno/satellite/${us1}`]: [unpriced],
		[path]: [recorded],
	});
	// Cents a TB, as dollars.
	expect(reading.earnings?.prices).toEqual({
		storageUsd: 1.5,
		egressUsd: 3,
		repairUsd: 2,
		auditUsd: 2,
		from: 'node',
	});
});

it('a forwarder’s recorded stream is counted, timed by when its lines were sent', async () => {
	const server = createServer((socket) => {
		socket.on('error', () => undefined);
		socket.write(textOf('forwarder.stream.txt'));
	});
	await new Promise<void>((resolve) => {
		server.listen(0, '127.0.0.1', resolve);
	});
	const { port } = server.address() as AddressInfo; // A TCP server has one.
	const source = createLogSource(`tcp://127.0.0.1:${port}`);
	onTestFinished(async () => {
		source.close();
		await new Promise((resolve) => server.close(resolve));
	});
	await source.settled(0);
	const { counted } = source.transfers;
	await expect.poll(() => counted.lines, { timeout: 30_000 }).toBe(12);
	expect(counted.unread).toBe(0);
	const section = transfersSchema.parse(
		readTransfers(source, new Map([[us1, 'us1.storj.io']]), Date.parse('2025-10-06T07:01:00Z')),
	);
	expect(section).toMatchObject({
		succeeded: 5,
		canceled: 2,
		failed: 3,
		lostPieces: 1,
		latencyFrom: 'log',
		// A quarter of a second lies between start and end, though the lines' own times show 0 and 1 s.
		slowest: [
			{ action: 'GET', satellite: 'us1.storj.io', durationMs: 250, sizeBytes: 6912 },
			{ action: 'PUT', durationMs: 250, sizeBytes: 435_200, remoteAddress: '198.51.100.42:37358' },
		],
	});
	const gets = section.actions?.find(
		({ action, satellite }) => action === 'GET' && satellite === 'us1.storj.io',
	);
	expect(gets).toMatchObject({ succeeded: 1, bytes: 6912 });
});

it('every recording is read by a test', () => {
	const tests = new URL('../../', import.meta.url);
	const sources = readdirSync(tests, { recursive: true, encoding: 'utf8' })
		.filter((name) => name.endsWith('.ts'))
		.map((name) => readFileSync(new URL(name, tests), 'utf8'))
		.filter((source) => source.includes('fixtures/storj/'));
	const names = readdirSync(fixtures);
	expect(names.length).toBeGreaterThan(20);
	const unread = names.filter((name) => !sources.some((source) => source.includes(`'${name}'`)));
	expect(unread).toEqual([]);
});
