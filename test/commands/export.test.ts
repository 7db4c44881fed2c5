import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { exportCommand } from '../../source/commands/export/export.ts';
import type { CommandContext } from '../../source/commands/command.ts';
import { exporters } from '../../source/export/exporters.ts';
import { dashboardNames } from '../../source/export/grafana/dashboards.ts';
import { documentSchema } from '../../source/sections/snapshot.ts';
import { documentOf, evmNode, qudagNode } from '../export/nodes.ts';
import { sendJson, startServer } from '../helpers/http-server.ts';
import type { TestServer } from '../helpers/http-server.ts';
import { runCommand } from './command-run.ts';

let site: TestServer;
let receiver: TestServer;
let directory: string;
let statuses: number[] = [];

beforeAll(async () => {
	site = await startServer((_, response) => {
		// As old as the answer says it is.
		const takenAt = new Date().toISOString();
		sendJson(response, documentOf([qudagNode(), evmNode()], { takenAt }));
	});
	receiver = await startServer((_, response) => {
		sendJson(response, {}, statuses.shift() ?? 200);
	});
});
afterAll(async () => {
	await site.close();
	await receiver.close();
});
beforeEach(() => {
	statuses = [];
	directory = mkdtempSync(path.join(tmpdir(), 'nodetop-export-'));
});
afterEach(() => {
	rmSync(directory, { recursive: true });
});

const run = (argv: readonly string[], overrides: Partial<CommandContext> = {}) =>
	runCommand(exportCommand, argv, {
		...overrides,
		env: { PATH: process.env['PATH'], XDG_CONFIG_HOME: directory, ...overrides.env },
	});
const site1 = () => `site=${site.url}`;
const received = () => receiver.requests.at(-1);

describe('every format', () => {
	it.each(Object.keys(exporters))('%s prints the nodes', async (format) => {
		const { exitCode, stdout, stderr, error } = await run([format, site1()]);
		expect({ exitCode, stderr, error }).toEqual({ exitCode: 0, stderr: '', error: undefined });
		expect(stdout).toContain('site/validator');
		expect(stdout.endsWith('\n')).toBe(true);
	});
});

