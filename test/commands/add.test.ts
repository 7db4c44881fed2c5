import { kinds } from '../../source/adapters/registry.ts';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { AddParts } from '../../source/commands/add/add.ts';
import { add, createAdd } from '../../source/commands/add/add.ts';
import { PollError, UserError } from '../../source/domain/errors.ts';
import type { Target } from '../../source/domain/target.ts';
import { temporaryDirectory, writeWithMode } from '../config/temporary-directory.ts';
import { startServer } from '../helpers/http-server.ts';
import type { TestServer } from '../helpers/http-server.ts';
import { runCommand } from './command-run.ts';

const secretText = 'hunter2';
const servers: TestServer[] = [];

afterEach(async () => {
	for (const server of servers.splice(0)) await server.close();
});

/** A probe that finds an EVM node, and remembers what it was asked of. */
function partsWith(
	answer: Awaited<ReturnType<AddParts['probe']>> | Error = {
		kind: 'evm',
		found: 'anvil 1.7.1, chain 31337',
		confidence: 'certain',
	},
): AddParts & { readonly asked: Target[] } {
	const asked: Target[] = [];
	return {
		asked,
		knownKinds: () => Promise.resolve(['evm', 'qudag', 'host']),
		probe: (target) => {
			asked.push(target);
			return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
		},
	};
}

async function adding(
	argv: readonly string[],
	{
		parts = partsWith(),
		env = {},
		content,
	}: { parts?: AddParts; env?: Record<string, string>; content?: object } = {},
) {
	const directory = await temporaryDirectory();
	const path = join(directory, 'config.json');
	if (content !== undefined) await writeWithMode(path, JSON.stringify(content));
	const run = await runCommand(createAdd(parts), argv, { env: { NODETOP_CONFIG: path, ...env } });
	const files = await readdir(directory);
	const written: unknown = files.includes('config.json')
		? JSON.parse(await readFile(path, 'utf8'))
		: undefined;
	return { ...run, path, directory, files, written };
}

describe('add', () => {
	it('asks what answers, names it and how sure, and remembers it', async () => {
		const parts = partsWith();
		const { exitCode, stdout, stderr, written } = await adding(['v=http://h:8545'], { parts });
		expect(exitCode).toBe(0);
		expect(stdout).toBe(
			'added v to the profile default: evm, anvil 1.7.1, chain 31337 (certain: it names itself)\n',
		);
		expect(stderr).toBe('');
		expect(parts.asked).toEqual([
			{
				name: 'v',
				kind: undefined,
				url: 'http://h:8545',
				shownUrl: 'http://h:8545',
				commandName: 'v=http://h:8545',
				intervalMs: 2000,
				timeoutMs: 5000,
			},
		]);
		expect(written).toEqual({
			schemaVersion: 1,
			profiles: { default: { nodes: [{ name: 'v', kind: 'evm', url: 'http://h:8545' }] } },
		});
	});

	it('says when it is not quite sure', async () => {
		const parts = partsWith({ kind: 'qudag', found: 'a status API', confidence: 'likely' });
		expect((await adding(['h:1'], { parts })).stdout).toBe(
			'added h:1 to the profile default: qudag, a status API (likely: its answer has that shape)\n',
		);
	});

	it('writes every option', async () => {
		const options =
			'--kind qudag --group main --tag eu --tag paid -i 5s --timeout 900 --token-env TOKEN ' +
			'--metrics-url h:6060 --insecure';
		const { written } = await adding(['v=tcp://h:9090', ...options.split(' ')]);
		expect(written).toEqual({
			schemaVersion: 1,
			profiles: {
				default: {
					nodes: [
						{
							name: 'v',
							url: 'tcp://h:9090',
							kind: 'qudag',
							metricsUrl: 'http://h:6060',
							group: 'main',
							tags: ['eu', 'paid'],
							token: '${TOKEN}',
							insecure: true,
							intervalMs: 5000,
							timeoutMs: 900,
						},
					],
				},
			},
		});
	});

	it.each([
		[['h:1', '--kind', 'evm'], 'added h:1 to the profile default: evm\n'],
		[
			['h:1', '--no-probe'],
			'added h:1 to the profile default: its kind is found out when it is watched\n',
		],
	])('asks nothing with %j', async (argv, said) => {
		const parts = partsWith();
		expect((await adding(argv, { parts })).stdout).toBe(said);
		expect(parts.asked).toEqual([]);
	});

	it.each([
		[['h:1'], {}, 'home'],
		[['h:1'], { NODETOP_PROFILE: 'env' }, 'env'],
		[['h:1', '--profile', 'new'], { NODETOP_PROFILE: 'env' }, 'new'],
	])('adds %j with %j to the profile %s', async (argv, env, profile) => {
		const content = { theme: 'mono', profile: 'home', profiles: { home: { ascii: true } } };
		const { written, stdout } = await adding(argv, { env, content });
		expect(stdout).toContain(`to the profile ${profile}:`);
		expect(written).toMatchObject({
			theme: 'mono',
			profile: 'home',
			profiles: { home: { ascii: true }, [profile]: { nodes: [{ name: 'h:1', kind: 'evm' }] } },
		});
	});

	it('keeps a corrupt file aside and starts anew', async () => {
		const directory = await temporaryDirectory();
		const path = await writeWithMode(join(directory, 'c.json'), '{"token": "hunter2"');
		const run = await runCommand(createAdd(partsWith()), ['h:1', '-c', path]);
		expect(run.exitCode).toBe(0);
		expect(run.stderr).toContain(`it is kept as ${path}.corrupt-20260102T030405Z`);
		expect(await readFile(`${path}.corrupt-20260102T030405Z`, 'utf8')).toBe('{"token": "hunter2"');
		expect(run.everything).not.toContain(secretText);
	});
});

