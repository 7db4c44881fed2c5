import { expect, it, onTestFinished, vi } from 'vitest';
import { renderSlack } from '../../source/alerts/delivery/channels/slack/render.ts';
import type { Incident } from '../../source/alerts/incident.ts';
import { startServer } from '../helpers/http-server.ts';
import { nameOf, startDevnetWatch, startVirtualWatch } from '../helpers/virtual-watch.ts';
import { message } from '../alerts/delivery/helpers.ts';

/** One cause is one alert, and a large message says first whom it is about: the real watch, in virtual time. */
const intervalMs = 5000;
const nodeCount = 100;

vi.setConfig({ testTimeout: 180_000 });

it('an equivocation is one alert, which names who proposed twice, however many see it', async () => {
	const watch = await startDevnetWatch({
		seed: 1,
		intervalMs,
		partOf: ({ nodes, advance }) => ({
			targets: nodes.filter(({ name }) => name.startsWith('hotstuff-')),
			pass: advance,
		}),
	});
	onTestFinished(() => watch.stop());
	for (let round = 0; round < 6; round += 1) expect((await watch.round()).told).toEqual([]);
	await watch.fault({ fault: 'equivocation', node: 'hotstuff-2' });
	const told = new Map<string, Incident>();
	for (let round = 0; round < 8; round += 1)
		for (const incident of (await watch.round()).told) told.set(incident.id, incident);
	const [first, ...others] = [...told.values()].filter(({ severity }) => severity === 'critical');
	expect(others).toEqual([]);
	expect(first && nameOf(first)).toBe('equivocation bft:nodetop-devnet-hotstuff');
	expect(first?.message).toContain('hotstuff-2');
	// Of four replicas every honest one is a witness: they are its evidence, not alerts of their own.
	expect(first?.evidence).toMatch(/seen at hotstuff-\d/);
});

it('a host without memory is one alert, however many nodes are read on it', async () => {
	const { machine, round } = await watchNodesOf(8);
	machine.availableBytes = 1e7;
	const told = new Map<string, Incident>();
	for (let each = 0; each < 36; each += 1)
		for (const incident of (await round()).told) told.set(incident.id, incident);
	expect([...told.values()].map(({ rule }) => rule)).toEqual(['memory-low']);
	expect([...told.values()][0]?.evidence).toMatch(/seen at n0, n1/);
});

it(`${nodeCount} nodes that go down are named in the first line of the message`, async () => {
	const { machine, round } = await watchNodesOf(nodeCount);
	machine.isDown = true;
	let told: readonly Incident[] = [];
	for (let each = 0; each < 12 && told.length < nodeCount; each += 1) told = (await round()).told;
	expect(new Set(told.map(({ rule }) => rule))).toEqual(new Set(['node-down']));
	expect(told).toHaveLength(nodeCount);
	const entries = told.map((incident) => ({ event: 'fired' as const, incident }));
	const [attachment] = renderSlack(message({ entries }))['attachments'] as { text: string }[];
	const [first = ''] = attachment?.text.split('\n') ?? [];
	for (let index = 0; index < nodeCount; index += 1)
		expect(first).toMatch(new RegExp(`\\bn${index}\\b`));
});

/** Nodes of one host that answer with what holds of it at the moment. */
async function watchNodesOf(count: number) {
	const machine = { isDown: false, availableBytes: 8e9 };
	let height = 1000;
	const server = await startServer((_request, response) => {
		if (machine.isDown) {
			response.destroy();
			return;
		}
		response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' });
		response.end(
			[
				`cometbft_consensus_height{chain_id="x"} ${height}`,
				`cometbft_consensus_latest_block_height{chain_id="x"} ${height}`,
				'cometbft_consensus_validators{chain_id="x"} 4',
				'cometbft_p2p_peers{chain_id="x"} 40',
				'node_memory_MemTotal_bytes 1e10',
				`node_memory_MemAvailable_bytes ${machine.availableBytes}`,
				'',
			].join('\n'),
		);
	});
	onTestFinished(() => server.close());
	const watch = await startVirtualWatch({
		targets: Array.from({ length: count }, (_, index) => ({
			name: `n${index}`,
			kind: 'bft',
			url: `${server.url}/n${index}/metrics`,
		})),
		intervalMs,
		startMs: Date.UTC(2026, 2, 1),
	});
	onTestFinished(() => watch.stop());
	const round = () => {
		height += 1;
		return watch.round();
	};
	for (let each = 0; each < 4; each += 1) expect((await round()).told).toEqual([]);
	return { machine, round };
}
