import { afterAll, beforeAll, expect, it } from 'vitest';
import { startDevnet } from '../../devnet/devnet.ts';
import type { RunningDevnet } from '../../devnet/devnet.ts';

let devnet: RunningDevnet;
let url = '';

beforeAll(async () => {
	const base = { nodeCount: 16, seed: 3, basePort: 0, version: '9.9.9' } as const;
	devnet = await startDevnet({ ...base, clock: 'manual' });
	url = `${devnet.nodes[0]?.url}/api/v1/nettest`;
});

afterAll(async () => {
	await devnet.stop();
});

it('serves as many bytes as asked for, and no more than its cap', async () => {
	const reply = await fetch(`${url}/download?bytes=200001`);
	expect((await reply.arrayBuffer()).byteLength).toBe(200_001);
	for (const bytes of ['0', '-1', '1.5', '100000001', 'x', '']) {
		expect((await fetch(`${url}/download?bytes=${bytes}`)).status).toBe(400);
	}
});

it('counts an upload', async () => {
	const reply = await fetch(`${url}/upload`, { method: 'POST', body: Buffer.alloc(150_000) });
	expect(await reply.json()).toEqual({ bytes: 150_000 });
});

it('leads over every hop to the goal, also where the two are no neighbours', async () => {
	const { links, slots } = devnet.dag;
	const isLinked = (to: string) =>
		links.all.some((link) => link.from === 'dag-1' && link.to === to);
	const far = slots.find(({ name }) => name !== 'dag-1' && !isLinked(name));
	expect(far).toBeDefined();
	let name = 'dag-1';
	for (let hop = 0; hop < 16 && name !== far?.name; hop++) {
		const node = devnet.nodes.find((each) => each.name === name);
		const reply = await fetch(`${node?.url}/api/v1/nettest/next-hop?to=${far?.nodeId}`);
		const { next, rttMs } = (await reply.json()) as { next: string; rttMs: number }; // Ours.
		const link = links.all.find(({ from, to }) => from === name && to === next);
		expect(rttMs).toBeCloseTo(2 * (link?.latencyMs ?? Number.NaN), 6);
		name = next;
	}
	expect(name).toBe(far?.name);
});

it('knows no way to a stranger, nor over a cut', async () => {
	expect((await fetch(`${url}/next-hop?to=nobody`)).status).toBe(404);
	devnet.dag.apply({ fault: 'partition', groups: [['dag-1'], ['dag-2']] });
	expect((await fetch(`${url}/next-hop?to=dag-2`)).status).toBe(404);
	devnet.dag.clear();
});

it('answers no page of another origin', async () => {
	const reply = await fetch(`${url}/download?bytes=10`, {
		headers: { origin: 'http://evil.test' },
	});
	expect(reply.status).toBe(403);
});
