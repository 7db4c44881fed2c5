import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { Adapter } from '../../source/adapters/adapter.ts';
import { builtInMappings } from '../../source/adapters/bft/mappings.ts';
import { bft } from '../../source/adapters/bft/adapter.ts';
import { dag } from '../../source/adapters/dag/adapter.ts';
import { evm } from '../../source/adapters/evm/adapter.ts';
import { createHttp } from '../../source/adapters/http.ts';
import { identify } from '../../source/adapters/probe.ts';
import { qudag } from '../../source/adapters/qudag/adapter.ts';
import { wemixvisor } from '../../source/adapters/wemixvisor/adapter.ts';
import { PollError } from '../../source/domain/errors.ts';
import { readingSchema } from '../../source/sections/snapshot.ts';
import { startServer } from '../helpers/http-server.ts';
import type { TestServer } from '../helpers/http-server.ts';
import { contextFor, targetFor } from '../helpers/targets.ts';
import { answerTo, askedIn, jsonFixture, methodMissing, requestsIn } from './evm/rpc-node.ts';
import type { RpcReplies } from './evm/rpc-node.ts';

const servers: TestServer[] = [];
afterEach(async () => {
	for (const server of servers.splice(0)) await server.close();
});

const fixture = (name: string) =>
	readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8');

async function serve(body: string, contentType: string, status = 200): Promise<TestServer> {
	const server = await startServer((_request, response) => {
		response.writeHead(status, { 'content-type': contentType }).end(body);
	});
	servers.push(server);
	return server;
}

/**
 * What these programs write to a terminal, a file or a receiver of alerts, and what their servers say of
 * themselves: none of it is a node that answers.
 */
const ofNoNode: readonly (readonly [file: string, status: number])[] = [
	['qudag/cli.status.error-state.json', 200],
	['qudag/qudag.pid.json', 200],
	['qudag/res.test_network.json', 200],
	['wemixvisor/alert.webhook.json', 200],
	['wemixvisor/alert.webhook.resolved.json', 200],
	['wemixvisor/api.ready.503.json', 503],
	['wemixvisor/start.stub.txt', 200],
	['wemixvisor/status-json.crashed.json', 200],
	['wemixvisor/status-json.readme-shape.json', 200],
	['wemixvisor/status-json.running.json', 200],
	['wemixvisor/status-json.stopped.json', 200],
	['wemixvisor/status-json.unhealthy.json', 200],
	['wemixvisor/status.not-running.txt', 200],
	['wemixvisor/status.running.txt', 200],
	['wemixvisor/upgrade-info.json', 200],
	['wemixvisor/wemixvisor.toml', 200],
];

describe.each(ofNoNode)('%s at every path', (file, status) => {
	it('is taken for no node', async () => {
		const type = file.endsWith('.json') ? 'application/json' : 'text/plain';
		const { url } = await serve(fixture(file), type, status);
		const target = targetFor(url, { kind: undefined, timeoutMs: 3000 });
		// What answers and fits no kind is quoted, so that its owner sees what it is.
		const outcome = await identify(target, contextFor(target)).then(
			(found) => found ?? 'no known kind',
			(error: unknown) => String(error),
		);
		expect(outcome).toMatch(/no known kind/);
	});

	it.each([bft, dag, evm, qudag, wemixvisor])('is nothing that $kind reads', async (adapter) => {
		const type = file.endsWith('.json') ? 'application/json' : 'text/plain';
		const { url } = await serve(fixture(file), type, status);
		const target = targetFor(url, { kind: adapter.kind, timeoutMs: 3000 });
		const http = createHttp(target);
		const source = adapter.open(target, http);
		const error = await source
			.poll(contextFor(target, { http }))
			.catch((thrown: unknown) => thrown);
		source.close();
		expect(error).toBeInstanceOf(PollError);
		expect(error).toHaveProperty('code', expect.stringMatching(/^(?:badResponse|unsupported)$/));
	});
});

