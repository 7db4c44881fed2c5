import { readFileSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { storj } from '../../../source/adapters/storj/adapter.ts';
import { createScanner } from '../../../source/adapters/storj/log/scanner.ts';
import { readTransfers } from '../../../source/adapters/storj/log/section.ts';
import { createTransfers } from '../../../source/adapters/storj/log/transfers.ts';
import { PollError } from '../../../source/domain/errors.ts';
import { readingSchema } from '../../../source/sections/snapshot.ts';
import { transfersSchema } from '../../../source/sections/transfers/schema.ts';
import { sendJson, startServer } from '../../helpers/http-server.ts';
import type { TestServer } from '../../helpers/http-server.ts';
import { randomFrom } from '../../helpers/random.ts';
import { contextFor, targetFor } from '../../helpers/targets.ts';

/** The recorded answers and logs with values changed at random: what is read of them is still a reading. */

const rounds = Number(process.env['NODETOP_CHANGED_ROUNDS'] ?? 60);
const textOf = (name: string) =>
	readFileSync(new URL(`../../fixtures/storj/${name}`, import.meta.url), 'latin1');
const jsonOf = (name: string): unknown => JSON.parse(textOf(name));

const servers: TestServer[] = [];
afterEach(async () => {
	for (const server of servers.splice(0)) await server.close();
});

const oddValues: readonly unknown[] = [
	null,
	'',
	'x',
	-1,
	0,
	1e30,
	2 ** 53,
	-(2 ** 63),
	1.5,
	true,
	[],
	{},
	[null],
	'0001-01-01T00:00:00Z',
	'9999-99-99',
	'NaN',
	'\u001B[31m',
];
const oddTexts =
	'1e300 -5 NaN null "" { } [ " \\ \t \r \0 1.5 9999-12-31T23:59:59Z 0001-01-01T00:00:00Z 2026-13-45T99:99:99Z \u001B[31m \u00FF'.split(
		' ',
	);

function changed(value: unknown, random: () => number, share: number): unknown {
	if (random() < share) return oddValues[Math.floor(random() * oddValues.length)];
	if (Array.isArray(value)) return value.map((each) => changed(each, random, share));
	if (typeof value !== 'object' || value === null) return value;
	const kept = Object.entries(value).filter(() => random() >= share);
	return Object.fromEntries(kept.map(([name, each]) => [name, changed(each, random, share)]));
}

const dashboards = ['sno.v1.146.5.json', 'sno.v1.37.1.json', 'sno.dq-suspended-unvetted.json'];
const answerOf = {
	'/api/sno/satellites': 'satellites.json',
	'/api/sno/satellite/': 'satellite.us1.json',
	'/api/sno/estimated-payout': 'estimated-payout.json',
	'/api/notifications/list': 'notifications.list.json',
	'/api/heldamount/payout-history': 'heldamount.payout-history.2025-09.json',
	'/api/heldamount/paystubs': 'heldamount.paystubs.2025-09.json',
} as const;

it('answers of the console', async () => {
	const random = randomFrom(20_251_006);
	let share = 0;
	let dashboard = '';
	const server = await startServer(({ path }, response) => {
		const name =
			Object.entries(answerOf).find(([start]) => path.startsWith(start))?.[1] ?? dashboard;
		sendJson(response, changed(jsonOf(name), random, share));
	});
	servers.push(server);
	const target = targetFor(server.url, { name: 'attic', kind: 'storj', timeoutMs: 60_000 });
	let read = 0;
	for (let round = 0; round < rounds; round += 1) {
		share = [0.01, 0.03, 0.1][round % 3] ?? 0;
		dashboard = dashboards[round % dashboards.length] ?? '';
		const source = storj.open(target);
		const nowMs = Date.parse('2025-10-06T09:30:00Z');
		const reading = await source.poll(contextFor(target, { now: () => nowMs })).catch((error) => {
			if (!(error instanceof PollError) || error.code !== 'badResponse') throw error;
		});
		source.close();
		if (!reading) continue;
		read += 1;
		readingSchema.parse(reading);
		expect(JSON.stringify(reading)).not.toContain(String.raw`\u001b`);
	}
	expect(read).toBeGreaterThan(rounds / 2);
});

const logs = [
	'log.v1.137.txt',
	'log.v1.150-snake.txt',
	'log.old-and-noise.txt',
	'log.json-encoding.txt',
].map(textOf);

it('logs', () => {
	const random = randomFrom(20_260_302);
	const below = (most: number) => Math.floor(random() * most);
	for (let round = 0; round < rounds * 10; round += 1) {
		let text = logs[round % logs.length] ?? '';
		for (let change = 0; change <= below(12); change += 1) {
			const odd = oddTexts[below(oddTexts.length)] ?? '';
			const numbers = [...text.matchAll(/: ?\d+/g)];
			const number = numbers[below(numbers.length)];
			const at = below(2) === 0 ? (number?.index ?? 0) + 2 : below(text.length);
			text = `${text.slice(0, at)}${odd}${text.slice(at + below(20))}`;
		}
		const transfers = createTransfers();
		const scanner = createScanner((line) => {
			transfers.addLine(line);
		});
		scanner.feed(Buffer.from(text, 'latin1'));
		scanner.end();
		const section = readTransfers(
			{
				place: '/node.log',
				transfers,
				state: { status: 'following' },
				bytes: text.length,
				skipped: scanner.skipped,
				settled: () => Promise.resolve(),
				close: () => undefined,
			},
			new Map(),
			Date.now(),
		);
		transfersSchema.parse(section);
		expect(JSON.stringify(section)).not.toMatch(/\\u00[01][\da-f]/);
	}
});
