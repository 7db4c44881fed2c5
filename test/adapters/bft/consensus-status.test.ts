import { afterEach, describe, expect, it } from 'vitest';
import { createGroupAnalysis } from '../../../source/analysis/groups.ts';
import type { NodeSnapshot, Reading } from '../../../source/sections/snapshot.ts';
import { sendJson } from '../../helpers/http-server.ts';
import type { Handler } from '../../helpers/http-server.ts';
import { closeServers, fixture, sendMetrics, sendNotFound, watch } from './watching.ts';

afterEach(closeServers);

const path = '/api/v1/consensus/status';
const planned = fixture('hotstuff/hotstuff2.sure2web3.README-planned.prom.txt');
const json = JSON.parse(fixture('hotstuff/hotstuff2.sure2web3.metrics.json')) as object; // An object.

/** A replica with metrics in one of the two ways, and a status of this content. */
function replica(status: unknown, metrics: 'text' | 'json' = 'text'): Handler {
	return (request, response) => {
		if (request.path === '/metrics' && metrics === 'text') sendMetrics(response, planned);
		else if (request.path === '/metrics') sendJson(response, json);
		else if (request.path === path) sendJson(response, status);
		else sendNotFound(response);
	};
}

function commits(from: number, to: number, branch = 'a', forkAt = Infinity) {
	return Array.from({ length: to - from + 1 }, (_, index) => {
		const height = from + index;
		return { height, hash: `${height < forkAt ? 'a' : branch}${height}` };
	});
}

async function read(status: unknown, metrics?: 'text' | 'json'): Promise<Reading> {
	return (await watch(replica(status, metrics))).poll();
}

const answering = (name: string, reading: Reading): NodeSnapshot => ({
	target: { name, kind: 'bft', url: `http://127.0.0.1:1/${name}` },
	poll: { status: 'ok', failures: 0, at: at(0), lastGoodAt: at(0) },
	...reading,
	identity: { networkId: 'net', nodeId: name },
	health: { status: 'up', issues: [] },
});
const nowMs = Date.UTC(2026, 0, 1);
const at = (agoMs: number) => new Date(nowMs - agoMs).toISOString();

describe('the status of a HotStuff-2 replica', () => {
	it.each(['text', 'json'] as const)('is told beside its metrics in %s', async (metrics) => {
		const reading = await read(
			{
				node_id: 'r1',
				network: 'net',
				committed: { height: 12, hash: 'a12', at: '2026-01-01T00:00:09.000Z' },
				recent_commits: commits(10, 12).toReversed(),
				peers: [{ nodeId: 'r2', client: 'x/1', address: '192.0.2.2:1' }, { nodeId: 'r3' }],
			},
			metrics,
		);
		expect(reading.chain).toEqual({
			finalized: { number: 12, hash: 'a12' },
			recent: [
				{ number: 10, hash: 'a10' },
				{ number: 11, hash: 'a11' },
				{ number: 12, hash: 'a12' },
			],
		});
		expect(reading.identity).toMatchObject({ nodeId: 'r1', networkId: 'net' });
		expect(reading.network?.peerList).toEqual([
			{ id: 'r2', client: 'x/1', address: '192.0.2.2:1' },
			{ id: 'r3' },
		]);
		expect(reading.endpoints).toContainEqual(
			expect.objectContaining({ name: 'consensus status', status: 'ok' }),
		);
	});

	it.each([
		['two hashes for one height', [...commits(1, 3), { height: 2, hash: 'other' }]],
		['no heights', [{ hash: 'a' }, { height: 'x', hash: 'b' }, { height: -1, hash: 'c' }]],
		['no hashes', [{ height: 1 }, { height: 2, hash: '' }, { height: 3, hash: 7 }, null, 'x']],
		['no list', { 1: 'a' }],
	])('with %s tells no chain', async (_what, recent) => {
		const reading = await read({ recent_commits: recent });
		expect(reading).not.toHaveProperty('chain');
		expect(reading.consensus?.view).toBe(1641);
	});

	it('is cut to the newest commits, whatever their order, and cleaned', async () => {
		const shuffled = commits(1, 500).sort((a, b) => (a.height % 7) - (b.height % 7));
		const { chain } = await read({
			recent_commits: [...shuffled, { height: 501, hash: '\u001B[31mred\u202E' }],
		});
		expect(chain?.recent).toHaveLength(64);
		expect(chain?.recent?.map(({ number }) => number)).toEqual(
			Array.from({ length: 64 }, (_, index) => 438 + index),
		);
		expect(chain?.finalized).toEqual({ number: 501, hash: 'red' });
	});

	it('with a peer that has no id lists none: a list with gaps would show sides', async () => {
		const { network } = await read({ committed: {}, peers: [{ nodeId: 'r2' }, { replica: 'r3' }] });
		expect(network).toEqual({ peers: 3 });
	});

	it.each([
		['a page', (response: Parameters<Handler>[1]) => response.end('<html>')],
		['JSON of something else', (response: Parameters<Handler>[1]) => sendJson(response, { a: 1 })],
		['null', (response: Parameters<Handler>[1]) => sendJson(response, null)],
	])('may be %s: then it is left alone, and nothing is wrong', async (_what, answer) => {
		const node = await watch((request, response) => {
			if (request.path === '/metrics') sendMetrics(response, planned);
			else answer(response);
		});
		for (let poll = 0; poll < 3; poll += 1) {
			const { endpoints, consensus } = await node.poll();
			expect(consensus?.view).toBe(1641);
			expect(endpoints?.at(-1)).toMatchObject({ name: 'consensus status', status: 'unavailable' });
		}
		expect(node.server.requests.filter((request) => request.path === path)).toHaveLength(1);
	});

	it('that hangs costs only itself', async () => {
		const node = await watch(
			(request, response) => {
				if (request.path === '/metrics') sendMetrics(response, planned);
				else if (request.path !== path) sendNotFound(response);
			},
			{ timeoutMs: 500 },
		);
		const { consensus, endpoints } = await node.poll();
		expect(consensus?.view).toBe(1641);
		expect(endpoints?.at(-1)).toMatchObject({ name: 'consensus status', status: 'failed' });
	});

	it('shows a fork of what was committed at once, with the last block in common', async () => {
		const [a, b, c] = [
			await read({ recent_commits: commits(10, 20) }),
			await read({ recent_commits: commits(10, 21) }),
			await read({ recent_commits: commits(10, 19, 'b', 19) }),
		];
		const nodes = [answering('one', a), answering('two', b), answering('three', c)];
		const [group] = createGroupAnalysis().evaluate(nodes, nowMs);
		expect(group).toMatchObject({
			state: 'forked',
			fork: {
				number: 18,
				branches: [
					{ hash: 'a21', height: 21, nodes: ['one', 'two'] },
					{ hash: 'b19', height: 19, nodes: ['three'] },
				],
			},
		});
	});
});
