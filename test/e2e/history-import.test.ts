import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { history } from '../../source/commands/history/history.ts';
import { systemClock } from '../../source/domain/clock.ts';
import { exitCodes } from '../../source/domain/errors.ts';
import { runCommand } from '../commands/command-run.ts';
import { writeWithMode } from '../config/temporary-directory.ts';
import { startPrometheus, whyNoPrometheus } from '../helpers/prometheus.ts';
import type { RealPrometheus } from '../helpers/prometheus.ts';

const whyNot = whyNoPrometheus();
if (whyNot !== undefined) console.warn(`skipped: ${whyNot}`);

const hourMs = 3_600_000;
const endMs = Date.UTC(2026, 0, 9);
const startMs = endMs - 48 * hourMs;
let prometheus: RealPrometheus | undefined;
let home = '';
let config = '';

/** Two days by the minute: what a nodetop exported of two nodes, and a metric of a client. */
function past(): string {
	const lines: Record<string, string[]> = { peers: [], latency: [], p2p: [] };
	for (let atMs = startMs; atMs < endMs; atMs += 60_000) {
		const seconds = atMs / 1000;
		const hour = Math.floor((atMs - startMs) / hourMs);
		for (const node of ['a', 'b']) {
			lines['peers']?.push(
				`nodetop_network_peers{node="${node}",kind="evm"} ${10 + hour} ${seconds}`,
			);
			lines['latency']?.push(
				`nodetop_poll_latency_seconds{node="${node}"} 0.0${20 + (hour % 5)} ${seconds}`,
			);
		}
		lines['p2p']?.push(`p2p_peers{instance="host:6060"} ${hour} ${seconds}`);
	}
	const typed = (name: string, values: readonly string[] = []): string[] => [
		`# TYPE ${name} gauge`,
		...values,
	];
	return [
		...typed('nodetop_network_peers', lines['peers']),
		...typed('nodetop_poll_latency_seconds', lines['latency']),
		...typed('p2p_peers', lines['p2p']),
		'# EOF\n',
	].join('\n');
}

function run(...argv: string[]) {
	return runCommand(history, [...argv, '--config', config], {
		env: { XDG_STATE_HOME: `${home}/state` },
		clock: { ...systemClock, now: () => endMs },
	});
}

interface Printed {
	readonly node: string;
	readonly points: readonly (readonly [string, number])[];
}

async function query(...argv: string[]): Promise<readonly Printed[]> {
	const { stdout, error } = await run('query', ...argv, '--json');
	expect(error).toBeUndefined();
	return JSON.parse(stdout) as Printed[];
}

describe.skipIf(whyNot !== undefined)('import from a real Prometheus', () => {
	beforeAll(async () => {
		home = mkdtempSync(join(tmpdir(), 'nodetop-import-'));
		await mkdir(`${home}/state`, { mode: 0o700 });
		const nodes = [{ name: 'a', url: 'http://127.0.0.1:1' }];
		config = await writeWithMode(
			`${home}/config.json`,
			JSON.stringify({ profiles: { default: { nodes } } }),
		);
		prometheus = await startPrometheus(`${home}/prometheus`, past());
	}, 60_000);

	afterAll(async () => {
		await prometheus?.stop();
		rmSync(home, { recursive: true, force: true });
	});

	const url = (): string => prometheus?.url ?? '';

	it('gives a new installation a past, in the units of the fields, and only once', async () => {
		const first = await run('import', url(), '--since', '47h');
		expect(first.error).toBeUndefined();
		expect(first.exitCode).toBe(exitCodes.ok);
		expect(first.stderr).toMatch(/imported 11,2\d\d samples of 2 numbers of 2 nodes; 0 were/);
		const peers = await query('network.peers', '--since', '46h', '--step', '1h');
		expect(peers.map(({ node }) => node)).toEqual(['a', 'b']);
		for (const { points } of peers) {
			expect(points.length).toBeGreaterThanOrEqual(46);
			for (const [at, value] of points) {
				expect(value).toBe(10 + Math.floor((Date.parse(at) - startMs) / hourMs));
			}
		}
		// Seconds there, milliseconds here.
		const [latency] = await query('poll.latencyMs', 'a', '--since', '10h', '--step', '1h');
		for (const [at, value] of latency?.points ?? []) {
			expect(value).toBeCloseTo(20 + (Math.floor((Date.parse(at) - startMs) / hourMs) % 5), 3);
		}
		const again = await run('import', url(), '--since', '47h');
		expect(again.stderr).toMatch(/imported 0 samples .* 11,2\d\d were recorded already/);
	}, 60_000);

	it('takes queries of choice, for a node or by a label', async () => {
		const one = await run(
			'import',
			url(),
			'network.inbound=p2p_peers',
			'--node',
			'geth',
			'--since',
			'5h',
		);
		expect(one.error).toBeUndefined();
		const [geth] = await query('network.inbound', 'geth', '--since', '4h', '--step', '1h');
		expect(geth?.points.length).toBeGreaterThanOrEqual(4);
		await run('import', url(), 'network.outbound=max by (instance) (p2p_peers)', '--since', '5h');
		const [byLabel] = await query('network.outbound', '--since', '4h', '--step', '1h');
		expect(byLabel?.node).toBe('host:6060');
	}, 60_000);

	it('says what Prometheus refuses, and what is not there', async () => {
		const { error } = await run('import', url(), 'network.peers=sum(', '--since', '1h');
		expect(String(error)).toContain('Prometheus refuses the query sum(');
		const unknown = await run('import', url(), 'network.peerz=up');
		expect(String(unknown.error)).toContain('"network.peerz" is no recorded number');
		const none = await run('import', url(), 'network.peers=no_such_metric', '--since', '1h');
		expect(none.exitCode).toBe(exitCodes.unavailable);
		const gone = await run('import', 'http://127.0.0.1:1', '--since', '1h');
		expect(String(gone.error)).toContain('the import failed');
	}, 60_000);
});
