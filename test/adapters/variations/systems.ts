import { readdirSync, readFileSync } from 'node:fs';
import type { Adapter } from '../../../source/adapters/adapter.ts';
import { bft } from '../../../source/adapters/bft/adapter.ts';
import { dag } from '../../../source/adapters/dag/adapter.ts';
import { evm } from '../../../source/adapters/evm/adapter.ts';
import { qudag } from '../../../source/adapters/qudag/adapter.ts';
import { wemixvisor } from '../../../source/adapters/wemixvisor/adapter.ts';

const root = new URL('../../fixtures/', import.meta.url);

export function fixture(path: string): string {
	return readFileSync(new URL(path, root), 'utf8');
}

export function fixturesIn(folder: string): readonly string[] {
	return readdirSync(new URL(`${folder}/`, root)).sort();
}

/** A node as its samples tell it: which file answers `GET path`, `POST path` or a JSON-RPC method. */
export interface System {
	readonly name: string;
	readonly adapter: Adapter;
	readonly answers: Readonly<Record<string, string>>;
	/** Path of the metrics, where they are read beside something else. */
	readonly metricsPath?: string;
}

const geth = (method: string, file = `${method}.json`) => [method, `geth/${file}`] as const;

/** Files of a folder by what is left of their names without this around it. */
function byName(folder: string, pattern: RegExp, key: (name: string) => string) {
	return Object.fromEntries(
		fixturesIn(folder).flatMap((file) => {
			const name = pattern.exec(file)?.[1];
			return name === undefined ? [] : [[key(name), `${folder}/${file}`]];
		}),
	);
}

const exposing = (file: string, path = '/metrics'): System => ({
	name: file,
	adapter: bft,
	answers: { [`GET ${path}`]: file },
});

export const systems: readonly System[] = [
	{
		name: 'etcd',
		adapter: bft,
		answers: {
			'GET /version': 'etcd/m1.version.json',
			'POST /v3/maintenance/status': 'etcd/m1.v3_status.json',
			'POST /v3/cluster/member/list': 'etcd/m1.v3_memberlist.json',
			'GET /metrics': 'etcd/m1.metrics.txt',
		},
	},
	{
		name: 'lodestar',
		adapter: bft,
		metricsPath: '/metrics',
		answers: {
			'GET /eth/v1/beacon/genesis': 'lodestar/n1.beacon_genesis.json',
			'GET /eth/v1/beacon/headers/head': 'lodestar/n1.beacon_headers_head.json',
			'GET /eth/v1/beacon/states/head/finality_checkpoints':
				'lodestar/n1.beacon_states_head_finality_checkpoints.json',
			'GET /eth/v1/config/spec': 'lodestar/n1.config_spec.json',
			'GET /eth/v1/node/identity': 'lodestar/n1.node_identity.json',
			'GET /eth/v1/node/peer_count': 'lodestar/n1.node_peer_count.json',
			'GET /eth/v1/node/peers': 'lodestar/n1.node_peers.json',
			'GET /eth/v1/node/syncing': 'lodestar/n1.node_syncing.json',
			'GET /eth/v1/node/version': 'lodestar/n1.node_version.json',
			'GET /metrics': 'lodestar/n1.metrics.txt',
		},
	},
	{
		name: 'HotStuff-2 in JSON',
		adapter: bft,
		answers: { 'GET /metrics': 'hotstuff/hotstuff2.sure2web3.metrics.json' },
	},
	...[
		'aptos',
		'avalanche',
		'diem',
		'flow',
		'fullnode',
		'hornet',
		'monad',
		'mysticeti',
		'narwhal',
	].map((name) => exposing(`hotstuff/${name}.prom.txt`)),
	exposing('hotstuff/hotstuff2.sure2web3.README-planned.prom.txt'),
	exposing('hotstuff/espresso.prom.txt', '/v1/status/metrics'),
	{
		name: 'conflux',
		adapter: dag,
		answers: byName('dag', /^conflux\.((?:cfx|debug|pos|txpool)_\w+)\.json$/, (name) => name),
	},
	{
		name: 'avalanche',
		adapter: dag,
		answers: {
			...byName('dag', /^avalanche\.(info\.\w+)\.json$/, (name) => name),
			'GET /ext/health': 'dag/avalanche.health.json',
			'GET /ext/metrics': 'dag/avalanche.prom.txt',
		},
	},
	{
		name: 'hornet',
		adapter: dag,
		metricsPath: '/metrics',
		answers: {
			'GET /api/core/v2/info': 'dag/hornet.info.json',
			'GET /api/core/v2/tips': 'dag/hornet.tips.json',
			'GET /api/core/v2/peers': 'dag/hornet.peers.json',
			'GET /metrics': 'dag/hornet.prom.txt',
		},
	},
	{
		name: 'hedera',
		adapter: dag,
		answers: {
			'GET /api/v1/blocks': 'dag/hedera.blocks.json',
			'GET /api/v1/network/nodes': 'dag/hedera.network-nodes.json',
		},
	},
	{
		name: 'geth',
		adapter: evm,
		metricsPath: '/debug/metrics/prometheus',
		answers: Object.fromEntries([
			geth('web3_clientVersion'),
			geth('eth_chainId'),
			geth('net_version'),
			geth('net_peerCount'),
			geth('txpool_status'),
			geth('admin_nodeInfo'),
			geth('admin_peers'),
			geth('admin_wemixInfo'),
			geth('eth_syncing', 'eth_syncing.syncing.v1.16.json'),
			geth('eth_getBlockByNumber', 'anvil.eth_getBlockByNumber_latest.RECORDED.json'),
			['GET /debug/metrics/prometheus', 'geth/metrics.v1.16.prom.txt'],
		]),
	},
	{
		name: 'qudag',
		adapter: qudag,
		answers: { 'GET /api/v1/status': 'qudag/node-status.json' },
	},
	{
		name: 'wemixvisor',
		adapter: wemixvisor,
		answers: {
			'GET /api/v1/status': 'wemixvisor/api.v1.status.json',
			'GET /api/v1/metrics': 'wemixvisor/api.v1.metrics.json',
			'GET /health': 'wemixvisor/api.health.json',
		},
	},
];
