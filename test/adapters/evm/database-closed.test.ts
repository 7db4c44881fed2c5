import { afterEach, describe, expect, it } from 'vitest';
import { isMethodMissing } from '../../../source/adapters/evm/json-rpc.ts';
import { saysDatabaseClosed } from '../../../source/domain/database-closed.ts';
import type { Reading } from '../../../source/sections/snapshot.ts';
import { judgeOnce } from '../../helpers/judge-once.ts';
import { blockReply, replaying, watch } from './rpc-node.ts';
import type { RpcReplies, Watched } from './rpc-node.ts';

const nodes: Watched[] = [];
afterEach(async () => {
	await Promise.all(nodes.splice(0).map(({ server }) => server.close()));
});

async function start(replies: () => RpcReplies): Promise<Watched> {
	const node = await watch(replaying(replies));
	nodes.push(node);
	return node;
}

const nowMs = Date.UTC(2026, 10, 21, 12);
const now = () => nowMs;
const error = (message: string, code = -32_000) => ({ error: { code, message } });
const head = { 'eth_getBlockByNumber latest': blockReply(100, nowMs - 5000) };

describe('a closed database', () => {
	it.each([
		'leveldb: closed',
		'pebble: closed',
		'database not open',
		'Database is not open',
		'sql: database is closed',
		'missing trie node: leveldb: closed',
		'Attempting to use a closed RocksDB',
		'db closed',
	])('is known by “%s”', (message) => {
		expect(saysDatabaseClosed(message)).toBe(true);
	});

	it.each([
		'method closed',
		'connection closed',
		'the subscription is closed',
		'leveldb: not found',
		'the method debug_dbGet does not exist/is not available',
		'databases: one moment, disclosed later',
	])('is not taken from “%s”', (message) => {
		expect(saysDatabaseClosed(message)).toBe(false);
	});

	const judged = (reading: Reading) =>
		judgeOnce({
			node: {
				...reading,
				target: { name: 'a', kind: 'evm', url: 'http://127.0.0.1:1' },
				poll: {
					status: 'ok',
					failures: 0,
					...(reading.endpoints && { endpoints: reading.endpoints }),
				},
			},
			memory: {},
			nowMs,
		}).issues.filter(({ component }) => component === 'storage');

	it('is a critical finding with the next step, while the head still comes from memory', async () => {
		let replies: RpcReplies = {
			...head,
			'eth_getBlockByNumber finalized': error('leveldb: closed'),
		};
		const node = await start(() => replies);
		const reading = await node.poll({ now });
		expect(reading.consensus?.height).toBe(100);
		expect(judged(reading)).toMatchObject([
			{
				code: 'databaseClosed',
				severity: 'critical',
				message: 'its database is closed',
				evidence: 'eth_getBlockByNumber finalized: leveldb: closed',
				nextStep: expect.stringContaining('check the disk'),
			},
		]);
		replies = { ...head, 'eth_getBlockByNumber finalized': blockReply(90, nowMs - 9000) };
		expect(judged(await node.poll({ now }))).toEqual([]);
	});

	it('is seen where only blocks below the head are not given', async () => {
		const closed = error('leveldb: closed');
		let older: RpcReplies = { eth_getBlockByNumber: closed };
		const { result } = blockReply(100, nowMs - 5000);
		const known = {
			'eth_getBlockByNumber latest': { result: { ...Object(result), parentHash: '0xb99' } },
			'eth_getBlockByNumber safe': blockReply(95, nowMs - 9000),
			'eth_getBlockByNumber finalized': blockReply(90, nowMs - 9000),
			'eth_getBlockByNumber 0x0': blockReply(0, 0),
		};
		const node = await start(() => ({ ...older, ...known }));
		expect(judged(await node.poll({ now }))).toMatchObject([
			{ code: 'databaseClosed', evidence: 'eth_getBlockByNumber: leveldb: closed' },
		]);
		// A block that is not there is no closed database.
		older = { eth_getBlockByNumber: error('header not found') };
		const other = await start(() => ({ ...older, ...known }));
		expect(judged(await other.poll({ now }))).toEqual([]);
	});

	it('is told until a question that is asked seldom is answered again', async () => {
		let replies: RpcReplies = { ...head, 'eth_getBlockByNumber 0x0': error('pebble: closed') };
		const node = await start(() => replies);
		expect(judged(await node.poll({ now }))).toHaveLength(1);
		expect(judged(await node.poll({ now }))).toHaveLength(1);
		replies = { ...head, 'eth_getBlockByNumber 0x0': blockReply(0, 0) };
		const polls = [];
		for (let n = 0; n < 6; n += 1) polls.push(judged(await node.poll({ now })).length);
		expect(polls.at(-1)).toBe(0);
	});

	it('is what the failure says where every question is answered with it', async () => {
		const all = error('leveldb: closed');
		const node = await start(() => new Proxy({}, { get: () => all }));
		const failure = await node.failure({ now });
		expect(failure.code).toBe('badResponse');
		expect(failure.message).toBe('its database is closed: leveldb: closed (-32000)');
		expect(failure.nextStep).toContain('check the disk');
	});
});

it('a key that is not found in the store is no missing method', () => {
	const answer = (message: string) => ({ status: 'error', code: -32_000, message }) as const;
	expect(isMethodMissing(answer('leveldb: not found'))).toBe(false);
	expect(isMethodMissing(answer('pebble: not found'))).toBe(false);
	expect(isMethodMissing(answer('the method eth_foo does not exist/is not available'))).toBe(true);
	expect(isMethodMissing({ ...answer('leveldb: not found'), code: -32_601 })).toBe(true);
});