describe('the secrets of add', () => {
	it('stand in no output, and as references in the file', async () => {
		const parts = partsWith();
		const run = await adding(
			['v=https://h/v2/${KEY}', '--token-env', 'TOKEN', '--metrics-url', 'http://h/${KEY}'],
			{ parts, env: { KEY: `${secretText}a`, TOKEN: `${secretText}b` } },
		);
		expect(run.exitCode).toBe(0);
		expect(parts.asked[0]?.url).toBe(`https://h/v2/${secretText}a`);
		expect(parts.asked[0]?.token?.reveal()).toBe(`${secretText}b`);
		expect(run.written).toMatchObject({
			profiles: { default: { nodes: [{ url: 'https://h/v2/${KEY}', token: '${TOKEN}' }] } },
		});
		expect(run.everything + JSON.stringify(run.written)).not.toContain(secretText);
	});

	it('may be in a file, whose whole path is kept', async () => {
		const directory = await temporaryDirectory();
		const tokenFile = await writeWithMode(join(directory, 'token'), `${secretText}\n`);
		const parts = partsWith();
		const run = await adding(['h:1', '--token-file', tokenFile], { parts });
		expect(parts.asked[0]?.token?.reveal()).toBe(secretText);
		expect(run.written).toMatchObject({ profiles: { default: { nodes: [{ tokenFile }] } } });
		expect(run.everything).not.toContain(secretText);
	});

	it('in the URL give a warning, masked', async () => {
		const run = await adding([`v=http://u:${secretText}@h:1`, '--no-probe']);
		expect(run.exitCode).toBe(0);
		expect(run.stderr).toBe(
			'nodetop: the URL holds credentials, which other users can see while a command runs; use ${NAME}\n',
		);
		expect(run.everything).not.toContain(secretText);
	});

	it.each([
		new PollError('unauthorized', 'HTTP 401', { nextStep: 'give the token' }),
		new PollError('unreachable', 'connection refused'),
	])('are masked when it fails with %s', async (failure) => {
		const run = await adding([`v=http://u:${secretText}@h:1`], { parts: partsWith(failure) });
		expect(run.error).toMatchObject({ message: `http://***@h:1/: ${failure.message}` });
		expect(run.everything).not.toContain(secretText);
	});
});

