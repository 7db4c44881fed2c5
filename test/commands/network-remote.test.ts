import { afterEach, describe, expect, it } from 'vitest';
import { network } from '../../source/commands/network/network.ts';
import type { TestRequest } from '../../source/serve/options.ts';
import { networkStats } from '../../source/network-tests/statistics/network-stats.ts';
import { serveFleet } from '../helpers/served-fleet.ts';
import type { ServedFleet } from '../helpers/served-fleet.ts';
import { runCommand } from './command-run.ts';

let served: ServedFleet | undefined;

afterEach(async () => {
	await served?.close();
	served = undefined;
});

async function run(argv: readonly string[], given: Parameters<typeof serveFleet>[0] = {}) {
	served = await serveFleet({
		networkStats: ({ snapshot, network: memory }, nowMs) =>
			networkStats(snapshot, {
				nowMs,
				memory,
				capacityBytesPerSecond: undefined,
				filter: undefined,
			}),
		...given,
	});
	return runCommand(network, [...argv, '--from', served.url]);
}

const summary = {
	schema: 'nodetop-nettest/1',
	test: 'traceroute',
	target: 'dag-1',
	at: '2026-01-01T00:00:00.000Z',
	record: 'summary',
	outcome: 'cannot',
	startedAt: '2026-01-01T00:00:00.000Z',
	reason: 'there is no traceroute here',
};

describe('network stats --from', () => {
	it('prints the statistics of a nodetop that serves', async () => {
		const { exitCode, stdout } = await run(['stats', 'dag-2', '--json']);
		expect(exitCode).toBe(0);
		expect(
			stdout
				.trim()
				.split('\n')
				.map((line) => JSON.parse(line) as object),
		).toMatchObject([{ schema: 'nodetop-network-stats/1', node: 'dag-2' }]);
	});

	it('names the nodes there are', async () => {
		const { error } = await run(['stats', 'nobody']);
		expect(error).toMatchObject({ message: expect.stringContaining('nobody') as string });
		expect(JSON.stringify(error)).toContain('dag-1');
	});
});

describe('network test --from', () => {
	it('runs the test there, and prints its records', async () => {
		const requests: TestRequest[] = [];
		const { exitCode, stdout } = await run(['test', 'traceroute', 'dag-1', '--timeout', '1s'], {
			runTest: (request) => {
				requests.push(request);
				request.onRecord(summary);
				return Promise.resolve(undefined);
			},
		});
		expect(requests).toMatchObject([
			{ test: 'traceroute', node: 'dag-1', options: { timeoutMs: 1000 }, isConfirmed: false },
		]);
		expect(stdout).toContain('there is no traceroute here');
		// Nothing was measured.
		expect(exitCode).toBe(69);
	});

	it('says why it was not run, and what to do', async () => {
		const refused = { status: 409, error: 'this is a heavy test: send confirm' } as const;
		const { error } = await run(['test', 'bandwidth', 'dag-1'], {
			runTest: () => Promise.resolve(refused),
		});
		expect(error).toMatchObject({ message: '--from: this is a heavy test: send confirm' });
		expect(JSON.stringify(error)).toContain('--yes');
	});

	it('needs a node', async () => {
		const { error } = await run(['test', 'ping']);
		expect(error).toMatchObject({ message: expect.stringContaining('names of nodes') as string });
	});
});
