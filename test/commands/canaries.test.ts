import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { add } from '../../source/commands/add/add.ts';
import type { Command } from '../../source/commands/command.ts';
import { config } from '../../source/commands/config/config.ts';
import { once } from '../../source/commands/once/once.ts';
import { status } from '../../source/commands/status/status.ts';
import { runCommand } from './command-run.ts';

/** What the nodes are sent, and send back in every way. Each begins alike, so that one search finds all. */
const env = {
	TOKEN: 'canary-token-1f7c"\\é',
	HEADER: 'canary-header-88ab',
	LOGIN: 'canary-user-4410',
	PASSWORD: 'canary-password-c3',
	PATH_KEY: 'canary-path-77e0',
	QUERY: 'canary-query-9e12',
};
/** As it is, in hex, and in base64 whatever is before it. */
const canary = /canary-(?!nodes)|63616e6172792d|Y2FuYXJ5L|NhbmFyeS|jYW5hcnkt/i;

type Answer = (
	said: string,
	request: IncomingMessage,
	body: string,
) => {
	readonly status?: number;
	readonly headers?: Record<string, string>;
	readonly body: string;
};

const rpc: Answer = (said, _request, body) => {
	const calls: unknown = JSON.parse(body || '{}');
	const one = ({ id, method }: { id: number; method: string }) => {
		const results: Record<string, unknown> = {
			web3_clientVersion: `Geth/${said}/linux`,
			eth_chainId: '0x1',
			net_version: said,
			eth_getBlockByNumber: { number: '0x10', hash: said, parentHash: said, timestamp: '0x1' },
			admin_nodeInfo: { id: said },
			admin_peers: [{ id: said, name: `${said}/v1`, network: { remoteAddress: said } }],
		};
		return method in results
			? { jsonrpc: '2.0', id, result: results[method] }
			: { jsonrpc: '2.0', id, error: { code: -32_000, message: `denied: ${said}`, data: said } };
	};
	const answer = Array.isArray(calls) ? calls.map(one) : one(calls as never);
	return { body: JSON.stringify(answer) };
};

/** Each character of a text as an escape, so that only reading it brings it out. */
const escaped = (json: string) =>
	json.replaceAll(/canary[^"\\]*/g, (text) =>
		[...text].map((each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
	);

const label = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"');

/** By the first step of the path. */
const answers: Readonly<Record<string, Answer>> = {
	rpc,
	escaped: (...input) => ({ body: escaped(rpc(...input).body) }),
	metrics: (said) => ({
		headers: { 'content-type': 'text/plain; version=0.0.4' },
		body: `hotstuff2_current_view 7\nhotstuff2_build_info{client="${label(said)}",version="${label(said)}",network="${label(said)}",node_id="${label(said)}"} 1\n`,
	}),
	unknown: (said) => ({
		headers: { 'content-type': 'text/plain; version=0.0.4' },
		body: `canary_build_info{version="${label(said)}"} 1\n`,
	}),
	error: (said) => ({ status: 500, body: `it broke: ${said}` }),
	refusal: (said) => ({ status: 401, body: said }),
	limit: (said) => ({ status: 429, body: said, headers: { 'retry-after': '1' } }),
	redirect: (_said, request) => ({
		status: 302,
		body: '',
		headers: {
			location: `http://127.0.0.1:1${request.url}&back=${encodeURIComponent(request.headers.authorization ?? '')}`,
		},
	}),
	page: (said) => ({ body: `<html><title>${said}</title></html>` }),
	status: (said) => ({
		body: JSON.stringify({
			node_id: said,
			version: said,
			consensus_state: { status: 'active', round: 3 },
			network_info: { peer_count: 3 },
			errors: [said],
		}),
	}),
};

function reflect(request: IncomingMessage, response: ServerResponse): void {
	let body = '';
	request.on('data', (chunk: Buffer) => {
		body += chunk.toString();
	});
	request.on('end', () => {
		const { authorization = '' } = request.headers;
		const decoded = Buffer.from(authorization.split(' ')[1] ?? '', 'base64').toString();
		const again = Buffer.from(`x:${authorization}`).toString('base64');
		const said = [authorization, decoded, again, request.headers['x-api-key'], request.url].join(
			' ',
		);
		const step = (request.url ?? '').split(/[/?]/)[1] ?? '';
		const answer = answers[step]?.(said, request, body) ?? { status: 404, body: said };
		response.writeHead(answer.status ?? 200, {
			'content-type': 'application/json',
			'x-said': 'canary-nodes',
			...answer.headers,
		});
		response.end(answer.body);
	});
}

const server = createServer(reflect);
const directory = mkdtempSync(path.join(tmpdir(), 'nodetop-canaries-'));
const configPath = path.join(directory, 'config.json');
let origin = '';

beforeAll(async () => {
	await new Promise<void>((resolve) => {
		server.listen(0, '127.0.0.1', resolve);
	});
	origin = `127.0.0.1:${(server.address() as AddressInfo).port}`;
	const query = `?access_token=\${QUERY}`;
	const nodes = Object.keys(answers).flatMap((step) => {
		const kind = { rpc: 'evm', escaped: 'evm', status: 'qudag', metrics: 'bft', unknown: 'bft' }[
			step
		];
		const rest = { ...(kind !== undefined && { kind }), timeoutMs: 4000 };
		return [
			{
				name: `${step}-token`,
				url: `http://${origin}/${step}/\${PATH_KEY}${query}`,
				token: '${TOKEN}',
				fallbackUrls: [
					'http://canary-literal-1:canary-literal-2@127.0.0.1:1/?key=canary-literal-3',
				],
				headers: { 'x-api-key': 'Key ${HEADER}' },
				...rest,
			},
			{
				name: `${step}-basic`,
				url: `http://\${LOGIN}:\${PASSWORD}@${origin}/${step}/\${PATH_KEY}${query}`,
				...rest,
			},
		];
	});
	const document = { profiles: { default: { nodes } } };
	writeFileSync(configPath, JSON.stringify(document), { mode: 0o600 });
});

afterAll(async () => {
	server.closeAllConnections();
	await new Promise((resolve) => {
		server.close(resolve);
	});
	rmSync(directory, { recursive: true });
});

it.each<[string, Command, readonly string[]]>([
	['--once --json', once, ['--json']],
	['--once --csv', once, ['--csv']],
	['--once', once, []],
	['status', status, []],
	['config print', config, ['print']],
	['config explain', config, ['explain']],
])('%s shows no secret that a node sent back', async (_name, command, argv) => {
	const run = await runCommand(command, [...argv, '-c', configPath], { env });
	expect(run.everything.length).toBeGreaterThan(200);
	expect(canary.exec(run.everything)?.[0]).toBeUndefined();
});

it.each(Object.keys(answers))('add of %s writes and says no secret', async (step) => {
	const file = path.join(directory, `${step}.json`);
	const url = `http://\${LOGIN}:\${PASSWORD}@${origin}/${step}/\${PATH_KEY}`;
	const run = await runCommand(add, [`n=${url}`, '-c', file], { env });
	expect(run.everything.length).toBeGreaterThan(10);
	expect(canary.exec(run.everything)?.[0]).toBeUndefined();
});

it('no file holds one either', () => {
	// The configuration itself was written by its owner.
	for (const name of readdirSync(directory).filter((each) => each !== 'config.json')) {
		expect(canary.exec(readFileSync(path.join(directory, name), 'utf8'))?.[0]).toBeUndefined();
	}
});