describe('add refuses', () => {
	const content = { profiles: { default: { nodes: [{ name: 'v', url: 'h:1' }] } } };

	it.each([
		[[], 'add needs a URL', 'nodetop add validator=', 64],
		[['h:1', 'h:2'], 'add takes one node, but got 2', 'for example', 64],
		[['validator'], '"validator" is no address', 'nodetop add validator=http://HOST:PORT', 64],
		[['h:99999'], 'the port must be a number', 'a node is written', 64],
		[['=h:1'], 'the name is empty', 'a node is written', 64],
		[['h:1', '--kind', 'evn'], '--kind: "evn" is no kind of node', 'did you mean evm?', 64],
		[['h:1', '--interval', 'abc'], '--interval: "abc" is not a duration; use 500ms', '', 64],
		[['h:1', '--timeout', '2h'], '--timeout: 2h is out of range', '', 64],
		[['h:1', '--token', 'x'], 'unknown flag --token', 'known flags', 64],
		[['h:1', '--token-env', 'a b'], '--token-env: this is no name', '--token-env NODE_TOKEN', 64],
		[['h:1', '--token-env', 'A', '--token-file', 'f'], 'exclude each other', '', 64],
		[
			['h:1', '--token-env', 'NOT_SET'],
			'nodes.h:1.token: the environment variable NOT_SET',
			'',
			78,
		],
		[
			['h:1', '--token-file', '/nonexistent/f'],
			'tokenFile: there is no file /nonexistent/f',
			'',
			78,
		],
		[['h:1', '--metrics-url', 'ftp://x'], '--metrics-url: the scheme is not supported', '', 64],
		[['h:1', '--group', 'a=b'], 'nodes[1].group: may not hold "="', '', 78],
		[['h:1', '--profile', 'my home'], 'profiles["my home"]: the name must be', '', 78],
		[['v=h:2'], 'the profile "default" already has a node "v"', 'nodetop remove v', 64],
	])('%j', async (argv, message, step, exitCode) => {
		const run = await adding(argv, { content });
		expect(run.error).toBeInstanceOf(UserError);
		expect(run.error).toMatchObject({ exitCode, message: expect.stringContaining(message) });
		expect(run.everything).toContain(step);
		expect(run.stdout).toBe('');
		expect(run.written).toEqual(content);
	});

	it('what nothing answers at, with the way around', async () => {
		const failure = new PollError('unreachable', 'connection refused', { nextStep: 'start it' });
		const run = await adding(['h:1'], { parts: partsWith(failure) });
		expect(run.error).toMatchObject({
			message: 'http://h:1: connection refused',
			nextSteps: ['start it', 'to add it all the same: --kind KIND, or --no-probe'],
			exitCode: 69,
		});
		expect(run.files).toEqual([]);
	});

	it('what no kind recognises', async () => {
		const parts: AddParts = { ...partsWith(), probe: () => Promise.resolve(undefined) };
		const run = await adding(['h:1'], { parts });
		expect(run.error).toMatchObject({
			message: 'http://h:1: something answers, but as no kind of node that is known',
			exitCode: 69,
		});
		expect(run.files).toEqual([]);
	});

	it('to write when it was interrupted meanwhile', async () => {
		const path = join(await temporaryDirectory(), 'config.json');
		const signal = AbortSignal.abort();
		const run = await runCommand(createAdd(partsWith()), ['h:1', '-c', path], { signal });
		expect(run.exitCode).toBe(130);
		expect(run.stdout).toBe('');
	});

	it('to call a bug of an adapter the user’s', async () => {
		const run = await adding(['h:1'], { parts: partsWith(new TypeError('oops')) });
		expect(run.error).toBeInstanceOf(TypeError);
	});
});

describe('add with the real adapters', () => {
	const addTo = async (...argv: readonly string[]) => {
		const path = join(await temporaryDirectory(), 'config.json');
		return { path, ...(await runCommand(add, [...argv, '-c', path])) };
	};

	it('finds a QuDAG node by its own answer', async () => {
		const fixture = new URL('../fixtures/qudag/testnet.api-v1-status.json', import.meta.url);
		const status = await readFile(fixture, 'utf8');
		const server = await startServer(({ path }, response) => {
			response.writeHead(path === '/api/v1/status' ? 200 : 404, {
				'content-type': 'application/json',
			});
			response.end(path === '/api/v1/status' ? status : '{"error":"Not Found"}');
		});
		servers.push(server);
		const { path, ...run } = await addTo(`q=${server.url}`);
		expect(run.stdout).toBe(
			'added q to the profile default: qudag, QuDAG node a1b2c3d4, version 1.0.0-mcp-v3, network qudag-testnet (certain: it names itself)\n',
		);
		expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({
			profiles: { default: { nodes: [{ name: 'q', kind: 'qudag', url: server.url }] } },
		});
	});

	it('finds this machine', async () => {
		expect((await addTo('host:')).stdout).toMatch(
			/^added this-host to the profile default: host, this machine/,
		);
	});

	it('says that nothing listens, and that a web server is no node', async () => {
		const server = await startServer((_request, response) => response.end('<html>hello'));
		servers.push(server);
		expect((await addTo(server.url)).error).toMatchObject({
			message: `${server.url}: no known kind of node answers there: expected JSON, got a web page: hello`,
		});
		await server.close();
		expect((await addTo(server.url)).error).toMatchObject({
			message: expect.stringContaining('connection refused'),
			exitCode: 69,
		});
	});

	it('knows the kinds', async () => {
		const run = await addTo('h:1', '--kind', 'nonsense');
		expect(run.everything).toContain(`kinds: ${kinds.join(', ')}`);
		expect(kinds).toContain('evm');
		expect(run.everything).toMatch(/kinds: evm, .*\bbft\b.*\bhost\b/);
	});
});
