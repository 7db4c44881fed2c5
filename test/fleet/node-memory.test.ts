import { describe, expect, it } from 'vitest';
import { createFleet } from '../../source/fleet/fleet.ts';
import { createJudge } from '../../source/health/judge.ts';
import type { Reading } from '../../source/sections/snapshot.ts';
import { targetFor } from '../helpers/targets.ts';

const startMs = Date.parse('2026-01-01T00:00:00Z');
const secondMs = 1000;

/** What is said of a node after readings that come two seconds apart, or at the times given. */
function after(readings: readonly Reading[], { kind = 'bft', everyMs = 2 * secondMs } = {}) {
	const target = targetFor('http://127.0.0.1:9000', { kind });
	const fleet = createFleet(createJudge());
	fleet.add(target);
	for (const [index, reading] of readings.entries()) {
		const atMs = startMs + index * everyMs;
		fleet.apply({ target, atMs, missedSlots: 0, outcome: { status: 'read', reading } });
	}
	const { snapshot } = fleet.getSnapshot().nodes[0] ?? {};
	if (!snapshot) throw new Error('the fleet is empty');
	const { status, issues } = snapshot.health;
	return { snapshot, status, codes: issues.map(({ code }) => code), issues };
}

const said: Reading = {
	consensus: { status: 'active', view: 5_821_443, height: 5_821_430 },
	network: { peers: 96 },
};

describe('values that a node gave and gives no more', () => {
	it('make it unknown at once when nothing is left', () => {
		const { status, issues } = after([said, said, {}]);
		expect(status).toBe('unknown');
		expect(issues).toMatchObject([
			{ code: 'allValuesLost', evidence: 'no longer: Height, View, Peers' },
		]);
	});

	it('make it degraded, with their names, when some are absent three times in a row', () => {
		const rest: Reading = { consensus: { status: 'active', view: 5_821_443, height: 5_821_430 } };
		expect(after([said, rest, rest]).codes).toEqual([]);
		const { status, issues } = after([said, rest, rest, rest]);
		expect(status).toBe('degraded');
		expect(issues).toMatchObject([{ code: 'valuesLost', evidence: 'no longer: Peers' }]);
		expect(after([said, rest, rest, rest, said]).codes).toEqual([]);
	});

	it('are the failed endpoint’s to explain', () => {
		const endpoints = [{ name: 'peers', status: 'failed' as const }];
		const rest: Reading = { consensus: said.consensus, endpoints };
		expect(after([said, rest, rest, rest]).codes).toEqual(['endpointFailed']);
	});

	it('are not counted from polls that this machine cut short', () => {
		const endpoints = [{ name: 'peers', status: 'unmeasured' as const }];
		const cut: Reading = { consensus: said.consensus, endpoints };
		const rest: Reading = { consensus: said.consensus };
		expect(after([said, cut, cut, cut, cut]).codes).toEqual([]);
		expect(after([said, { endpoints }]).codes).toEqual([]);
		expect(after([said, rest, cut, rest]).codes).toEqual([]);
		expect(after([said, rest, cut, rest, cut, rest]).codes).toEqual(['valuesLost']);
		expect(after([said, cut]).snapshot.poll.status).toBe('partial');
	});

	it('may be other values after an upgrade', () => {
		const old: Reading = { ...said, identity: { version: '1.0' } };
		const next: Reading = { identity: { version: '2.0' }, consensus: said.consensus };
		expect(after([old, next, next, next, next]).codes).toEqual([]);
	});

	it('are no progress', () => {
		expect(after([said, {}]).snapshot.lastProgressAt).toBeUndefined();
	});
});

const at = (number: number, rest: Partial<Reading> = {}): Reading => ({
	chain: { head: { number } },
	consensus: { height: number },
	...rest,
});

describe('the time since something became final', () => {
	it.each<[string, Reading, Reading, boolean]>([
		[
			'a change of view',
			{ consensus: { view: 1, finalized: 5 } },
			{ consensus: { view: 2, finalized: 5 } },
			false,
		],
		[
			'a final block',
			{ consensus: { view: 1, finalized: 5 } },
			{ consensus: { view: 1, finalized: 6 } },
			true,
		],
		[
			'a height of what agrees by votes',
			{ consensus: { height: 5 } },
			{ consensus: { height: 6 } },
			true,
		],
		['a head', at(5), at(6), false],
	])('after %s', (_name, before, now, isFinal) => {
		const { lastFinalAt } = after([before, now]).snapshot;
		expect(lastFinalAt).toBe(isFinal ? '2026-01-01T00:00:02.000Z' : undefined);
	});
});

