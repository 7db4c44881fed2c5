import { afterEach, describe, expect, it } from 'vitest';
import { sendJson } from '../../helpers/http-server.ts';
import type { Handler } from '../../helpers/http-server.ts';
import { closeServers, fixture, sendNotFound, watch } from './watching.ts';

afterEach(closeServers);

type Metrics = Readonly<Record<string, unknown>>;
const recorded = JSON.parse(fixture('hotstuff/hotstuff2.sure2web3.metrics.json')) as Metrics; // An object.
const toldAtMs = 1_760_000_123_000;

/** warp's routes of sure2web3/hotstuff2: JSON metrics and a health that says `OK`. */
function replica(metrics: () => unknown): Handler {
	return ({ method, path }, response) => {
		if (method !== 'GET') sendNotFound(response);
		else if (path === '/metrics') sendJson(response, metrics());
		else if (path === '/health') response.end(fixture('hotstuff/hotstuff2.sure2web3.health.txt'));
		else sendNotFound(response);
	};
}

describe('the JSON of a HotStuff-2 node', () => {
	it('is found out and told', async () => {
		const node = await watch(replica(() => recorded));
		expect(await node.probe()).toEqual({
			found: 'HotStuff-2 node at height 1633',
			confidence: 'certain',
		});
		const { latencyMs, clock, endpoints, ...sections } = await node.poll(toldAtMs + 500);
		expect(endpoints?.map(({ name, status }) => `${name} ${status}`)).toEqual([
			'metrics ok',
			'consensus status unavailable',
		]);
		expect(latencyMs).toBeGreaterThan(0);
		expect(clock).toMatchObject({ source: 'node' });
		expect(clock?.offsetMs).toBeCloseTo(latencyMs === undefined ? -1 : latencyMs / 2, -1);
		expect(sections).toEqual({
			consensus: {
				status: 'unknown',
				view: 1641,
				height: 1633,
				finalized: 1633,
				proposals: 412,
				votes: 1650,
				votesReceived: 4921,
				timeouts: 3,
				viewsInRowTimedOut: 0,
				viewChanges: 3,
				safetyViolations: 0,
				averageFinalityMs: 612.25,
				latenciesMs: { block: { avg: 201.5 }, commit: { avg: 612.25 } },
			},
			database: { errors: 0 },
			network: { messages: [{ type: 'all', sent: 9912, received: 14_310, failed: 1 }] },
		});
	});

	it('is active while its height rises, and stalled when only views change', async () => {
		let metrics: Metrics = recorded;
		const node = await watch(replica(() => metrics));
		const statusAt = async (seconds: number, height: number, round: number) => {
			metrics = { ...recorded, current_height: height, current_round: round };
			const { consensus, notes } = await node.poll(toldAtMs + seconds * 1000);
			return [consensus?.status, ...(notes ?? [])];
		};
		expect(await statusAt(0, 10, 20)).toEqual(['unknown']);
		expect(await statusAt(2, 11, 21)).toEqual(['active']);
		expect(await statusAt(40, 11, 50)).toEqual([
			'stalled',
			'its view changes, but nothing is committed',
		]);
		expect(await statusAt(42, 12, 51)).toEqual(['active']);
	});

	it('tells its troubles', async () => {
		const node = await watch(
			replica(() => ({
				...recorded,
				safety_violations: 2,
				consecutive_timeouts: 4,
				storage_errors: 1,
			})),
		);
		const { consensus, notes, database } = await node.poll();
		expect(consensus?.safetyViolations).toBe(2);
		expect(notes).toEqual(['views that timed out in a row: 4']);
		expect(database).toEqual({ errors: 1 });
	});

	it('may lack what it did not measure', async () => {
		const node = await watch(
			replica(() => ({ current_round: 3, current_height: 2, blocks_committed: 2 })),
		);
		const { latencyMs: _latencyMs, clock, ...sections } = await node.poll();
		expect(clock?.source).toBe('httpDate');
		expect(sections).toEqual({
			consensus: { status: 'unknown', view: 3, height: 2, finalized: 2 },
			endpoints: [
				{ name: 'metrics', status: 'ok', latencyMs: expect.any(Number) },
				expect.objectContaining({ name: 'consensus status', status: 'unavailable' }),
			],
		});
	});

	it.each([
		['what is no metrics', { status: 'ok' }],
		['a list, as relab’s measurements', JSON.parse(fixture('hotstuff/relab.measurements.json'))],
		['a height that is text', { ...recorded, current_height: 'high' }],
		['a negative round', { ...recorded, current_round: -1 }],
	])('is not %s', async (_name, body) => {
		const node = await watch(replica(() => body));
		await expect(node.probe()).rejects.toMatchObject({ code: 'badResponse' });
		expect(await node.failure()).toMatchObject({ code: 'badResponse' });
	});

	it('is not a log, as asonnino’s', async () => {
		const node = await watch((_request, response) => {
			response.end(fixture('hotstuff/asonnino.node.log'));
		});
		await expect(node.probe()).rejects.toMatchObject({ code: 'badResponse' });
	});
});
