import type { Call } from './json-rpc.ts';

/** What is asked of an Ethereum node; every method is read-only. */
export interface Question extends Call {
	/** How the question is called in the list of endpoints. */
	readonly name: string;
	/** `rarely`: the answer changes only with the program that runs there. */
	readonly pace: 'always' | 'rarely';
	/** A block that a node may not have, or not know by this tag. */
	readonly isBlockTag?: boolean;
}

/** Of the Ethereum JSON-RPC specification, and geth's `txpool` and `admin` modules. */
export const questions = {
	head: {
		name: 'eth_getBlockByNumber latest',
		method: 'eth_getBlockByNumber',
		params: ['latest', false],
		pace: 'always',
	},
	safe: {
		name: 'eth_getBlockByNumber safe',
		method: 'eth_getBlockByNumber',
		params: ['safe', false],
		pace: 'always',
		isBlockTag: true,
	},
	finalized: {
		name: 'eth_getBlockByNumber finalized',
		method: 'eth_getBlockByNumber',
		params: ['finalized', false],
		pace: 'always',
		isBlockTag: true,
	},
	syncing: { name: 'eth_syncing', method: 'eth_syncing', params: [], pace: 'always' },
	peerCount: { name: 'net_peerCount', method: 'net_peerCount', params: [], pace: 'always' },
	txPool: { name: 'txpool_status', method: 'txpool_status', params: [], pace: 'always' },
	peers: { name: 'admin_peers', method: 'admin_peers', params: [], pace: 'always' },
	clientVersion: {
		name: 'web3_clientVersion',
		method: 'web3_clientVersion',
		params: [],
		pace: 'rarely',
	},
	chainId: { name: 'eth_chainId', method: 'eth_chainId', params: [], pace: 'rarely' },
	networkId: { name: 'net_version', method: 'net_version', params: [], pace: 'rarely' },
	genesis: {
		name: 'eth_getBlockByNumber 0x0',
		method: 'eth_getBlockByNumber',
		params: ['0x0', false],
		pace: 'rarely',
		isBlockTag: true,
	},
	nodeInfo: { name: 'admin_nodeInfo', method: 'admin_nodeInfo', params: [], pace: 'rarely' },
} as const satisfies Record<string, Question>;

export type QuestionKey = keyof typeof questions;

/** The question without whose answer there is little to show. */
export const mainQuestion = 'head' satisfies QuestionKey;

/** Every key, the main question first: where batches are refused it is asked alone, before all. */
export const questionKeys = Object.keys(questions) as QuestionKey[]; // Keys of a literal object.

/** The option that enables a module, by client. From each client's own help text. */
const moduleOptions: Readonly<Record<string, string>> = {
	geth: '--http.api',
	gwemix: '--http.api',
	erigon: '--http.api',
	reth: '--http.api',
	bor: '--http.api',
	nethermind: '--JsonRpc.EnabledModules',
	besu: '--rpc-http-api',
};

/** Why a method is not there, in a few words, for the client that runs there. */
export function explainMissing(question: Question, client: string | undefined): string {
	const option = moduleOptions[client?.toLowerCase() ?? ''];
	const [module = ''] = question.method.split('_', 1);
	if (option !== undefined) return `not enabled (${option} ${module})`;
	return client === undefined ? 'not offered, or not enabled' : `not offered by ${client}`;
}
