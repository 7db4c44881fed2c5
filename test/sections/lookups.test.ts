import { describe, expect, it } from 'vitest';
import {
	derived,
	lastFinalOf,
	lastProgressOf,
	networkKey,
	newestAt,
	placeOf,
	placeText,
} from '../../source/sections/derived.ts';
import { builtInRules, fleetIssues, groupIssues } from '../../source/sections/findings.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import { ago, groupOf, verdictOf } from './sightings.ts';

const node = (sections: Partial<NodeSnapshot>): NodeSnapshot => ({
	target: { name: 'a', kind: 'evm', url: 'http://192.0.2.1:1' },
	poll: { status: 'ok', failures: 0 },
	health: { status: 'up', issues: [] },
	...sections,
});

describe('what is wrong with a whole network', () => {
	it('is the issue of its state, in the words of the comparison', () => {
		expect(groupIssues(groupOf('stalled', 'stalled'))).toEqual([
			{
				code: 'networkStalled',
				component: 'group',
				severity: 'critical',
				message: '3 nodes: stalled',
				since: ago(60),
				evidence: 'as they show',
				nextStep: 'look closely',
			},
		]);
		const { evidence: _evidence, nextStep: _nextStep, ...plain } = groupOf('partitioned', 'level');
		const [issue] = groupIssues(plain);
		expect(issue).toMatchObject({
			code: 'networkPartitioned',
			nextStep: 'check the network between the sides',
		});
		expect(issue).not.toHaveProperty('evidence');
		expect(groupIssues(groupOf('agreed', 'level'))).toEqual([]);
		expect(groupIssues(groupOf('unknown', 'unknown'))).toEqual([]);
	});
});

describe('what is wrong with nodetop itself', () => {
	it('is its connection, its machine or its clock, since that was found', () => {
		expect(fleetIssues(verdictOf('us'))).toEqual([
			{
				code: 'ownConnectionLost',
				component: 'poll',
				severity: 'critical',
				message: 'what was found',
				since: ago(30),
				evidence: 'one; two',
				nextStep: 'restore the network connection of this machine; the nodes may be healthy',
			},
		]);
		expect(fleetIssues(verdictOf('busy')).map(({ code }) => code)).toEqual(['machineTooBusy']);
		expect(fleetIssues(verdictOf('clock')).map(({ code }) => code)).toEqual(['ownClock']);
		expect(fleetIssues(verdictOf('them'))).toEqual([]);
		expect(fleetIssues(undefined)).toEqual([]);
	});

	it('is its own state, that cannot be kept', () => {
		expect(fleetIssues(undefined, { message: 'the disk is full' })).toMatchObject([
			{ code: 'ownState', severity: 'critical', message: 'the disk is full', since: '' },
		]);
	});
});

describe('where a node stands', () => {
	it('is its height, else its round, else its view', () => {
		expect(
			placeOf(node({ chain: { head: { number: 7 } }, consensus: { height: 5, round: 3 } })),
		).toEqual({ value: 7, of: 'height' });
		expect(placeOf(node({ consensus: { height: 5, round: 3 } }))).toEqual({
			value: 5,
			of: 'height',
		});
		expect(placeOf(node({ consensus: { round: 3, view: 2 } }))).toEqual({ value: 3, of: 'round' });
		expect(placeOf(node({ consensus: { view: 2 } }))).toEqual({ value: 2, of: 'view' });
		expect(placeOf(node({}))).toBeUndefined();
	});

	it('is written with a mark for what is no height', () => {
		expect([
			placeText({ value: 1412, of: 'height' }),
			placeText({ value: 900, of: 'round' }),
			placeText({ value: 412, of: 'view' }),
		]).toEqual(['1,412', 'r900', 'v412']);
	});
});

describe('numbers that follow from several sections', () => {
	it('take the first section that tells them', () => {
		const read = (sections: Partial<NodeSnapshot>) => ({
			height: derived.height.read(node(sections)),
			finalized: derived.finalized.read(node(sections)),
			pending: derived.pending.read(node(sections)),
			latency: derived.peerLatencyMs.read(node(sections)),
		});
		expect(
			read({
				chain: { head: { number: 9 }, finalized: { number: 7 }, txPool: { pending: 3 } },
				consensus: { height: 8, finalized: 6, pending: 1 },
				dag: { pending: 2 },
				network: { latencyMs: { p50: 20, avg: 30 } },
			}),
		).toEqual({ height: 9, finalized: 6, pending: 1, latency: 20 });
		expect(
			read({
				chain: { finalized: { number: 7 }, txPool: { pending: 3 } },
				consensus: { height: 8 },
				dag: { pending: 2 },
				network: { latencyMs: { avg: 30 } },
			}),
		).toEqual({ height: 8, finalized: 7, pending: 2, latency: 30 });
		expect(read({ chain: { txPool: { pending: 3 } }, dag: {}, network: {} })).toEqual({
			height: undefined,
			finalized: undefined,
			pending: 3,
			latency: undefined,
		});
		expect(read({})).toEqual({
			height: undefined,
			finalized: undefined,
			pending: undefined,
			latency: undefined,
		});
	});
});