describe('what is read of', () => {
	const read = async (adapter: Adapter, { url }: TestServer) => {
		const target = targetFor(url, { kind: adapter.kind, timeoutMs: 3000 });
		const http = createHttp(target);
		const source = adapter.open(target, http);
		try {
			const reading = readingSchema.parse(await source.poll(contextFor(target, { http, now })));
			const { latencyMs: _latencyMs, clock: _clock, endpoints, ...sections } = reading;
			return { sections, endpoints: endpoints ?? [] };
		} finally {
			source.close();
		}
	};
	const nowMs = Date.UTC(2026, 10, 21);
	const now = () => nowMs;

	it('the command line of QuDAG, if somebody serves it: who, and none of the zeros of a mock', async () => {
		const server = await serve(fixture('qudag/cli.status.json.json'), 'application/json');
		expect((await read(qudag, server)).sections).toEqual({
			identity: { nodeId: 'node_mock', client: 'qudag' },
			dag: { tips: 0 },
		});
	});

	it('the metrics of QuDAG’s testnet: its height and uptime, not the peers that it never counts', async () => {
		const server = await serve(fixture('qudag/testnet.metrics.prom.txt'), 'text/plain');
		expect((await read(bft, server)).sections).toMatchObject({
			identity: { uptimeSeconds: 86_412 },
			consensus: { height: 17_283 },
		});
		expect((await read(bft, server)).sections).not.toHaveProperty('network');
		const target = targetFor(server.url, { kind: undefined });
		expect((await identify(target, contextFor(target)))?.found).toBe(
			'QuDAG testnet, by its metrics',
		);
	});

	it('the exporter of wemixvisor: nothing, for its height and peers of the node are never fed', async () => {
		const server = await serve(fixture('wemixvisor/exporter.metrics.prom.txt'), 'text/plain');
		expect((await read(bft, server)).sections).toEqual({
			unrecognised: {
				seems: 'metrics that fit no known consensus',
				nextStep: expect.stringContaining('mappings'),
			},
		});
	});

	it('wemixvisor’s greeting over its WebSocket: nothing asks there', async () => {
		const server = await startServer(({ path }, response) => {
			if (path === '/api/v1/ws') response.end(fixture('wemixvisor/ws.connected.json'));
			else response.writeHead(404).end();
		});
		servers.push(server);
		const target = targetFor(server.url, { kind: undefined });
		expect(await identify(target, contextFor(target))).toBeUndefined();
		expect(server.requests.map(({ path }) => path)).not.toContain('/api/v1/ws');
	});

	async function rpc(replies: RpcReplies) {
		const asked = new Set<string>();
		const server = await startServer(({ body }, response) => {
			const answers = requestsIn(body).map((request) => answerTo(request, replies));
			for (const method of askedIn(body)) asked.add(method);
			response.setHeader('content-type', 'application/json');
			response.end(JSON.stringify(body.startsWith('[') ? answers : answers[0]));
		});
		servers.push(server);
		return { server, asked };
	}

	const head = jsonFixture('anvil.eth_getBlockByNumber_latest.RECORDED.json');

	it('a block that geth has not: the rest, and why it is missing', async () => {
		const { server } = await rpc({
			'eth_getBlockByNumber latest': head,
			'eth_getBlockByNumber finalized': jsonFixture('error.internal.json'),
		});
		const { sections, endpoints } = await read(evm, server);
		expect(sections.chain?.head?.number).toBe(Number(toBlock(head).number));
		expect(sections.chain).not.toHaveProperty('finalized');
		const finalized = endpoints.find(({ name }) => name.endsWith('finalized'));
		expect(JSON.stringify(finalized)).toContain('header not found');
	});

	it('a number where a block was asked for: no head, and no claim that it is synced', async () => {
		const { server } = await rpc({ eth_getBlockByNumber: jsonFixture('eth_blockNumber.json') });
		const { sections } = await read(evm, server);
		expect(sections).toEqual({
			identity: {},
			consensus: { status: 'unknown' },
			chain: { emptyBlocks: 'unknown' },
		});
	});

	it('go-wemix’s nodes and a bare height: nothing, they are never asked for', async () => {
		const { server, asked } = await rpc({
			eth_getBlockByNumber: head,
			web3_clientVersion: jsonFixture('web3_clientVersion.gowemix.json'),
			admin_wemixInfo: jsonFixture('admin_wemixInfo.json'),
			admin_wemixNodes: jsonFixture('admin_wemixNodes.json'),
			eth_blockNumber: jsonFixture('eth_blockNumber.json'),
		});
		await read(evm, server);
		expect([...asked]).toContain('admin_wemixInfo');
		expect([...asked].filter((name) => /admin_wemixNodes|eth_blockNumber/.test(name))).toEqual([]);
	});

	it('Ganache, by a table of its answers: a chain for developing, its pool and peers not offered', async () => {
		const table = jsonFixture('ganache.RECORDED.json');
		const replies = Object.fromEntries(
			Object.entries(table).map(([method, result]) => [
				method,
				String(result).startsWith('error') ? methodMissing : { result },
			]),
		);
		const { server } = await rpc({ ...replies, 'eth_getBlockByNumber latest': head });
		const { sections, endpoints } = await read(evm, server);
		expect(sections.identity).toMatchObject({
			client: 'Ganache',
			version: '7.9.2',
			chainId: 1337,
			networkId: 1_795_228_281_874,
		});
		expect(sections.consensus).toMatchObject({ status: 'unknown' });
		expect(sections.network).toEqual({ peers: 0 });
		expect(sections.chain).not.toHaveProperty('txPool');
		expect(
			endpoints.filter(({ status }) => status === 'unavailable').map(({ name }) => name),
		).toEqual(expect.arrayContaining(['txpool_status', 'admin_peers', 'admin_nodeInfo']));
	});
});

const toBlock = ({ result }: Readonly<Record<string, unknown>>) =>
	result as { readonly number: string }; // A block of a fixture.

describe('the mapping of metrics by system', () => {
	interface Field {
		readonly m: string | readonly string[];
	}
	const {
		_doc,
		geth: _geth,
		...systems
	} = JSON.parse(fixture('hotstuff/mapping.json')) as Readonly<
		Record<
			string,
			{ readonly detect: readonly string[]; readonly fields: Readonly<Record<string, Field>> }
		>
	>;
	const namesOf = ({ m }: Field) => [m].flat();
	const ours = JSON.stringify(builtInMappings);

	/** Known, and of no use to what nodetop tells. */
	const unread: Readonly<Record<string, readonly string[]>> = {
		espresso: ['leaderTimeouts', 'invalidQc', 'viewsPerCommit', 'lastVotedView'],
		aptos: ['roundTimeout', 'nilVotes', 'treeBlocks'],
		flow: ['qcView', 'tcView', 'roundTimeout', 'sealedHeight'],
		monad: ['_note', 'proposalsReceived'],
		mysticeti: ['acceptedRound', 'dag.blocksPerCommit'],
		// A count since its start: what is suspended now is not reported.
		narwhal: ['dag.suspended'],
		hornet: ['dag.referencedRate'],
		'qudag-testnet': ['peers'],
	};

	it.each(Object.entries(systems))(
		'%s: every field is read, or named as left out',
		(name, system) => {
			const left = Object.entries(system.fields)
				.filter(([, field]) => !namesOf(field).some((metric) => ours.includes(`"${metric}"`)))
				.map(([field]) => field);
			expect(left).toEqual(unread[name] ?? []);
		},
	);
});
