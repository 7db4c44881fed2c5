import { describe, expect, it } from 'vitest';
import {
	diskCheck,
	networkName,
	noSyncMemory,
	peerCountCheck,
	rpcCheck,
	syncStatusCheck,
	toNumber,
} from '../../source/lifecycle/health/checks.ts';
import { HealthChecker } from '../../source/lifecycle/health/checker.ts';
import { compositeHealth, troubleOf } from '../../source/lifecycle/health/report.ts';
import type { RpcReply } from '../../source/lifecycle/health/rpc.ts';
import { createRpc } from '../../source/lifecycle/health/rpc.ts';
import { withServer } from './rpc-server.ts';

const result = (value: unknown): RpcReply => ({ is: 'result', result: value, latencyMs: 12.34 });
const refused: RpcReply = { is: 'refused', message: 'Method not found', latencyMs: 1 };
const syncing = (current: string, highest = '0x100') =>
	result({ currentBlock: current, highestBlock: highest });
const minute = 60_000;

/** The four unit tests of the health checker that the plan of the supervisor names. */
describe('TestHealthChecker', () => {
	it('TestHealthChecker_RPCCheck: an answer with its latency, or what went wrong', async () => {
		expect(rpcCheck(result(false), 'http://n')).toEqual({ healthy: true, latency_ms: 12.3 });
		// A node that answers lives, whatever it answers.
		expect(rpcCheck(refused, 'http://n')).toMatchObject({ healthy: true });
		expect(rpcCheck({ is: 'failed', message: 'connection refused' }, 'http://n')).toEqual({
			healthy: false,
			message: 'http://n: connection refused',
		});
		await withServer({ eth_syncing: false }, async (url) => {
			expect(await createRpc(url, 5000)('eth_syncing')).toMatchObject({
				is: 'result',
				result: false,
			});
			expect(await createRpc(url, 5000)('eth_mining')).toMatchObject({
				is: 'refused',
				message: 'Method not found',
			});
		});
		expect(await createRpc('http://127.0.0.1:1', 5000)('eth_syncing')).toEqual({
			is: 'failed',
			message: 'connection refused: nothing listens there',
		});
	});

	it('TestHealthChecker_PeerCountCheck: at least as many as wanted', () => {
		expect(peerCountCheck(result('0x8'), 1)).toEqual({ healthy: true, peers: 8, min_required: 1 });
		expect(peerCountCheck(result('0x0'), 1)).toEqual({
			healthy: false,
			peers: 0,
			min_required: 1,
			message: 'too few peers: 0 of at least 1',
		});
		expect(peerCountCheck(result('0x0'), 0).healthy).toBe(true);
		expect(peerCountCheck(refused, 1)).toMatchObject({ healthy: true, min_required: 1 });
		expect(peerCountCheck(result('many'), 1)).toEqual({
			healthy: true,
			min_required: 1,
			message: 'its peer count is no number',
		});
	});

	it('TestHealthChecker_SyncStatusCheck: synced, moving, long but moving, stuck', () => {
		expect(syncStatusCheck(result(false), result('0x10'), noSyncMemory, 0).check).toEqual({
			healthy: true,
			syncing: false,
			current_block: 16,
			highest_block: 16,
		});
		let { check, memory } = syncStatusCheck(syncing('0x1'), result('0x0'), noSyncMemory, 0);
		expect(check).toEqual({ healthy: true, syncing: true, current_block: 1, highest_block: 256 });
		({ check, memory } = syncStatusCheck(syncing('0x1'), result('0x0'), memory, 4 * minute));
		expect(check.healthy).toBe(true);
		({ check, memory } = syncStatusCheck(syncing('0x1'), result('0x0'), memory, 5 * minute));
		expect(check).toMatchObject({
			healthy: false,
			message: 'its sync is stuck at block 1 for 5m 00s',
		});
		({ check, memory } = syncStatusCheck(syncing('0x2'), result('0x0'), memory, 6 * minute));
		expect(check.healthy).toBe(true);
		({ check, memory } = syncStatusCheck(syncing('0x99'), result('0x0'), memory, 26 * 60 * minute));
		expect(check).toMatchObject({ healthy: true, message: 'syncing for 1d 2h, still moving' });
		// The block stands still while a snap sync loads accounts.
		const stage = (accounts: string) =>
			result({ currentBlock: '0x5', highestBlock: '0x0', syncedAccounts: accounts });
		({ check, memory } = syncStatusCheck(stage('0x1'), result('0x0'), noSyncMemory, 0));
		expect(check).toEqual({ healthy: true, syncing: true, current_block: 5 });
		({ check } = syncStatusCheck(stage('0x9'), result('0x0'), memory, 10 * minute));
		expect(check.healthy).toBe(true);
	});

	it('TestHealthChecker_CompositeHealth: all together, in the form of the plan', async () => {
		const checks = {
			process: { healthy: true, pid: 7 },
			rpc_endpoint: { healthy: true, latency_ms: 12 },
			peer_count: { healthy: true, peers: 8, min_required: 1 },
			sync_status: {
				healthy: true,
				syncing: false,
				current_block: 1_234_567,
				highest_block: 1_234_567,
			},
		};
		const report = compositeHealth(checks, Date.UTC(2024, 8, 26, 14, 30));
		expect(report).toEqual({ healthy: true, timestamp: '2024-09-26T14:30:00.000Z', checks });
		expect(troubleOf(report)).toBeUndefined();
		const ill = compositeHealth({ ...checks, disk: diskCheck(5000, '/data') }, 0);
		expect(ill.healthy).toBe(false);
		expect(troubleOf(ill)).toBe('only 5 kB are free on the disk of /data');
		await withServer(
			{
				eth_syncing: false,
				eth_blockNumber: '0x7',
				net_peerCount: '0x3',
				web3_clientVersion: 'Geth/v1',
				net_version: '1',
			},
			async (url) => {
				const checker = new HealthChecker({
					url,
					timeoutMs: 5000,
					minPeers: 1,
					dataDirectory: undefined,
				});
				expect(await checker.check(1, 0)).toMatchObject({
					healthy: true,
					checks: { peer_count: { peers: 3 }, sync_status: { current_block: 7 } },
				});
				expect([checker.version, checker.network]).toEqual(['Geth/v1', 'mainnet']);
				expect(await checker.check(undefined, 0)).toMatchObject({
					healthy: false,
					checks: { process: { message: 'it does not run' } },
				});
			},
		);
	});
});

describe('what a node answers', () => {
	it.each([
		['html', 'it does not answer in JSON'],
		['huge', 'its answer is longer than 1 MB'],
		['list', 'it does not answer in JSON-RPC'],
		['nothing', 'it does not answer in JSON-RPC'],
	])('%s', async (body, message) => {
		await withServer(body, async (url) => {
			expect(await createRpc(url, 5000)('eth_syncing')).toEqual({ is: 'failed', message });
		});
	});

	it('is waited for no longer than the timeout', async () => {
		await withServer('silence', async (url) => {
			expect(await createRpc(url, 50)('eth_syncing')).toEqual({
				is: 'failed',
				message: 'it does not answer within 50 ms',
			});
		});
	});

	it('is read as a number only where it is one', () => {
		expect(
			['0x10', '16', 16, '0x', '-1', 1.5, '0xffffffffffffffff', null, 'NaN'].map(toNumber),
		).toEqual([16, 16, 16, undefined, undefined, undefined, undefined, undefined, undefined]);
		expect(networkName(result('31337'))).toBe('31337');
		expect(networkName(result({}))).toBeUndefined();
	});
});