describe('times of a node', () => {
	const times = { head: ago(3), final: ago(5), seen: ago(1) };

	it('are those that were seen, else what it tells', () => {
		const told = {
			chain: { head: { number: 1, at: times.head } },
			consensus: { lastFinalizedAt: times.final },
		};
		expect(lastProgressOf({ ...told, lastProgressAt: times.seen })).toBe(times.seen);
		expect(lastProgressOf(told)).toBe(times.final);
		expect(lastProgressOf({ chain: told.chain })).toBe(times.head);
		expect(lastProgressOf({})).toBeUndefined();
		expect(lastFinalOf({ ...told, lastFinalAt: times.seen })).toBe(times.seen);
		expect(lastFinalOf(told)).toBe(times.final);
		expect(lastFinalOf({})).toBeUndefined();
		expect(newestAt(told)).toBe(times.head);
		expect(newestAt({ consensus: told.consensus })).toBe(times.final);
		expect(newestAt({})).toBeUndefined();
	});
});

describe('the network of a node', () => {
	it('is its kind with its genesis, else its chain id, else its network id', () => {
		const key = (identity?: NodeSnapshot['identity']) =>
			networkKey(node(identity ? { identity } : {}));
		expect(key({ genesisHash: '0xa', chainId: 5, networkId: 'x' })).toBe('evm:0xa');
		expect(key({ chainId: 5, networkId: 'x' })).toBe('evm:5');
		expect(key({ networkId: 'x' })).toBe('evm:x');
		expect(key({})).toBe('evm:');
		expect(key()).toBe('evm:');
	});
});

describe('the rule of a finding', () => {
	it('compares what the finding compares, and is no data while something explains it', () => {
		expect(builtInRules['head-old']).toMatchObject({
			scope: 'node',
			component: 'chain',
			condition: {
				value: { age: 'chain.head.at' },
				above: { warning: 180, critical: 1800, clear: 120 },
				frozenBy: ['networkStalled', 'ownClock', 'answersCached'],
			},
			forMs: 30_000,
			keepFiringForMs: 4000,
			unit: 'seconds',
			message: '{node}: {finding}',
		});
		expect(builtInRules['peers-lost']).not.toHaveProperty('condition.frozenBy');
		expect(builtInRules['head-old']).not.toHaveProperty('severity');
		expect(builtInRules['peers-lost']).not.toHaveProperty('keepFiringForMs');
		expect(builtInRules['chain-changed']).not.toHaveProperty('unit');
	});

	it('looks for its issue where a function or a check sees it', () => {
		expect(builtInRules['chain-changed']).toMatchObject({
			severity: 'critical',
			condition: {
				issue: 'chainChanged',
				needs: ['identity.chainId|identity.networkId|identity.genesisHash'],
			},
		});
		expect(builtInRules['process-troubled']).toMatchObject({
			condition: { issue: 'processTroubled', check: 'process.running' },
		});
		expect(builtInRules['chain-changed']).not.toHaveProperty('condition.check');
		expect(builtInRules['process-troubled']).not.toHaveProperty('condition.needs');
		expect(builtInRules['no-data']).toMatchObject({ condition: { noData: true } });
	});

	it('tells of its subject, and mutes what it explains', () => {
		expect(builtInRules['network-stalled']).toMatchObject({
			scope: 'group',
			message: '{group}: {finding}',
			mutes: { by: 'group', rules: expect.arrayContaining(['consensus-stalled', 'behind']) },
		});
		expect(builtInRules['own-clock']).toMatchObject({ scope: 'fleet', message: '{finding}' });
		expect(builtInRules['suspended']).toMatchObject({
			scope: 'satellite',
			message: '{node}: {finding}',
		});
		expect(builtInRules['own-validator-jailed']).toMatchObject({
			scope: 'validator',
			message: '{finding}',
		});
		expect(builtInRules['node-down']).toMatchObject({
			message: '{node} does not answer: {finding}',
			mutes: { by: 'node', rules: ['*'] },
		});
		expect(builtInRules['chain-changed']).not.toHaveProperty('mutes');
	});
});
