import { afterEach, describe, expect, it } from 'vitest';
import { beacon } from '../../../../source/adapters/bft/beacon/beacon.ts';
import { createHttp } from '../../../../source/adapters/http.ts';
import { createJudge } from '../../../../source/health/judge.ts';
import { readingSchema } from '../../../../source/sections/snapshot.ts';
import type { Reading } from '../../../../source/sections/snapshot.ts';
import type { TestServer } from '../../../helpers/http-server.ts';
import { contextFor, targetFor } from '../../../helpers/targets.ts';
import { genesisSeconds, pubkey, startBeaconNode } from './chain.ts';
import type { BeaconChain } from './chain.ts';

const servers: TestServer[] = [];
afterEach(async () => {
	await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function watch(changes: Partial<BeaconChain>, mine: readonly string[]) {
	const { chain, server } = await startBeaconNode(changes);
	servers.push(server);
	const target = targetFor(server.url, { kind: 'bft', mine });
	const http = createHttp(target);
	const source = beacon.open(target, http);
	const nowMs = () => (genesisSeconds + chain.slot * 12) * 1000 + 500;
	const judge = createJudge();
	return {
		chain,
		server,
		/** In the slot after the epoch began. */
		async poll(epoch: number): Promise<Reading> {
			chain.slot = epoch * 32 + 1;
			return readingSchema.parse(await source.poll(contextFor(target, { http, now: nowMs })));
		},
		found(reading: Reading): string[] {
			const poll = { status: 'ok' as const, failures: 0, at: new Date(nowMs()).toISOString() };
			const {
				latencyMs: _latencyMs,
				endpoints: _endpoints,
				members: _members,
				...sections
			} = reading;
			const node = { target: { name: 'n', kind: 'bft', url: 'http://x' }, poll, ...sections };
			const { issues } = judge.judgeNode({ node, nowMs: nowMs(), memory: {} }, undefined);
			return issues
				.map(({ code, message }) => `${code}: ${message}`)
				.filter((each) => /^ownValidator(?!ScoreLow)/.test(each));
		},
	};
}

describe('duties of one’s own validators', () => {
	it('are counted once an epoch that is over, by index or public key', async () => {
		const { poll, server } = await watch({ absent: new Map([[100, ['5']]]) }, ['5', pubkey]);
		await poll(100);
		await poll(100);
		const { validators } = await poll(101);
		expect(validators?.list).toEqual([
			expect.objectContaining({
				validator: '5',
				mine: true,
				active: true,
				slashed: false,
				power: 32,
				inSyncCommittee: true,
				votes: 1,
				missed: 1,
				missedInRow: 1,
			}),
			expect.objectContaining({ validator: '77', votes: 2, missed: 0, missedInRow: 0 }),
		]);
		const asked = server.requests.filter(({ path }) => path.includes('/liveness/'));
		expect(asked.map(({ path, body }) => [path.split('/').at(-1), body])).toEqual([
			['99', '["5","77"]'],
			['100', '["5","77"]'],
		]);
	});

	it('missed three times in a row are told by name, and nothing else', async () => {
		const absent = new Map([100, 101, 102].map((epoch) => [epoch, ['5']] as const));
		const { poll, found } = await watch({ absent }, ['5', '6']);
		await poll(100);
		await poll(101);
		expect(found(await poll(102))).toEqual([]);
		expect(found(await poll(103))).toEqual([
			'ownValidatorMissing: your validator 5 missed 3 duties in a row',
		]);
		expect(found(await poll(104))).toEqual([]);
	});

	it('that were proposals are made or missed, by whether the slot has a block', async () => {
		const proposers = new Map([
			[3201, '5'],
			[3210, '5'],
			[3211, '9'],
		]);
		const { poll, found } = await watch({ proposers, missedSlots: [3210, 3211] }, ['5']);
		found(await poll(100));
		const reading = await poll(101);
		expect(reading.validators?.list[0]).toMatchObject({ proposals: 1, proposalsMissed: 1 });
	});

	it('in the sync committee are counted by the block, of its members only', async () => {
		const { poll, chain, server, found } = await watch({ hasLiveness: false }, ['5', '6', pubkey]);
		await poll(100);
		chain.withoutSyncMessage = ['77'];
		for (const epoch of [101, 102, 103]) expect(found(await poll(epoch))).toEqual([]);
		// The same block twice is one.
		const reading = await poll(103);
		expect(reading.validators?.list).toEqual([
			expect.objectContaining({ validator: '5', syncMissed: 0, syncMissedInRow: 0 }),
			expect.not.objectContaining({ syncMissed: expect.anything() }),
			expect.objectContaining({ validator: '77', syncMissed: 3, syncMissedInRow: 3 }),
		]);
		expect(found(await poll(104))).toEqual([
			'ownValidatorSyncMissing: your validator 77 missed 4 sync committee messages in a row',
		]);
		chain.withoutSyncMessage = [];
		expect(found(await poll(105))).toEqual([]);
		const asked = server.requests.filter(({ path }) => path.includes('/rewards/'));
		expect(asked.map(({ path, body }) => [path.split('/').at(-1), body]).slice(0, 2)).toEqual([
			['3201', '["5","77"]'],
			['3233', '["5","77"]'],
		]);
	});

	it('in the sync committee are unknown where a client does not tell rewards', async () => {
		const { poll } = await watch({ hasRewards: false }, ['5']);
		await poll(100);
		const { validators } = await poll(101);
		expect(validators?.list[0]).toMatchObject({ inSyncCommittee: true });
		expect(validators?.list[0]).not.toHaveProperty('syncMissed');
	});

	it('of a slashed validator are over: that is told', async () => {
		const { poll, found } = await watch({ slashed: ['5'] }, ['5']);
		expect(found(await poll(100))).toEqual(['ownValidatorSlashed: your validator 5 was slashed']);
	});

	it('are not asked for without validators, and unknown where a client does not tell liveness', async () => {
		const none = await watch({}, []);
		expect(await none.poll(100)).not.toHaveProperty('validators');
		expect(none.server.requests.some(({ path }) => /validator/.test(path))).toBe(false);
		const silent = await watch({ hasLiveness: false }, ['5']);
		const { validators } = await silent.poll(101);
		expect(validators?.list[0]).not.toHaveProperty('missed');
	});
});
