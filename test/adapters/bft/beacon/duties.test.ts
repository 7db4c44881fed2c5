import { afterEach, describe, expect, it } from 'vitest';
import { beacon } from '../../../../source/adapters/bft/beacon/beacon.ts';
import { createHttp } from '../../../../source/adapters/http.ts';
import { createJudge } from '../../../../source/health/judge.ts';
import { readingSchema } from '../../../../source/sections/snapshot.ts';
import type { Reading } from '../../../../source/sections/snapshot.ts';
import { sendJson, startServer } from '../../../helpers/http-server.ts';
import type { TestServer } from '../../../helpers/http-server.ts';
import { contextFor, targetFor } from '../../../helpers/targets.ts';

const servers: TestServer[] = [];
afterEach(async () => {
	await Promise.all(servers.splice(0).map((server) => server.close()));
});

const genesisSeconds = 1_760_000_000;
const pubkey = `0x${'ab'.repeat(48)}`;

/** A chain with slots of 12 s and epochs of 32, in the shapes of the Beacon API. */
interface Chain {
	slot: number;
	slashed: readonly string[];
	/** Who did not attest, by epoch. */
	absent: Map<number, readonly string[]>;
	/** Whose turn it was, by slot. */
	proposers: Map<number, string>;
	missedSlots: readonly number[];
	hasLiveness: boolean;
}

function answer(chain: Chain, path: string, body: string): unknown {
	const url = new URL(path, 'http://node');
	const [, epoch] = /\/(?:liveness|proposer)\/(\d+)$/.exec(url.pathname) ?? [];
	const [, headerSlot] = /\/beacon\/headers\/(\d+)$/.exec(url.pathname) ?? [];
	if (url.pathname.endsWith('/node/syncing')) {
		return { data: { head_slot: String(chain.slot), sync_distance: '0', is_syncing: false } };
	}
	if (url.pathname.endsWith('/config/spec')) {
		return { data: { SECONDS_PER_SLOT: '12', SLOTS_PER_EPOCH: '32' } };
	}
	if (url.pathname.endsWith('/beacon/genesis')) {
		return { data: { genesis_time: String(genesisSeconds), genesis_validators_root: '0x00' } };
	}
	if (url.pathname.endsWith('/states/head/validators')) {
		const asked = (url.searchParams.get('id') ?? '').split(',');
		const indices = asked.map((id) => (id === pubkey ? '77' : id));
		return {
			data: indices.map((index) => ({
				index,
				balance: '32000000000',
				status: chain.slashed.includes(index) ? 'active_slashed' : 'active_ongoing',
				validator: {
					pubkey,
					effective_balance: '32000000000',
					slashed: chain.slashed.includes(index),
				},
			})),
		};
	}
	if (url.pathname.includes('/liveness/')) {
		if (!chain.hasLiveness) return undefined;
		const absent = chain.absent.get(Number(epoch)) ?? [];
		const indices = JSON.parse(body) as string[]; // The client sends indices.
		return { data: indices.map((index) => ({ index, is_live: !absent.includes(index) })) };
	}
	if (url.pathname.includes('/duties/proposer/')) {
		const duties = [...chain.proposers].filter(([slot]) => Math.floor(slot / 32) === Number(epoch));
		return {
			dependent_root: '0x00',
			data: duties.map(([slot, index]) => ({ pubkey, validator_index: index, slot: String(slot) })),
		};
	}
	if (url.pathname.endsWith('/sync_committees')) return { data: { validators: ['5', '77'] } };
	if (headerSlot !== undefined && !chain.missedSlots.includes(Number(headerSlot))) {
		return { data: { root: '0xaa', canonical: true } };
	}
	return undefined;
}

async function watch(changes: Partial<Chain>, mine: readonly string[]) {
	const chain: Chain = {
		slot: 3200,
		slashed: [],
		absent: new Map(),
		proposers: new Map(),
		missedSlots: [],
		hasLiveness: true,
		...changes,
	};
	const server = await startServer(({ path, body }, response) => {
		const told = answer(chain, path, body);
		if (told === undefined) sendJson(response, { code: 404, message: 'NOT_FOUND' }, 404);
		else sendJson(response, told);
	});
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
