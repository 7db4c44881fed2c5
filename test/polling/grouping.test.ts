import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { documentSchema } from '../../source/sections/snapshot.ts';
import type { Group } from '../../source/sections/group/schema.ts';
import { startDevnet } from '../../devnet/devnet.ts';
import type { RunningDevnet } from '../../devnet/devnet.ts';
import { toDocument } from '../../source/fleet/document.ts';
import { createWatch } from '../../source/app/watch.ts';
import type { Watch } from '../../source/app/watch.ts';

const intervalMs = 1000;
const waiting = { interval: 20, timeout: 25_000 };

let net: RunningDevnet;
let dagNodes: RunningDevnet['nodes'];
let watch: Watch;

beforeAll(async () => {
	net = await startDevnet({ nodeCount: 4, seed: 7, version: '1', basePort: 0, clock: 'wall' });
	dagNodes = net.nodes.filter(({ kind }) => kind === 'qudag');
	watch = createWatch(
		dagNodes.map(({ name, url }) => ({ name, url, kind: 'qudag', intervalMs, timeoutMs: 3000 })),
	);
});

afterAll(async () => {
	watch.stop();
	await net.stop();
});

beforeEach(async () => {
	await takeOut();
	await vi.waitUntil(() => group()?.state === 'agreed' && codes('dag-1').length === 0, waiting);
}, 30_000);

const group = (): Group | undefined => watch.fleet.getSnapshot().groups[0];

async function putIn(fault: object): Promise<void> {
	const response = await fetch(`${net.controlUrl}/faults`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(fault),
	});
	expect(response.status).toBe(200);
}

async function takeOut(): Promise<void> {
	expect((await fetch(`${net.controlUrl}/faults`, { method: 'DELETE' })).status).toBe(200);
}

function position(group: Group | undefined, name: string): string | undefined {
	return group?.members.find((member) => member.node === name)?.position;
}

function codes(name: string): string[] {
	const nodes = watch.fleet.getSnapshot().nodes;
	const found = nodes.find(({ target }) => target.name === name);
	return (found?.snapshot.health.issues ?? []).map(({ code }) => code);
}

function documentNow() {
	return toDocument(watch.fleet.getSnapshot(), { nowMs: Date.now(), version: '1' });
}

describe('the devnet under faults', { timeout: 60_000 }, () => {
	it('a partition 2|2 is called one within five seconds, for each of its nodes; healing clears it', async () => {
		await putIn({
			fault: 'partition',
			groups: [
				['dag-1', 'dag-4'],
				['dag-2', 'dag-3'],
			],
		});
		await expect.poll(() => group()?.state, { interval: 20, timeout: 5000 }).toBe('partitioned');
		expect(group()?.sides).toEqual([
			['dag-1', 'dag-4'],
			['dag-2', 'dag-3'],
		]);
		for (const name of dagNodes.map(({ name }) => name))
			expect(codes(name)).toContain('partitioned');
		const document = documentNow();
		expect(documentSchema.parse(document)).toEqual(document);
		await takeOut();
		await expect.poll(() => group()?.state, waiting).toBe('agreed');
		expect(codes('dag-1')).not.toContain('partitioned');
	});

	it('one cut off from three is a side of its own', async () => {
		await putIn({ fault: 'partition', groups: [['dag-3']] });
		await expect.poll(() => group()?.state, waiting).toBe('partitioned');
		expect(group()?.sides).toEqual([['dag-1', 'dag-2', 'dag-4'], ['dag-3']]);
	});

	it('one that crashed is unreachable, and the rest agree', async () => {
		const seen = new Set<string | undefined>();
		const stop = watch.fleet.subscribe(() => seen.add(group()?.state));
		await putIn({ fault: 'crash', node: 'dag-2' });
		await expect.poll(() => position(group(), 'dag-2'), waiting).toBe('unreachable');
		await expect
			.poll(() => group()?.message, waiting)
			.toMatch(/^3 nodes agree at .*; no answer from dag-2$/);
		stop();
		// A busy machine may poll the three far enough apart to see one behind, never more than that.
		for (const state of ['partitioned', 'forked', 'stalled'])
			expect([...seen]).not.toContain(state);
	});

	it('one that stands still is stalled while the group agrees', async () => {
		await putIn({ fault: 'stall', node: 'dag-3' });
		await expect.poll(() => position(group(), 'dag-3'), waiting).toBe('stalled');
		expect(group()?.state).toBe('agreed');
		expect(position(group(), 'dag-1')).toBe('level');
	});

	it('when all stand still the network is stalled, and that is one alert', async () => {
		for (const { name } of dagNodes) await putIn({ fault: 'stall', node: name });
		await expect.poll(() => group()?.state, waiting).toBe('stalled');
		await expect
			.poll(() => documentNow().alerts.map(({ rule }) => rule), waiting)
			.toEqual(['networkStalled']);
		const { alerts, nodes } = documentNow();
		expect(alerts[0]).toMatchObject({ group: 'qudag:nodetop-devnet', severity: 'critical' });
		expect(nodes.map(({ health }) => health.status)).toEqual(Array(4).fill('degraded'));
		await takeOut();
		await expect.poll(() => group()?.state, waiting).toBe('agreed');
	});
});
