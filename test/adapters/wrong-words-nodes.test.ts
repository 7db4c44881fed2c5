import { afterEach, describe, expect, it } from 'vitest';
import { sendJson, startServer } from '../helpers/http-server.ts';
import type { Handler, TestServer } from '../helpers/http-server.ts';
import { wordAt } from '../helpers/word-at.ts';
import type { Word } from '../helpers/word-at.ts';

/** Odd but plausible answers of consensus nodes and storage nodes, and the word and the cause for each. */
let server: TestServer | undefined;

afterEach(async () => {
	await server?.close();
	server = undefined;
});

async function wordFor(handler: Handler, path = ''): Promise<Word> {
	server = await startServer(handler);
	return wordAt(`${server.url}${path}`);
}

const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
const goZero = '0001-01-01T00:00:00Z';

function expectWord(found: Word, { says = '', advice = '', ...word }: Word): void {
	expect(found).toMatchObject(word);
	expect(found.says).toContain(says);
	expect(found.advice).toContain(advice);
	// What is not sure is no reason to restart a node.
	expect(found.advice).not.toMatch(word.cause === 'standsStill' ? /^$/ : /restart/);
}

describe('a word for a beacon node that', () => {
	const slotSeconds = 12;
	const genesis = Math.floor(Date.now() / 1000) - 3200 * slotSeconds;
	const slotNow = () => Math.floor((Date.now() / 1000 - genesis) / slotSeconds);
	const root = `0x${'cd'.repeat(32)}`;

	interface Beacon {
		readonly slot?: number;
		readonly finalizedEpoch?: number;
		readonly syncing?: object;
		readonly health?: number;
		readonly genesis?: number;
	}

	function beacon(told: Beacon): Handler {
		const { slot = slotNow(), health = 200 } = told;
		const epoch = told.finalizedEpoch ?? Math.floor(slot / 32) - 2;
		const answers: readonly (readonly [RegExp, unknown])[] = [
			[
				/\/node\/syncing$/,
				{ head_slot: `${slot}`, sync_distance: '0', is_syncing: false, ...told.syncing },
			],
			[/\/node\/version$/, { version: 'Lighthouse/v7.0.1-e42406d/x86_64-linux' }],
			[/\/node\/peer_count$/, { connected: '71', disconnected: '500' }],
			[
				/\/headers\/head$/,
				{ root, canonical: true, header: { message: { slot: `${slot}`, proposer_index: '9' } } },
			],
			[
				/\/finality_checkpoints$/,
				{
					current_justified: { epoch: `${Math.max(0, epoch)}`, root },
					finalized: { epoch: `${Math.max(0, epoch)}`, root },
				},
			],
			[/\/config\/spec$/, { SECONDS_PER_SLOT: `${slotSeconds}`, SLOTS_PER_EPOCH: '32' }],
			[
				/\/beacon\/genesis$/,
				{ genesis_time: `${told.genesis ?? genesis}`, genesis_validators_root: root },
			],
		];
		return ({ path }, response) => {
			if (path.endsWith('/node/health')) {
				response.writeHead(health).end();
				return;
			}
			const [, data] = answers.find(([pattern]) => pattern.test(path.replace(/\?.*/, ''))) ?? [];
			if (data === undefined) sendJson(response, { code: 404, message: 'NOT_FOUND' }, 404);
			else sendJson(response, { data });
		};
	}

	it.each<[string, () => Beacon, Word]>([
		['answers as usual', () => ({}), { status: 'up', consensus: 'active', cause: undefined }],
		[
			'has a head of now and no finality for hours',
			() => ({ finalizedEpoch: Math.floor(slotNow() / 32) - 40 }),
			{ consensus: 'stalled', cause: 'finalityStands', advice: 'another node of its network' },
		],
		[
			'stands still, and says it is synced',
			() => ({ slot: slotNow() - 600 }),
			{ consensus: 'stalled', cause: 'standsStill' },
		],
		[
			'has lost its execution client',
			() => ({ health: 206, syncing: { is_optimistic: true, el_offline: true } }),
			{
				status: 'degraded',
				codes: ['selfReported'],
				says: 'its execution client is offline',
				cause: 'selfReported',
			},
		],
		[
			'waits for its genesis',
			() => ({ slot: 0, genesis: Math.floor(Date.now() / 1000) + 86_400 }),
			{ consensus: 'unknown', cause: undefined },
		],
		[
			'is ahead of the clock',
			() => ({ slot: slotNow() + 1000 }),
			{ status: 'degraded', codes: ['timeInFuture'] },
		],
	])('%s', async (_what, told, word) => {
		expectWord(await wordFor(beacon(told())), { kind: 'bft', ...word });
	});
});

