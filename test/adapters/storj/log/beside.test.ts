import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { storj } from '../../../../source/adapters/storj/adapter.ts';
import { createNodeSources } from '../../../../source/app/node-source.ts';
import type { NodeSource } from '../../../../source/app/node-source.ts';
import { notMeasured } from '../../../../source/domain/own-delay.ts';
import { systemClock } from '../../../../source/domain/clock.ts';
import type { Target } from '../../../../source/domain/target.ts';
import { createFleet } from '../../../../source/fleet/fleet.ts';
import { createJudge } from '../../../../source/health/judge.ts';
import { readingSchema } from '../../../../source/sections/snapshot.ts';
import type { Reading } from '../../../../source/sections/snapshot.ts';
import { sendJson, startServer } from '../../../helpers/http-server.ts';
import type { TestServer } from '../../../helpers/http-server.ts';
import { targetFor } from '../../../helpers/targets.ts';

const textOf = (name: string) =>
	readFileSync(new URL(`../../../fixtures/storj/${name}`, import.meta.url), 'utf8');

let directory = '';
const open: NodeSource[] = [];
const servers: TestServer[] = [];
beforeEach(() => {
	directory = mkdtempSync(join(tmpdir(), 'nodetop-beside-'));
});
afterEach(async () => {
	for (const source of open.splice(0)) source.close();
	for (const server of servers.splice(0)) await server.close();
	rmSync(directory, { recursive: true, force: true });
});

async function console() {
	const server = await startServer(({ path }, response) => {
		if (path === '/api/sno/') sendJson(response, JSON.parse(textOf('sno.v1.146.5.json')));
		else if (path === '/') response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
		else sendJson(response, { error: 'no' }, 500);
	});
	servers.push(server);
	return server.url;
}

const nobody = 'http://127.0.0.1:9';
function nodeAt(url: string, log: string, more: Partial<Target> = {}) {
	const target = targetFor(url, { name: 'attic', kind: 'storj', log, timeoutMs: 20_000, ...more });
	const source = createNodeSources(systemClock).open(target, () => undefined);
	open.push(source);
	const poll = async (delay = notMeasured) =>
		readingSchema.parse(await source.poll(new AbortController().signal, delay));
	return { target, poll };
}

function issuesOf(target: Target, reading: Reading, atMs: number) {
	const fleet = createFleet(createJudge());
	fleet.add(target);
	fleet.apply({ target, atMs, missedSlots: 0, outcome: { status: 'read', reading } });
	const { issues, status } = fleet.node('attic')?.snapshot.health ?? {};
	return { status, codes: (issues ?? []).map(({ code, severity }) => `${code} ${severity}`) };
}

