import { afterAll, beforeAll, expect, it } from 'vitest';
import { startDevnet } from '../../../devnet/devnet.ts';
import type { RunningDevnet } from '../../../devnet/devnet.ts';
import { watchUrl } from './watching.ts';

let devnet: RunningDevnet;
const epochMs = 1_760_000_000_000;
let elapsedMs = 0;

function advance(seconds: number): number {
	devnet.advance(seconds * 1000);
	elapsedMs += seconds * 1000;
	return epochMs + elapsedMs;
}

beforeAll(async () => {
	devnet = await startDevnet({
		nodeCount: 4,
		seed: 7,
		version: '0.1.0',
		basePort: 0,
		clock: 'manual',
		epochMs,
	});
});
afterAll(async () => {
	await devnet.stop();
});

it('the replicas of the devnet are told in full', async () => {
	advance(20);
	const replicas = devnet.nodes.filter(({ kind }) => kind === 'bft');
	expect(replicas).toHaveLength(4);
	const nowMs = advance(1);
	const readings = await Promise.all(replicas.map(({ url }) => watchUrl(url).poll(nowMs)));
	for (const [index, { consensus, network, identity }] of readings.entries()) {
		// Two that are about to change views may name two leaders.
		expect(consensus?.isLeader).toBe(consensus?.leader === replicas[index]?.name);
		expect(consensus).toMatchObject({ status: 'active', validators: 4, safetyViolations: 0 });
		expect(Number(consensus?.view)).toBeGreaterThanOrEqual(Number(consensus?.height));
		expect(consensus?.latenciesMs?.['commit']?.n).toBeGreaterThan(5);
		expect(consensus?.averageFinalityMs).toBeGreaterThan(0);
		expect(network).toMatchObject({ peers: 3 });
		expect(network?.messages?.map(({ type }) => type)).toContain('vote');
		expect(identity).toMatchObject({ networkId: 'nodetop-devnet-hotstuff', version: '0.1.0' });
	}
	expect(new Set(readings.map(({ identity }) => identity?.nodeId)).size).toBe(4);
});

it('a replica whose group cannot commit is stalled, then active again', async () => {
	const replica = devnet.nodes.find(({ kind }) => kind === 'bft');
	if (!replica) throw new Error('no replica');
	const node = watchUrl(replica.url);
	const statusAfter = async (seconds: number) =>
		(await node.poll(advance(seconds))).consensus?.status;
	for (let poll = 0; poll < 6; poll += 1) await statusAfter(2);
	expect(await statusAfter(2)).toBe('active');
	const fault = await fetch(`${devnet.controlUrl}/faults`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({
			fault: 'partition',
			groups: [
				['hotstuff-1', 'hotstuff-2'],
				['hotstuff-3', 'hotstuff-4'],
			],
		}),
	});
	expect(fault.ok).toBe(true);
	const during = [];
	for (let poll = 0; poll < 10; poll += 1) during.push(await statusAfter(2));
	expect(during.at(0)).toBe('active');
	expect(during.slice(-4)).toEqual(['stalled', 'stalled', 'stalled', 'stalled']);
	await fetch(`${devnet.controlUrl}/faults`, { method: 'DELETE' });
	await statusAfter(10);
	expect(await statusAfter(2)).toBe('active');
});
