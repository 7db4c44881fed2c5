import { afterEach, describe, expect, it } from 'vitest';
import { startServer } from '../../helpers/http-server.ts';
import type { TestServer } from '../../helpers/http-server.ts';
import { fixture, watchUrl } from './watching.ts';

const servers: TestServer[] = [];
afterEach(async () => {
	for (const server of servers.splice(0)) await server.close();
});

/**
 * Recorded from etcd 3.4: three members at work, while their leader was stopped and without a quorum,
 * after both, and one alone. Only the families that are read were kept of 222 kB.
 */
const recorded: readonly (readonly [
	file: string,
	entries: number,
	failed: number,
	leaderChanges: number,
	residentBytes: number,
	databaseBytes: number,
])[] = [
	['m1', 309, 0, 1, 44_154_880, 49_152],
	['m2', 310, 0, 1, 41_005_056, 49_152],
	['m3', 311, 0, 1, 42_233_856, 49_152],
	['fault_leader_stopped.m1', 320, 1, 2, 44_814_336, 49_152],
	['fault_leader_stopped.m3', 320, 0, 2, 42_762_240, 49_152],
	['recovered.m1', 325, 3, 3, 46_125_056, 49_152],
	['partition_recovered.m1', 10, 0, 2, 32_550_912, 20_480],
	['partition_recovered.m2', 11, 0, 3, 32_235_520, 20_480],
	['partition_recovered.m3', 12, 0, 4, 32_137_216, 20_480],
	['single.basic', 5, 0, 1, 24_879_104, 20_480],
];

describe('the metrics of an etcd member, recorded', () => {
	it.each(recorded)(
		'%s: %i entries, %i failed, %i changes of the leader, %i and %i bytes',
		async (file, entries, failed, leaderChanges, residentBytes, databaseBytes) => {
			const server = await startServer(({ path }, response) => {
				if (path === '/metrics') response.end(fixture(`etcd/${file}.metrics.txt`));
				else response.writeHead(404).end();
			});
			servers.push(server);
			const { consensus, resources } = await watchUrl(`${server.url}/metrics`).poll();
			expect(consensus).toMatchObject({
				finalized: entries,
				applied: entries,
				pending: 0,
				failed,
				viewChanges: leaderChanges,
			});
			expect(resources).toMatchObject({
				memoryResidentBytes: residentBytes,
				databaseBytes: databaseBytes,
			});
		},
	);
});
