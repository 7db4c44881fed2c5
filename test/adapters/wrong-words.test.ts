import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { sendJson, startServer } from '../helpers/http-server.ts';
import type { Handler, TestServer } from '../helpers/http-server.ts';
import { wordAt } from '../helpers/word-at.ts';
import type { Word } from '../helpers/word-at.ts';

/** Odd but plausible answers of real nodes, gateways and providers, and the word for each. */
let server: TestServer | undefined;

afterEach(async () => {
	await server?.close();
	server = undefined;
});

/** What is said of what answers so. */
async function wordFor(handler: Handler, path = ''): Promise<Word> {
	server = await startServer(handler);
	return wordAt(`${server.url}${path}`);
}

const hex = (value: number) => `0x${value.toString(16)}`;
const seconds = (ago: number) => hex(Math.floor(Date.now() / 1000) - ago);
const block = (number: number, ago = 3, more: object = {}) => ({
	number: hex(number),
	hash: hex(number).padEnd(66, '0'),
	timestamp: seconds(ago),
	...more,
});

type Replies = Readonly<Record<string, unknown>>;
class Refusal {
	readonly code: number;
	readonly message: string;
	constructor(code: number, message: string) {
		this.code = code;
		this.message = message;
	}
}

/** A geth that answers this otherwise, by method or by block. */
function rpc(other: Replies = {}, write: (text: string) => string | Buffer = String): Handler {
	const usual: Replies = {
		latest: block(1000),
		safe: block(960, 500),
		finalized: block(940, 800),
		'0x0': block(0, 12_000),
		eth_chainId: '0x1388',
		net_version: '5000',
		eth_syncing: false,
		net_peerCount: '0x19',
		web3_clientVersion: 'Geth/v1.16.4-stable/linux-amd64/go1.24',
	};
	return ({ method, body }, response) => {
		if (method !== 'POST') {
			sendJson(response, {}, 405);
			return;
		}
		interface Asked {
			readonly id: number;
			readonly method: string;
			readonly params: readonly unknown[];
		}
		const asked = JSON.parse(body) as Asked | Asked[]; // Sent by the code under test.
		const answers = [asked].flat().map(({ id, method: name, params }) => {
			const key = name === 'eth_getBlockByNumber' ? String(params[0]) : name;
			const value = key in other ? other[key] : usual[key];
			if (value instanceof Refusal) return { jsonrpc: '2.0', id, error: { ...value } };
			if (value === undefined)
				return { jsonrpc: '2.0', id, error: { code: -32_601, message: 'Method not found' } };
			return { jsonrpc: '2.0', id, result: value };
		});
		const text = write(JSON.stringify(Array.isArray(asked) ? answers : answers[0]));
		const isPacked = typeof text !== 'string';
		response.writeHead(200, {
			'content-type': 'application/json',
			...(isPacked && { 'content-encoding': 'gzip' }),
		});
		response.end(text);
	};
}

function whole(
	status: number,
	body: string,
	headers: Readonly<Record<string, string>> = {},
): Handler {
	return (_request, response) => {
		response.writeHead(status, headers);
		response.end(body);
	};
}

const html = { 'content-type': 'text/html' };
const young = { finalized: null, safe: null };