describe('a node with its log', () => {
	it('is shown by both, and without one of them by the other', async () => {
		const log = join(directory, 'node.log');
		writeFileSync(log, textOf('log.v1.137.txt'));
		const both = await nodeAt(await console(), log).poll();
		expect(both.storage?.capacityBytes).toBe(9e12);
		expect(both.transfers).toMatchObject({
			log: { status: 'following', place: log },
			succeeded: 5,
			canceled: 2,
			failed: 4,
			lostPieces: 1,
			latencyFrom: 'log',
			latencyStepMs: 1000,
		});
		const names = both.transfers?.actions?.map(({ satellite }) => satellite);
		expect(new Set(names)).toEqual(
			new Set(['us1.storj.io', 'ap1.storj.io', 'eu1.storj.io', 'saltlake.tardigrade.io']),
		);

		const logOnly = await nodeAt(nobody, log).poll();
		expect(logOnly.transfers).toMatchObject({ succeeded: 5, lostPieces: 1 });
		expect(logOnly.storage).toBeUndefined();
		expect(logOnly.notes?.join()).toContain('what is shown comes from its log');

		const apiOnly = await nodeAt(await console(), join(directory, 'none.log')).poll();
		expect(apiOnly.storage?.capacityBytes).toBe(9e12);
		expect(apiOnly.transfers?.log).toMatchObject({ status: 'missing' });
	});

	it('is not held against it while this machine is late', async () => {
		const log = join(directory, 'node.log');
		writeFileSync(log, '2026-01-02T03:04:05Z\tINFO\tpiecestore\tdownloaded\t{"Action": "GET"}\n');
		const silent = await startServer(() => undefined);
		servers.push(silent);
		const { target, poll } = nodeAt(silent.url, log, { timeoutMs: 300 });
		const startedMs = performance.now();
		const reading = await poll({ soFarMs: () => performance.now() - startedMs });
		expect(reading.endpoints).toMatchObject([{ name: '/api/sno/', status: 'unmeasured' }]);
		expect(reading.notes?.join()).toContain('its API was not read (');
		const later = Date.UTC(2026, 0, 2, 3, 24, 5);
		expect(issuesOf(target, reading, later).status).not.toBe('down');
	});

	it('does not answer where neither can be read', async () => {
		const { poll } = nodeAt(nobody, join(directory, 'none.log'));
		await expect(poll()).rejects.toMatchObject({ code: 'unreachable' });
	});

	it('says that the log is silent while the API answers, and that it is down where none does', async () => {
		const log = join(directory, 'node.log');
		writeFileSync(log, '2026-01-02T03:04:05Z\tINFO\tpiecestore\tdownloaded\t{"Action": "GET"}\n');
		const writtenMs = Date.UTC(2026, 0, 2, 3, 4, 5);
		const withApi = nodeAt(await console(), log);
		const reading = await withApi.poll();
		const later = (minutes: number) => writtenMs + minutes * 60_000;
		expect(issuesOf(withApi.target, reading, later(5)).codes).not.toContain('logSilent warning');
		expect(issuesOf(withApi.target, reading, later(20)).codes).toContain('logSilent warning');
		const alone = nodeAt(nobody, log);
		const logOnly = await alone.poll();
		expect(issuesOf(alone.target, logOnly, later(5)).status).not.toBe('down');
		expect(issuesOf(alone.target, logOnly, later(20))).toMatchObject({ status: 'down' });
	});

	it('is down once neither its API, which answered before, nor its log shows it for half a minute', async () => {
		const log = join(directory, 'node.log');
		writeFileSync(log, textOf('log.v1.137.txt'));
		let nowMs = Date.UTC(2026, 0, 2);
		const url = await console();
		const target = targetFor(url, { name: 'attic', kind: 'storj', log, timeoutMs: 20_000 });
		const source = createNodeSources({ ...systemClock, now: () => nowMs }).open(
			target,
			() => undefined,
		);
		open.push(source);
		const poll = async () =>
			readingSchema.parse(await source.poll(new AbortController().signal, notMeasured));
		expect((await poll()).storage?.capacityBytes).toBe(9e12);
		for (const server of servers.splice(0)) await server.close();
		nowMs += 20_000;
		expect((await poll()).notes?.join()).toContain('what is shown comes from its log');
		nowMs += 20_000;
		await expect(poll()).rejects.toMatchObject({ code: 'unreachable' });
		appendFileSync(log, '2026-01-02T00:01:09Z\tINFO\tpiecestore\tdownloaded\t{"Action": "GET"}\n');
		await expect
			.poll(async () => (await poll().catch(() => undefined))?.transfers?.succeeded, {
				timeout: 40_000,
			})
			.toBe(6);
	});

	it('alerts on a lost piece, a fatal error and slow transfers', async () => {
		const log = join(directory, 'node.log');
		writeFileSync(log, textOf('log.v1.137.txt') + textOf('log.old-and-noise.txt'));
		const { target, poll } = nodeAt(nobody, log);
		const reading = await poll();
		const lostMs = Date.parse(reading.transfers?.lostPieceAt ?? '');
		expect(issuesOf(target, reading, lostMs + 1000).codes).toContain('pieceLost critical');
		expect(issuesOf(target, reading, lostMs + 25 * 3_600_000).codes).not.toContain(
			'pieceLost critical',
		);
		const fatalMs = Date.parse(reading.transfers?.fatalAt ?? '');
		expect(issuesOf(target, reading, fatalMs + 1000).codes).toContain('nodeFatal critical');
	});

	it('says plainly that INFO shows no latency', async () => {
		const log = join(directory, 'node.log');
		writeFileSync(log, textOf('log.v1.137.txt').replaceAll(/^.*started.*\n/gm, ''));
		const { transfers } = await nodeAt(nobody, log).poll();
		expect(transfers?.latencyMs).toBeUndefined();
		expect(transfers?.latencyAbsent).toContain('no start lines at INFO');
	});
});

it('has nothing beside its console where no log is named', () => {
	expect(storj.beside(targetFor(nobody, { kind: 'storj' }))).toBeUndefined();
});