describe('what only rises', () => {
	it.each<[string, Reading, Reading, string, string]>([
		['head', at(1015), at(985), 'the head went back by 30', 'from 1,015 to 985'],
		[
			'height',
			{ consensus: { height: 5_821_430 } },
			{ consensus: { height: 90 } },
			'the height went back by 5,821,340',
			'from 5,821,430 to 90',
		],
		[
			'view',
			{ consensus: { view: 9 } },
			{ consensus: { view: 8 } },
			'the view went back by 1',
			'from 9 to 8',
		],
		[
			'round',
			{ consensus: { round: 9 } },
			{ consensus: { round: 5 } },
			'the round went back by 4',
			'from 9 to 5',
		],
		[
			'finalized block',
			{ chain: { head: { number: 70 }, finalized: { number: 64 } } },
			{ chain: { head: { number: 70 }, finalized: { number: 32 } } },
			'finality went back by 32',
			'from 64 to 32',
		],
		[
			'height past 2^53',
			{ consensus: { height: '90071992547409931' } },
			{ consensus: { height: '90071992547409930' } },
			'the height went back by 1',
			'from 90,071,992,547,409,931 to 90,071,992,547,409,930',
		],
	])('%s: its fall is told', (_name, before, now, message, evidence) => {
		const { status, issues } = after([before, now]);
		expect(status).toBe('degraded');
		expect(issues).toMatchObject([{ code: 'wentBack', message, evidence }]);
	});

	it('falls are told before any word of syncing', () => {
		const syncing = at(970, { consensus: { status: 'syncing', height: 970 } });
		expect(after([at(1000), syncing]).codes).toEqual(['wentBack']);
	});

	it('one or two blocks are a reorganisation', () => {
		expect(after([at(1000), at(998)]).codes).toEqual([]);
		expect(after([at(1000), at(997)]).codes).toEqual(['wentBack']);
	});

	it('a fall is over when the node is where it was, a minute later at the earliest', () => {
		const rising = Array.from({ length: 40 }, (_, index) => at(980 + index));
		expect(after([at(1000), ...rising.slice(0, 20)]).codes).toEqual(['wentBack']);
		expect(after([at(1000), ...rising]).codes).toEqual([]);
	});

	it('another network at the address stays told for an hour', () => {
		const small = Array.from({ length: 5 }, (_, index) => at(100 + index));
		expect(after([at(5_000_000), ...small], { everyMs: 600 * secondMs }).codes).toEqual([
			'wentBack',
		]);
		const later = Array.from({ length: 8 }, (_, index) => at(100 + index));
		expect(after([at(5_000_000), ...later], { everyMs: 600 * secondMs }).codes).toEqual([]);
	});

	it('two heads in turn are several backends', () => {
		const readings = [1000, 970, 1002, 972, 1004, 974].map((head) => at(head));
		const { issues } = after(readings);
		expect(issues).toMatchObject([
			{
				code: 'wentBack',
				message: 'the head went back 3 times in 10 min, last by 30',
				nextStep: expect.stringContaining('several backends') as string,
			},
		]);
		expect(after([...readings, at(1006)]).codes).toEqual(['wentBack']);
	});

	it('counters begin anew with the program', () => {
		const life = (startedAt: string, round: number): Reading => ({
			identity: { startedAt },
			consensus: { height: 50, round, finalized: round },
		});
		const first = life('2025-12-01T00:00:00.000Z', 900);
		expect(after([first, life('2026-01-01T00:00:00.000Z', 3)]).codes).toEqual([]);
		expect(after([first, life('2025-12-01T00:00:00.000Z', 3)]).codes).toEqual(['wentBack']);
	});
});

const nodeIs = (nodeId: string): Reading => ({ identity: { nodeId } });