describe('a word for an execution node that', () => {
	it.each<[string, Replies, Word]>([
		['answers as usual', {}, { status: 'up', consensus: 'active', height: 1000, peers: 25 }],
		[
			'has only its genesis block',
			{ latest: block(0, 12_000), ...young },
			{ status: 'degraded', codes: ['headOld'], consensus: 'unknown', height: 0 },
		],
		['counts peers as a number', { net_peerCount: 25 }, { status: 'up', peers: 25 }],
		['counts peers in decimal text', { net_peerCount: '25' }, { status: 'up', peers: 25 }],
		['says null to eth_syncing', { eth_syncing: null }, { status: 'up', consensus: 'active' }],
		[
			'still has a syncing object although it has arrived',
			{ eth_syncing: { currentBlock: '0x3e8', highestBlock: '0x3e8', startingBlock: '0x0' } },
			{ status: 'up', consensus: 'active', codes: [] },
		],
		[
			'begins to sync without a peer',
			{
				eth_syncing: { currentBlock: '0x0', highestBlock: '0x0', startingBlock: '0x0' },
				latest: block(0, 0),
				net_peerCount: '0x0',
				...young,
			},
			{ status: 'degraded', consensus: 'syncing', codes: ['syncing', 'peersNone'] },
		],
		[
			'gives up on the newest block',
			{ latest: new Refusal(-32_000, 'execution aborted (timeout = 5s)') },
			{ status: 'degraded', codes: ['endpointFailed'], says: 'execution aborted' },
		],
		[
			'has lost the header of the newest block',
			{ latest: new Refusal(-32_000, 'header not found') },
			{ status: 'degraded', codes: ['endpointFailed'], says: 'header not found' },
		],
		[
			'shows a block that is not built yet',
			{ latest: block(1000, 3, { number: null, hash: null }) },
			{ status: 'degraded', codes: ['endpointFailed'], says: 'no block with a number' },
		],
		[
			'dates its blocks in milliseconds',
			{ latest: block(1000, 0, { timestamp: hex(Date.now()) }) },
			{ status: 'up', codes: [], height: 1000 },
		],
		[
			'dates its blocks five minutes ahead',
			{ latest: block(1000, -300) },
			{ status: 'degraded', codes: ['timeInFuture'] },
		],
		[
			'calls final what it does not have',
			{ finalized: block(1100) },
			{ status: 'degraded', codes: ['finalizedAboveHead'] },
		],
		[
			'shows a block that is its own parent',
			{ latest: block(1000, 3, { parentHash: block(1000).hash }) },
			{ status: 'degraded', codes: ['ownParent'] },
		],
		[
			'is past the highest block that it syncs to',
			{ eth_syncing: { currentBlock: '0x3e8', highestBlock: '0x3de', startingBlock: '0x0' } },
			{ status: 'up', consensus: 'active', codes: [] },
		],
		[
			'has more peers than any program counts',
			{ net_peerCount: '0xffffffffffffffff' },
			{ status: 'up', peers: -1 },
		],
		[
			'is limited at one question only',
			{ eth_syncing: new Refusal(-32_005, 'rate limit exceeded') },
			{ status: 'up', height: 1000, cause: undefined },
		],
		['writes its chain id with zeros before it', { eth_chainId: '0x0001388' }, { status: 'up' }],
		[
			'counts in decimal text',
			{ latest: { ...block(1000), number: '1000', timestamp: String(Number(seconds(3))) } },
			{ status: 'up', height: 1000, consensus: 'active' },
		],
	])('%s', async (_what, replies, expected) => {
		const { says = '', ...word } = expected;
		const found = await wordFor(rpc(replies));
		expect(found).toMatchObject({ kind: 'evm', ...word });
		expect(found.says).toContain(says);
		// Who is well has no trouble that a diagnosis could name, and no oddity is a reason to restart.
		expect(found.status === 'up' ? found.cause : '').toBe(found.status === 'up' ? undefined : '');
		expect(found.advice).not.toMatch(/restart/);
	});

	it('is answered for by a cache: nothing is said of the node itself', async () => {
		const answer = rpc({ latest: block(1000, 400) });
		const found = await wordFor((request, response) => {
			response.setHeader('age', '400');
			answer(request, response);
		});
		expect(found).toMatchObject({
			kind: 'evm',
			status: 'unknown',
			codes: ['answersCached'],
			says: 'answers come from a cache in front of the node: its state is not known Age: 400 s',
			cause: 'cachedAnswers',
		});
		expect(found.advice).toContain('past the cache');
		await server?.close();
		// A cache that keeps its answers for seconds is no trouble.
		const young = rpc();
		const well = await wordFor((request, response) => {
			response.setHeader('age', '1');
			young(request, response);
		});
		expect(well).toMatchObject({ status: 'up', codes: [], cause: undefined });
	});

	it('is limited at the newest block, in the words of a provider', async () => {
		const words = '50/second request limit reached - reduce calls per second';
		expect(await wordFor(rpc({ latest: new Refusal(-32_007, words) }))).toMatchObject({
			error: 'rateLimited',
			nextStep: expect.stringContaining('longer intervalMs'),
		});
	});

	it('begins its answers with a byte order mark, or packs them unasked', async () => {
		expect(await wordFor(rpc({}, (text) => `\u{feff}${text}`))).toMatchObject({
			status: 'up',
			height: 1000,
		});
		await server?.close();
		expect(await wordFor(rpc({}, (text) => gzipSync(text)))).toMatchObject({
			status: 'up',
			height: 1000,
		});
	});
});

