import { PollError } from '../../domain/errors.ts';
import type { Identity } from '../../sections/identity/schema.ts';
import type { Target } from '../../domain/target.ts';
import type { Adapter, PollContext, ProbeMatch, Source } from '../adapter.ts';
import { parseAddress } from './address.ts';
import type { RpcAddress } from './address.ts';
import { createHttpSource, probeHttp } from './http-source.ts';
import { callRpc } from './rpc-client.ts';
import { createRpcSource, readStatusShape } from './rpc-source.ts';

/**
 * QuDAG, as of ruvnet/QuDAG commit 9edbf36 (June 2025) and the testnet node of later commits: the
 * NodeStatus HTTP API of its node operations plan (which nodetop's own devnet serves), the testnet
 * node's HTTP, and the framed RPC over TCP or a Unix socket. The URL's scheme chooses the transport,
 * the answer's content the dialect.
 */
export const qudag = {
	kind: 'qudag',
	title: 'QuDAG node',
	schemes: ['http:', 'https:', 'tcp:', 'unix:'],
	localUrls: ['http://127.0.0.1:8080', 'tcp://127.0.0.1:9090', 'tcp://127.0.0.1:8000'],
	withoutHttp(url) {
		const address = URL.parse(url);
		const isBare = address?.protocol === 'http:' && address.pathname === '/' && address.port !== '';
		return isBare ? `tcp://${address.host}` : undefined;
	},
	absentSections: { chain: 'QuDAG keeps a DAG of vertices, not a chain of blocks' },
	async probe(target, context) {
		const address = parseAddress(target.url);
		if (!address) return undefined;
		if (address.transport !== 'http') return probeRpc(address, target, context);
		const answer = await probeHttp(address.url, context);
		if (!answer) return undefined;
		const { dialect, reading } = answer;
		const { identity = {}, consensus, dag } = reading;
		const namesItself = dialect !== 'nodeStatus' || /qudag/i.test(`${identity.networkId ?? ''}`);
		// No other kind reports these two under the names of NodeStatus.
		const isWhole = consensus !== undefined && dag !== undefined;
		return { found: describe(identity), confidence: namesItself || isWhole ? 'certain' : 'likely' };
	},
	open(target) {
		const address = parseAddress(target.url);
		if (!address) return unusableSource;
		return address.transport === 'http'
			? createHttpSource(address.url, target.timeoutMs)
			: createRpcSource(target, address);
	},
} as const satisfies Adapter;

/** A refusal for want of a token is this RPC's answer too: its framing and request id fit. */
async function probeRpc(
	address: RpcAddress,
	target: Target,
	context: PollContext,
): Promise<ProbeMatch> {
	try {
		const { result } = await callRpc(address, 'get_status', target.token, {
			signal: context.signal,
			timeoutMs: target.timeoutMs,
			proxy: target.proxy,
			onConnected: () => undefined,
		});
		const { shape, status } = readStatusShape(result);
		const nodeId = shape === 'server' ? status.node_id : status.p2p?.peer_id;
		return { found: describe({ nodeId }), confidence: 'certain' };
	} catch (error) {
		if (!(error instanceof PollError) || error.code !== 'unauthorized') throw error;
		return { found: 'QuDAG node whose RPC wants a token', confidence: 'certain' };
	}
}

function describe({ nodeId, version, networkId }: Identity): string {
	const parts = [
		nodeId === undefined ? 'QuDAG node' : `QuDAG node ${nodeId}`,
		...(version === undefined ? [] : [`version ${version}`]),
		...(networkId === undefined ? [] : [`network ${networkId}`]),
	];
	return parts.join(', ');
}

const unusableSource: Source = {
	poll: () =>
		Promise.reject(
			new PollError('unsupported', 'this address is none of a QuDAG node', {
				nextStep: 'write http://host:port, tcp://host:port or unix:/path/to/socket',
			}),
		),
	close: () => undefined,
};
