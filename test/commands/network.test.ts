import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../source/domain/clock.ts';
import { network } from '../../source/commands/network/network.ts';
import { startDevnet } from '../../devnet/devnet.ts';
import type { RunningDevnet } from '../../devnet/devnet.ts';
import { networkStatsSchema } from '../../source/network-tests/statistics/network-stats.ts';
import { resultSchema } from '../../source/network-tests/results.ts';
import type { ResultRecord, Summary } from '../../source/network-tests/results.ts';
import type { Topology } from '../../source/network-tests/peers/topology.ts';
import { runCommand } from './command-run.ts';

let devnet: RunningDevnet;
let specs: string[] = [];
let home = '';

beforeAll(async () => {
	home = mkdtempSync(path.join(tmpdir(), 'nodetop-network-'));
	devnet = await startDevnet({
		nodeCount: 4,
		seed: 1,
		basePort: 0,
		version: '9.9.9',
		clock: 'manual',
	});
	devnet.advance(8000);
	specs = devnet.nodes
		.filter(({ network: name }) => name === 'dag')
		.map(({ name, url }) => `${name}=${url}`);
});

afterAll(async () => {
	await devnet.stop();
});

const run = (...argv: string[]) =>
	runCommand(network, argv, {
		env: { XDG_STATE_HOME: path.join(home, 'state'), XDG_CONFIG_HOME: path.join(home, 'config') },
		clock: systemClock,
	});

async function records(...argv: string[]): Promise<{ all: ResultRecord[]; summaries: Summary[] }> {
	const { stdout, error } = await run(...argv, '--json');
	if (error !== undefined) throw error;
	const all = stdout
		.trim()
		.split('\n')
		.map((line) => resultSchema.parse(JSON.parse(line)));
	return { all, summaries: all.filter((record) => record.record === 'summary') };
}

describe('network test, against the devnet', () => {
	it('ping streams samples as ndjson, a summary last', async () => {
		const { all, summaries } = await records(
			'test',
			'ping',
			specs[0] ?? '',
			'--count',
			'3',
			'--every',
			'100ms',
		);
		expect(all.map(({ record }) => record)).toEqual(['sample', 'sample', 'sample', 'summary']);
		expect(summaries).toMatchObject([{ target: 'dag-1', outcome: 'measured', sent: 3, lost: 0 }]);
	});

	it('bandwidth moves bytes both ways', async () => {
		const { summaries } = await records('test', 'bandwidth', specs[0] ?? '', '--bytes', '1000000');
		expect(summaries).toMatchObject([
			{ download: { bytes: 1_000_000 }, upload: { bytes: 1_000_000 } },
		]);
	});

	it('connectivity dials every peer', async () => {
		const { summaries } = await records('test', 'connectivity', specs[0] ?? '', '--timeout', '10s');
		expect(summaries).toMatchObject([{ peers: 3, reachable: 3 }]);
	});

	it('routing goes hop by hop, by the links as they are, and says when there is no way', async () => {
		const { summaries } = await records('test', 'routing', ...specs, '--to', 'dag-4');
		const [first] = summaries;
		if (first?.test !== 'routing') throw new Error('no routing');
		const { links } = devnet.dag;
		const oneWay = (from: string, to: string) =>
			links.all.find((link) => link.from === from && link.to === to)?.latencyMs ?? Number.NaN;
		const route = first.route ?? [];
		const total = route
			.slice(1)
			.reduce((sum, name, index) => sum + 2 * oneWay(route[index] ?? '', name), 0);
		expect(first.totalRttMs).toBeCloseTo(total, 2);
		expect(total).toBeLessThanOrEqual(2 * oneWay('dag-1', 'dag-4'));

		devnet.dag.apply({ fault: 'slow', node: 'dag-4', latencyMs: 500 });
		const slowed = (await records('test', 'routing', ...specs, '--to', 'dag-4')).summaries[0];
		expect(slowed).toMatchObject({ outcome: 'measured' });
		if (slowed?.test !== 'routing') throw new Error('no routing');
		expect(slowed.totalRttMs).toBeGreaterThan(1000);
		devnet.dag.clear();
	});

	it('text tells title, samples and figures', async () => {
		const { stdout, exitCode } = await run(
			'test',
			'stress',
			specs[1] ?? '',
			'--rate',
			'50',
			'--for',
			'300ms',
		);
		expect(exitCode).toBe(0);
		expect(stdout).toMatch(/^stress dag-2: latency at a fixed rate/);
		expect(stdout).toContain('Completed       15 of 15');
		expect(stdout).toMatch(/p99\.9 +\S+ ms/);
	});

	it('traceroute and ping go to a peer of a node, named by the start of its id', async () => {
		const { summaries } = await records(
			'test',
			'ping',
			specs[0] ?? '',
			'--peer',
			'dag-3',
			'--count',
			'2',
			'--every',
			'100ms',
		);
		const port = new URL(devnet.nodes[2]?.url ?? '').port;
		expect(summaries).toMatchObject([{ target: 'dag-1/dag-3', address: `127.0.0.1:${port}` }]);
	});
});