describe('files', () => {
	it('hold the newest metrics', async () => {
		const file = path.join(directory, 'nodes.prom');
		await run(['prometheus', site1(), '-o', file, '--prefix', 'mynet']);
		await run(['prometheus', site1(), '-o', file, '--prefix', 'mynet']);
		const text = readFileSync(file, 'utf8');
		expect(text.match(/^# TYPE mynet_network_peers gauge$/gm)).toHaveLength(1);
	});

	it('of a table have one heading', async () => {
		const file = path.join(directory, 'nodes.csv');
		await run(['csv', site1(), '-o', file]);
		await run(['csv', site1(), '-o', file]);
		const lines = readFileSync(file, 'utf8').split('\r\n');
		expect(lines.filter((line) => line.startsWith('name,kind'))).toHaveLength(1);
		expect(lines.filter((line) => line.startsWith('site/geth,'))).toHaveLength(2);
	});

	it('that cannot be written end the run with 73', async () => {
		const file = path.join(directory, 'missing', 'nodes.csv');
		const { error } = await run(['csv', site1(), '-o', file]);
		expect(error).toMatchObject({ exitCode: 73 });
	});
});

describe('--push', () => {
	it('sends InfluxDB the lines with its kind of token, and times in nanoseconds', async () => {
		const env = { NODETOP_PUSH_TOKEN: 'tell-nobody' };
		const push = `${receiver.url}/api/v2/write?org=o&bucket=b&precision=s`;
		const { exitCode, everything } = await run(['influx', site1(), '--push', push], { env });
		expect(exitCode).toBe(0);
		expect(received()).toMatchObject({
			method: 'POST',
			path: '/api/v2/write?org=o&bucket=b&precision=ns',
			headers: { authorization: 'Token tell-nobody' },
		});
		expect(received()?.body).toContain('\nnodetop_network,node=site/validator,kind=qudag peers=42');
		expect(everything).not.toContain('tell-nobody');
	});

	it('completes the address of an OTLP receiver', async () => {
		await run(['otlp', site1(), '--push', receiver.url]);
		expect(received()).toMatchObject({
			path: '/v1/metrics',
			headers: { 'content-type': 'application/json' },
		});
		await run(['otlp-traces', site1(), '--push', receiver.url]);
		expect(received()?.path).toBe('/v1/traces');
	});

	it('tries again while the receiver is not ready', async () => {
		statuses = [503, 200];
		const before = receiver.requests.length;
		const { exitCode, stderr } = await run(['json', site1(), '--push', `${receiver.url}/in`]);
		expect(exitCode).toBe(0);
		expect(receiver.requests.length - before).toBe(2);
		expect(stderr).toContain('push: HTTP 503');
		documentSchema.parse(JSON.parse(received()?.body ?? ''));
	});

	it('ends with 69 when the receiver refuses, and shows no token', async () => {
		statuses = [401];
		const token = path.join(directory, 'token');
		writeFileSync(token, 'very-secret\n', { mode: 0o600 });
		const { exitCode, stderr, everything } = await run([
			'json',
			site1(),
			'--push',
			`${receiver.url}/in`,
			'--token-file',
			token,
		]);
		expect(exitCode).toBe(69);
		expect(stderr).toContain('push: HTTP 401');
		expect(received()?.headers.authorization).toBe('Bearer very-secret');
		expect(everything).not.toContain('very-secret');
	});
});

describe('dashboards and rules', () => {
	it('are written, and pushed to the API of Grafana', async () => {
		const out = path.join(directory, 'dashboards');
		expect(await run(['grafana', '-o', out])).toMatchObject({ exitCode: 0 });
		const written = readFileSync(path.join(out, 'nodetop-overview.json'), 'utf8');
		const env = { NODETOP_PUSH_TOKEN: 'tell-nobody' };
		const pushed = await run(['grafana', 'overview', '--push', receiver.url], { env });
		expect(pushed.exitCode).toBe(0);
		expect(received()).toMatchObject({
			path: '/api/dashboards/db',
			headers: { authorization: 'Bearer tell-nobody' },
		});
		expect(JSON.parse(received()?.body ?? '')).toMatchObject({
			dashboard: JSON.parse(written) as object,
			overwrite: true,
		});
		expect(pushed.everything).not.toContain('tell-nobody');
	});

	it('of the user show the fields of the profile, beside those of nodetop', async () => {
		const mine = { title: 'Night shift', fields: ['consensus.height', 'clock'] };
		const profiles = (dashboards: object) => ({ profiles: { default: { dashboards } } });
		const config = path.join(directory, 'config.json');
		writeFileSync(config, JSON.stringify(profiles({ 'night-shift': mine })), { mode: 0o600 });
		const args = ['grafana', '-c', config];
		const { stdout } = await run([...args, 'night-shift', '--prefix', 'mynet']);
		const { uid, title, panels } = JSON.parse(stdout) as Record<string, unknown> & {
			panels: { targets: { expr: string }[] }[];
		};
		expect({ uid, title }).toEqual({ uid: 'nodetop-night-shift', title: 'nodetop: Night shift' });
		expect(panels.map(({ targets }) => targets[0]?.expr)).toEqual([
			'mynet_consensus_height{kind=~"$kind",node=~"$node"}',
			'mynet_clock_offset_seconds{kind=~"$kind",node=~"$node"}',
			'mynet_clock_uncertainty_seconds{kind=~"$kind",node=~"$node"}',
		]);
		const out = path.join(directory, 'dashboards');
		await run([...args, '-o', out]);
		expect(readdirSync(out)).toHaveLength(dashboardNames.length + 1);

		writeFileSync(config, JSON.stringify(profiles({ overview: mine })));
		expect((await run([...args, 'overview'])).error).toMatchObject({
			exitCode: 78,
			message: 'dashboards.overview: overview is a dashboard of nodetop',
		});
		writeFileSync(config, JSON.stringify(profiles({ a: { fields: ['network.pears'] } })));
		const { error } = await run([...args, 'a']);
		expect(error).toMatchObject({ exitCode: 78 });
		expect(String(error)).toMatch(/"network\.pears": did you mean network\.peers\?/);
	});

	it('of the profile are printed as a rule file', async () => {
		const { exitCode, stdout, stderr } = await run(['prometheus-rules', '--prefix', 'mynet']);
		expect(exitCode).toBe(0);
		expect(stdout).toContain('expr: "mynet_health_issue{code=');
		expect(stderr).toContain('left out: no-data: ');
	});
});

describe('a program of the user', () => {
	it('gets the document on its standard input, and no secret of ours', async () => {
		const program = path.join(directory, 'program');
		writeFileSync(program, `#!/bin/sh\ncat > "$1"; env > "$1.env"\n`);
		chmodSync(program, 0o755);
		const out = path.join(directory, 'out');
		const env = { NODETOP_PUSH_TOKEN: 'tell-nobody' };
		const { exitCode } = await run(['command', site1(), '--', program, out], { env });
		expect(exitCode).toBe(0);
		const { nodes } = documentSchema.parse(JSON.parse(readFileSync(out, 'utf8')));
		expect(nodes.map(({ target }) => target.name)).toContain('site/geth');
		expect(readFileSync(`${out}.env`, 'utf8')).not.toContain('tell-nobody');
	});

	it('that fails ends the run with 69 and its first words', async () => {
		const argv = ['command', site1(), '--', 'sh', '-c', 'echo no room; exit 3'];
		const { exitCode, stderr } = await run(argv);
		expect(exitCode).toBe(69);
		expect(stderr).toBe('nodetop: sh ended with 3: no room\n');
		const missing = await run(['command', site1(), '--', '/no/such/program']);
		expect(missing).toMatchObject({
			exitCode: 69,
			stderr: 'nodetop: /no/such/program cannot be run: ENOENT\n',
		});
	});
});

describe('--every', () => {
	it('exports until it is stopped', async () => {
		const end = new AbortController();
		const file = path.join(directory, 'nodes.ndjson');
		const running = run(['ndjson', site1(), '--every', '1s', '-o', file], { signal: end.signal });
		const lines = () => {
			try {
				return readFileSync(file, 'utf8').split('\n').length - 1;
			} catch {
				// Not begun yet.
				return 0;
			}
		};
		await expect.poll(lines, { timeout: 40_000 }).toBeGreaterThanOrEqual(6);
		end.abort();
		expect(await running).toMatchObject({ exitCode: 0, stderr: '' });
		expect(lines() % 3).toBe(0);
	});
});

describe('wrong usage', () => {
	it.each([
		[[], 'export needs a format'],
		[['prometeus'], 'prometeus'],
		[['command'], 'export command needs a program behind --'],
		[['json', '--push', 'ftp://x'], '--push: "ftp://x" is not an address'],
		[['influx', '--push', 'http://h:8086'], 'does not say where to write'],
		[['influx', '--push', 'http://h:8086/api/v2/write?org=o'], 'does not say where to write'],
		[['csv', '-o', 'f', '--rotate', 'big'], '--rotate: "big" is not a size'],
		[['csv', '-o', 'f', '--keep', '-1'], '--keep must be a number'],
		[['prometheus', '-o', 'f', '--rotate', '1MB'], 'for formats that append'],
		[['csv', '-o', 'f', '--push', 'http://h'], 'only one of --output and --push'],
		[['grafana'], 'export grafana prints one dashboard'],
		[['grafana', 'overvew'], 'overvew'],
		[['prometheus', '--prefix', '9'], 'cannot begin the name of a metric'],
		[['csv', '--every', '5'], '--every'],
	])('%j is an error', async (argv, message) => {
		const { error } = await run(argv);
		expect(error).toMatchObject({ exitCode: 64, message: expect.stringContaining(message) });
	});
});