describe('a word for a member of etcd that', () => {
	const header = { cluster_id: '17', member_id: '99', revision: '301', raft_term: '2' };
	const usual = {
		header,
		version: '3.5.17',
		dbSize: '49152',
		leader: '99',
		raftIndex: '310',
		raftTerm: '2',
		raftAppliedIndex: '310',
		dbSizeInUse: '49152',
	};
	const member = (status: object): Handler => {
		const list = { header, members: [{ ID: '99', name: 'm1', clientURLs: [] }] };
		return ({ path }, response) => {
			if (path.endsWith('/status')) sendJson(response, { ...usual, ...status });
			else if (path.endsWith('/member/list')) sendJson(response, list);
			else if (path === '/version')
				sendJson(response, { etcdserver: '3.5.17', etcdcluster: '3.5.0' });
			else sendJson(response, {}, 404);
		};
	};

	it.each<[string, object, Word]>([
		['answers as usual', {}, { status: 'up', consensus: 'active', cause: undefined }],
		[
			'has used up its quota',
			{ errors: ['memberID:99 alarm:NOSPACE '] },
			{ status: 'degraded', codes: ['selfReported'], says: 'NOSPACE', cause: 'selfReported' },
		],
		[
			'calls its data corrupt',
			{ errors: ['memberID:99 alarm:CORRUPT '] },
			{ status: 'down', says: 'CORRUPT', cause: 'selfReported' },
		],
		['only learns', { isLearner: true }, { status: 'up', cause: undefined }],
		[
			'has applied less than it knows of',
			{ raftAppliedIndex: '12' },
			{ consensus: 'syncing', cause: 'syncing' },
		],
		[
			'has applied more than it knows to be committed',
			{ raftAppliedIndex: '9000' },
			{ status: 'degraded', codes: ['finalizedAboveHead'], says: 'applied 9,000, committed 310' },
		],
		['applies while it is asked', { raftAppliedIndex: '340' }, { status: 'up', codes: [] }],
	])('%s', async (_what, status, word) => {
		expectWord(await wordFor(member(status)), { kind: 'bft', ...word });
	});
});

describe('a word for a CometBFT node that', () => {
	interface Told {
		readonly height?: string;
		readonly at?: string;
		readonly catchingUp?: boolean;
		readonly netInfo?: object;
	}
	const node = ({ height = '100', at = ago(1), catchingUp = false, netInfo }: Told): Handler => {
		const results: Readonly<Record<string, unknown>> = {
			'/status': {
				node_info: {
					protocol_version: { p2p: '8', block: '11', app: '0' },
					id: '5576458aef205977e18fd50b274e9b5d9014525a',
					network: 'cosmoshub-4',
					version: '0.38.11',
					moniker: 'ours',
				},
				sync_info: {
					latest_block_hash: height === '0' ? '' : 'AB'.repeat(32),
					latest_block_height: height,
					latest_block_time: at,
					catching_up: catchingUp,
				},
				validator_info: { address: 'AA'.repeat(20), voting_power: '10' },
			},
			'/net_info': { listening: true, n_peers: '8', peers: [] },
		};
		return ({ path }, response) => {
			const asked = path.replace(/\?.*/, '');
			if (asked === '/net_info' && netInfo) sendJson(response, netInfo, 500);
			else if (results[asked] === undefined) sendJson(response, {}, 404);
			else sendJson(response, { jsonrpc: '2.0', id: -1, result: results[asked] });
		};
	};

	it.each<[string, () => Told, Word]>([
		['answers as usual', () => ({}), { status: 'up', height: 100, cause: undefined }],
		[
			'has no block yet, and dates it as Go does',
			() => ({ height: '0', at: goZero }),
			{ codes: [], consensus: 'unknown', cause: undefined },
		],
		[
			'is dated ten minutes ahead',
			() => ({ at: ago(-600) }),
			{ status: 'degraded', codes: ['timeInFuture'] },
		],
		[
			'catches up with blocks of last year',
			() => ({ catchingUp: true, at: ago(300 * 86_400) }),
			{ codes: ['syncing'], consensus: 'syncing', cause: 'syncing', advice: 'wait' },
		],
		[
			'fails at its list of peers',
			() => ({ netInfo: { jsonrpc: '2.0', id: -1, error: { code: -32_603, message: 'panic' } } }),
			{ status: 'degraded', codes: ['endpointFailed'], peers: -1, height: 100, says: 'net_info' },
		],
	])('%s', async (_what, told, word) => {
		expectWord(await wordFor(node(told())), { kind: 'cometbft', ...word });
	});
});

describe('a word for a HotStuff page', () => {
	const page = (lines: readonly string[]): Handler => {
		return (_request, response) => {
			response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' });
			response.end(`${lines.join('\n')}\n`);
		};
	};
	const figures = (view: string, height: string, peers = '3') => [
		`hotstuff2_current_view ${view}`,
		`hotstuff2_blocks_committed ${height}`,
		`hotstuff2_active_peers ${peers}`,
	];

	it.each<[string, readonly string[], Word]>([
		['as usual', figures('1641', '1633'), { status: 'up', view: 1641, peers: 3 }],
		['of what is not known yet', figures('-1', '-1', '-1'), { view: -1, peers: -1 }],
		['of numbers that no counter has', figures('1e+400', '1e+400'), { view: -1, peers: 3 }],
		[
			'that says everything twice: the first counts',
			[...figures('1641', '1633'), ...figures('9', '7')],
			{ view: 1641 },
		],
	])('%s', async (_what, lines, word) => {
		expectWord(await wordFor(page(lines), '/metrics'), {
			kind: 'bft',
			status: 'up',
			cause: undefined,
			...word,
		});
	});
});
