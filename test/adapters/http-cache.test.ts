import { expect, it } from 'vitest';
import { openGuarded } from '../../source/adapters/guard.ts';
import { evm } from '../../source/adapters/evm/adapter.ts';
import { createHttp } from '../../source/adapters/http.ts';
import { createCacheWatch } from '../../source/adapters/http-cache.ts';
import { startServer } from '../helpers/http-server.ts';
import { contextFor, targetFor } from '../helpers/targets.ts';

const date = 'Sun, 01 Mar 2026 10:00:00 GMT';

it.each([
	['no header', {}, undefined],
	['a fresh answer', { age: '0', date }, undefined],
	['an age', { age: '37' }, 'Age: 37 s'],
	['no number', { age: 'old' }, undefined],
	['a hit', { 'x-cache': 'HIT' }, 'x-cache: hit'],
	['a hit elsewhere', { 'x-cache': 'Hit from cloudfront' }, 'x-cache: hit'],
	['a TCP hit', { 'x-cache': 'TCP_HIT' }, undefined],
	['a miss', { 'x-cache': 'MISS', 'cf-cache-status': 'DYNAMIC' }, undefined],
	['a hit at the edge', { 'cf-cache-status': 'HIT' }, 'cf-cache-status: hit'],
])('%s', (_name, headers, sign) => {
	const watch = createCacheWatch();
	expect(watch.see('u', headers)).toBe(sign !== undefined);
	expect(watch.takeSign()).toBe(sign);
	expect(watch.takeSign()).toBeUndefined();
});

it('a date that stands still is a replayed answer; one that is old and moves is a clock', () => {
	let nowMs = 0;
	const watch = createCacheWatch(() => nowMs);
	expect(watch.see('u', { date })).toBe(false);
	nowMs = 900;
	expect(watch.see('u', { date })).toBe(false);
	nowMs = 3000;
	expect(watch.see('u', { date })).toBe(false);
	nowMs = 3001;
	expect(watch.see('u', { date })).toBe(true);
	expect(watch.takeSign()).toBe(`Date stands still at ${date}`);
	expect(watch.see('another', { date })).toBe(false);
	expect(watch.see('u', { date: 'Sun, 01 Mar 2026 10:00:04 GMT' })).toBe(false);
});

it('dates are remembered of 64 addresses', () => {
	let nowMs = 1_000_000;
	const watch = createCacheWatch(() => nowMs);
	const seeAll = (count: number) => {
		for (let index = 0; index < count; index += 1) watch.see(`u${index}`, { date });
	};
	seeAll(64);
	nowMs += 4000;
	expect(watch.see('u0', { date })).toBe(true);
	expect(watch.see('one more', { date })).toBe(false);
	expect(watch.see('u0', { date })).toBe(false);
});

it('what else shows that an answer is old is told once', () => {
	const watch = createCacheWatch();
	watch.see('u', { date });
	watch.mark('an id of another run');
	watch.see('u', { date });
	expect(watch.takeSign()).toBe('an id of another run');
	expect(watch.takeSign()).toBeUndefined();
});

it('a node behind a cache has no clock, and a note', async () => {
	const server = await startServer(({ body }, response) => {
		const one = ({ id, method }: { id: number; method: string }) =>
			method === 'eth_getBlockByNumber'
				? { jsonrpc: '2.0', id, result: { number: '0x1', hash: '0xa' } }
				: { jsonrpc: '2.0', id, error: { code: -32_601, message: 'not available' } };
		const calls: unknown = JSON.parse(body);
		response.writeHead(200, { 'content-type': 'application/json', age: '41' });
		// The client sends calls only.
		response.end(JSON.stringify(Array.isArray(calls) ? calls.map(one) : one(calls as never)));
	});
	try {
		const target = targetFor(server.url, { kind: 'evm' });
		const http = createHttp(target);
		const reading = await openGuarded(evm, target, http).poll(contextFor(target, { http }));
		expect(reading.clock).toBeUndefined();
		expect(reading.notes).toContainEqual(expect.stringContaining('a cache in front of the node'));
	} finally {
		await server.close();
	}
});