describe('a word for what stands before a node:', () => {
	it.each<[string, Handler, string, RegExp, RegExp]>([
		[
			'a limit in words alone',
			whole(200, JSON.stringify({ error: 'daily request count exceeded, request rate limited' })),
			'rateLimited',
			/request rate limited/,
			/longer intervalMs/,
		],
		[
			'a limit inside a 200, for no question of ours',
			whole(
				200,
				JSON.stringify({
					jsonrpc: '2.0',
					id: null,
					error: {
						code: 429,
						message: 'Your app has exceeded its compute units per second capacity.',
					},
				}),
			),
			'rateLimited',
			/compute units/,
			/longer intervalMs/,
		],
		[
			'a quota that is used up',
			whole(402, '{"message":"Payment Required"}'),
			'unauthorized',
			/HTTP 402: .*Payment Required/,
			/quota of the account/,
		],
		[
			'credentials that are wanted',
			whole(401, '', { 'www-authenticate': 'Basic realm="node"' }),
			'unauthorized',
			/HTTP 401/,
			/credentials/,
		],
		[
			'a page to sign in to a network',
			whole(200, '<html><head><title>Sign in to hotel Wi-Fi</title></head></html>', html),
			'badResponse',
			/a web page: Sign in to hotel Wi-Fi/,
			/check host, port and path/,
		],
		[
			'a page to log in at',
			whole(302, '', { location: 'https://login.example.org/?next=secret' }),
			'badResponse',
			/redirects to https:\/\/login\.example\.org$/,
			/check host, port and path/,
		],
		[
			'Cloudflare, without the server',
			whole(521, '<html><head><title>521: Web server is down</title></head></html>', html),
			'badResponse',
			/HTTP 521: 521: Web server is down/,
			/nothing behind it does/,
		],
		[
			'Envoy, without the server',
			whole(503, 'upstream connect error or disconnect/reset before headers'),
			'badResponse',
			/HTTP 503: upstream connect error/,
			/nothing behind it does/,
		],
		[
			'nginx, with a server that hangs',
			whole(504, '<html><head><title>504 Gateway Time-out</title></head></html>', html),
			'badResponse',
			/HTTP 504: 504 Gateway Time-out/,
			/nothing behind it does/,
		],
		[
			'a server that asks to be left alone',
			whole(503, 'slow down', { 'retry-after': '120' }),
			'rateLimited',
			/HTTP 503: slow down/,
			/a limit of requests, or maintenance/,
		],
		[
			'an answer that is cut off',
			whole(200, '[{"jsonrpc":"2.0","id":1,"result":{"number":"0x3', {
				'content-type': 'application/json',
			}),
			'badResponse',
			/JSON that is cut off or damaged/,
			/check host, port and path/,
		],
		[
			'an empty answer',
			whole(200, '', { 'content-type': 'application/json' }),
			'badResponse',
			/an empty answer/,
			/check host, port and path/,
		],
	])('%s', async (_what, handler, error, says, nextStep) => {
		const found = await wordFor(handler);
		expect(found.error).toBe(error);
		expect(found.says).toMatch(says);
		expect(found.nextStep).toMatch(nextStep);
	});
});

describe('a word for metrics', () => {
	const page = (text: string): Handler =>
		whole(200, text, { 'content-type': 'text/plain; version=0.0.4' });

	it('without a number in them', async () => {
		const text =
			'# TYPE tendermint_consensus_height gauge\ntendermint_consensus_height{chain_id="x"} NaN\n';
		const found = await wordFor(page(text), '/metrics');
		expect(found).toMatchObject({ kind: 'bft', status: 'unknown', codes: ['notRecognised'] });
		expect(found.says).toContain('the metrics of Tendermint, without a number in them');
	});

	it('with line ends of another system', async () => {
		const text = ['height', 'validators']
			.map((name) => `cometbft_consensus_${name}{chain_id="y"} 4\r\n`)
			.join('');
		expect(await wordFor(page(text), '/metrics')).toMatchObject({
			kind: 'bft',
			status: 'up',
			height: 4,
		});
	});

	it('of a program that has nothing to do with consensus', async () => {
		const found = await wordFor(
			page('go_goroutines 12\nprocess_start_time_seconds 1.7e9\n'),
			'/metrics',
		);
		expect(found).toMatchObject({ kind: 'bft', status: 'unknown', codes: ['notRecognised'] });
		expect(found.says).toContain('metrics that fit no known consensus');
	});
});