describe('who answers at one address', () => {
	it.each<[string, Reading, Reading, string]>([
		['chain', { identity: { chainId: 1 } }, { identity: { chainId: 5 } }, 'chain id was 1, is 5'],
		[
			'network',
			{ identity: { networkId: 'qudag-testnet' } },
			{ identity: { networkId: 'qudag-mainnet' } },
			'network id was qudag-testnet, is qudag-mainnet',
		],
		[
			'genesis',
			{ identity: { genesisHash: '0xa' } },
			{ identity: { genesisHash: '0xb' } },
			'genesis was 0xa, is 0xb',
		],
	])('another %s is critical', (_name, before, now, evidence) => {
		const { issues } = after([before, now, now], { kind: 'qudag' });
		expect(issues).toMatchObject([{ code: 'chainChanged', severity: 'critical', evidence }]);
	});

	it('another node is a warning, for an hour', () => {
		const [a, b] = [nodeIs('a1b2'), nodeIs('ffff')];
		expect(after([a, a, b, b]).issues).toMatchObject([
			{ code: 'nodeChanged', severity: 'warning', evidence: 'node id was a1b2, is ffff' },
		]);
		expect(after([a, b, b, b, b], { everyMs: 1000 * secondMs }).codes).toEqual(['nodeChanged']);
		expect(after([a, b, b, b, b, b], { everyMs: 1000 * secondMs }).codes).toEqual([]);
	});

	it('nodes in turn are several backends', () => {
		const [a, b] = [nodeIs('a1b2'), nodeIs('ffff')];
		expect(after([a, b, a, b, a]).issues).toMatchObject([
			{ code: 'nodeChanged', message: expect.stringContaining('in turn') as string },
		]);
	});
});

describe('what cannot be', () => {
	it.each<[string, Reading, string, RegExp]>([
		[
			'a finalized block above the head',
			{ chain: { head: { number: 10 }, finalized: { number: 12 } } },
			'finalizedAboveHead',
			/finalized block is above its head/,
		],
		[
			'a safe block above the head',
			{ chain: { head: { number: 10 }, safe: { number: 12 } } },
			'finalizedAboveHead',
			/safe block is above its head/,
		],
		[
			'a block that is its own parent',
			{ chain: { head: { number: 10, hash: '0xa', parentHash: '0xa' } } },
			'ownParent',
			/its parent/,
		],
		[
			'a vertex that is its own parent',
			{ dag: { recent: [{ id: 'v1', parents: ['v0', 'v1'] }] } },
			'ownParent',
			/its parent/,
		],
		[
			'a head that is dated far in the future',
			{ chain: { head: { number: 10, at: '2026-01-01T03:00:00Z' } } },
			'timeInFuture',
			/3h 00m in the future/,
		],
		[
			'finality that is dated far in the future',
			{ consensus: { lastFinalizedAt: '2026-01-03T00:00:00Z' } },
			'timeInFuture',
			/2d 0h in the future/,
		],
	])('%s is told', (_name, reading, code, message) => {
		const { status, issues } = after([reading]);
		expect(status).toBe('degraded');
		expect(issues).toMatchObject([{ code, message: expect.stringMatching(message) as string }]);
	});

	it('a producer’s clock that is seconds ahead is usual', () => {
		const head = { number: 10, at: '2026-01-01T00:00:15Z' };
		expect(after([{ chain: { head } }]).codes).toEqual([]);
	});
});

describe('a slow answer', () => {
	const slow: Reading = { latencyMs: 1500 };
	const fast: Reading = { latencyMs: 20 };

	it('once, or twice, is nothing', () => {
		expect(after([slow]).codes).toEqual([]);
		expect(after([fast, slow, slow]).codes).toEqual([]);
		expect(after([slow, slow, fast, slow, slow]).codes).toEqual([]);
	});

	it('three times in a row is told, with the lowest', () => {
		const { status, issues } = after([slow, { latencyMs: 1200 }, slow]);
		expect(status).toBe('degraded');
		expect(issues).toMatchObject([
			{ code: 'pollSlow', message: 'answers in 1.2 s or more, three times in a row' },
		]);
		expect(after([slow, slow, slow, fast]).codes).toEqual([]);
	});
});