describe('network stats and topology, of the devnet', () => {
	it('stats prints a line a node', async () => {
		const { stdout, exitCode } = await run('stats', ...specs);
		expect(exitCode).toBe(0);
		const lines = stdout.trim().split('\n');
		expect(lines[0]).toMatch(/^NODE +PEERS +IN +OUT +RECV +SENT +USED/);
		expect(lines).toHaveLength(5);
		expect(lines[1]).toMatch(/^dag-1 +3 /);
	});

	it('stats --json gives one document a node, with rates of two polls', async () => {
		const { stdout } = await run('stats', specs[0] ?? '', '--json', '--filter', 'dag-3');
		const stats = networkStatsSchema.parse(JSON.parse(stdout));
		expect(stats.connections).toMatchObject({ peers: 3, listed: 1 });
		expect(stats.watchedSeconds).toBeGreaterThanOrEqual(1);
		expect(stats.messages?.[0]).toHaveProperty('sentPerSecond');
	});

	it('stats says why a node has no figures, and 69 when none has', async () => {
		const gone = 'gone=http://127.0.0.1:1';
		const some = await run('stats', specs[0] ?? '', gone);
		expect(some.exitCode).toBe(0);
		expect(some.stderr).toMatch(/^nodetop: gone: .*refused/);
		const none = await run('stats', gone);
		expect(none.exitCode).toBe(69);
		expect(none.stdout).toMatch(/^NODE.*\ngone +—/);
	});

	it('stats --detailed tells of messages and peers', async () => {
		const { stdout } = await run('stats', specs[0] ?? '', '--detailed');
		expect(stdout).toContain('Peers by client\n  nodetop-devnet     3');
		expect(stdout).toMatch(/inventory +\d/);
	});

	it('topology joins the lists of all nodes', async () => {
		const { stdout } = await run('topology', ...specs, '--json');
		const { nodes, links } = JSON.parse(stdout) as Topology; // Ours.
		expect(nodes.map(({ name, listed, outside }) => [name, listed, outside])).toEqual([
			['dag-1', 3, 0],
			['dag-2', 3, 0],
			['dag-3', 3, 0],
			['dag-4', 3, 0],
		]);
		expect(links).toHaveLength(12);
		const text = (await run('topology', ...specs.slice(0, 2))).stdout;
		expect(text).toMatch(/^dag-1 {2}[→←] dag-2 \d+ ms {3}others: 2$/m);
	});
});

describe('network test refuses', () => {
	it.each([
		[['test', 'pong'], 'no network test'],
		[['test'], 'network test needs the name of a test'],
		[['tests'], 'network has no "tests"'],
		[['test', 'ping', 'http://127.0.0.1:1', '--count', '5000'], 'limits of a test'],
		[['test', 'ping', 'http://127.0.0.1:1', '--count', 'x'], 'not a whole number'],
		[['test', 'ping', 'http://127.0.0.1:1', '--read-only'], 'read-only'],
		[['test', 'stress', 'http://203.0.113.9', '--rate', '10'], 'needs a confirmation'],
		[['test', 'bandwidth', 'http://127.0.0.1:1', '--direction', 'sideways'], 'neither'],
	])('%j', async (argv, message) => {
		const { error } = await run(...argv);
		expect(error).toMatchObject({ name: 'UserError', message: expect.stringContaining(message) });
	});

	it('a socket has no path: said on standard error, exit code 69', async () => {
		const { exitCode, stderr } = await run('test', 'ping', 'q=unix:/run/qudag.sock');
		expect(exitCode).toBe(69);
		expect(stderr).toContain('no network address');
	});

	it('and with --json by a summary, so that every run ends in one', async () => {
		const { stdout, exitCode } = await run('test', 'ping', 'q=http://no-such.invalid', '--json');
		expect(exitCode).toBe(69);
		expect(resultSchema.parse(JSON.parse(stdout))).toMatchObject({
			record: 'summary',
			target: 'q',
			outcome: 'cannot',
			reason: 'the name no-such.invalid does not resolve',
		});
	});

	it('a fifth heavy test in five minutes, in whichever run', async () => {
		const node = specs[3] ?? '';
		for (let n = 0; n < 4; n++) {
			expect((await run('test', 'stress', node, '--rate', '10', '--for', '200ms')).exitCode).toBe(
				0,
			);
		}
		const { error } = await run('test', 'stress', node, '--rate', '10', '--for', '200ms');
		expect(error).toMatchObject({
			exitCode: 69,
			message: 'dag-4 has reached its limit of network tests',
		});
	});
});
