import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';
import { documentSchema } from '../../source/sections/snapshot.ts';
import { watchNodes } from '../helpers/monitor.ts';
import type { Monitor } from '../../source/app/open-monitor.ts';
import { anvilBinary, startAnvil } from '../helpers/anvil.ts';
import type { Anvil } from '../helpers/anvil.ts';
import { bin, runNodetop } from '../helpers/run-nodetop.ts';
import { targetFor } from '../helpers/targets.ts';

const hasAnvil = anvilBinary() !== undefined;
if (!hasAnvil) console.info('skipped: anvil is not installed (@foundry-rs/anvil-linux-amd64)');

const anvils: Anvil[] = [];
let watch: Monitor | undefined;

afterEach(async () => {
	watch?.stop();
	watch = undefined;
	await Promise.all(anvils.splice(0).map((anvil) => anvil.stop()));
});

async function anvilOn(port?: number): Promise<Anvil> {
	const anvil = await startAnvil({ blockTime: 1, ...(port !== undefined && { port }) });
	anvils.push(anvil);
	return anvil;
}

async function ask(
	url: string,
	method: string,
	...params: unknown[]
): Promise<Record<string, string>> {
	const response = await fetch(url, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
	});
	// The answer of a block question, as the JSON-RPC specification of Ethereum gives it.
	const { result } = (await response.json()) as { result: Record<string, string> };
	return result;
}

describe.skipIf(!hasAnvil)('against real anvils', () => {
	it('--once --json gives head, hash, chain, client and latency of two at once', async () => {
		const first = await anvilOn();
		const second = await anvilOn();
		await expect
			.poll(
				async () =>
					Number((await ask(second.url, 'eth_getBlockByNumber', 'latest', false))['number']),
				{ timeout: 40_000 },
			)
			.toBeGreaterThan(0);
		const { stdout, exitCode } = await runNodetop([
			'--once',
			'--json',
			`a=${first.url}`,
			`b=${second.url}`,
		]);
		expect(exitCode).toBe(0);
		const { nodes, summary } = documentSchema.parse(JSON.parse(stdout));
		expect(summary).toMatchObject({ nodes: 2, up: 2 });
		for (const [index, anvil] of [first, second].entries()) {
			const node = nodes[index];
			const head = node?.chain?.head;
			const block = await ask(
				anvil.url,
				'eth_getBlockByNumber',
				`0x${Number(head?.number).toString(16)}`,
				false,
			);
			expect(head?.hash).toBe(block['hash']);
			expect(Date.parse(head?.at ?? '')).toBe(Number(block['timestamp']) * 1000);
			expect(node?.identity).toMatchObject({ client: 'anvil', chainId: 31_337 });
			expect(node?.identity?.version).toMatch(/^\d+\.\d+\.\d+/);
			// Absent where this machine was late by so much that the time says nothing.
			expect(node?.poll.latencyMs ?? 1).toBeGreaterThan(0);
			expect(node?.target.kind).toBe('evm');
		}
	});

	it('one killed is down and unreachable at its next poll, and recovers by itself', async () => {
		const first = await anvilOn();
		const second = await anvilOn();
		const intervalMs = 1000;
		const current = watchNodes([
			targetFor(first.url, { name: 'a', intervalMs }),
			targetFor(second.url, { name: 'b', intervalMs }),
		]);
		watch = current;
		const node = (index: number) => current.fleet.getSnapshot().nodes[index]?.snapshot;
		await current.firstRound();
		expect([node(0)?.health.status, node(1)?.health.status]).toEqual(['up', 'up']);

		await first.kill();
		await expect
			.poll(() => node(0)?.poll.error?.code, { timeout: 40_000, interval: 20 })
			.toBe('unreachable');
		expect(node(0)?.health.status).toBe('down');
		const headThen = Number(node(1)?.chain?.head?.number);
		await expect
			.poll(() => Number(node(1)?.chain?.head?.number), { timeout: 40_000 })
			.toBeGreaterThan(headThen);
		expect(node(1)?.health.status).toBe('up');

		await anvilOn(Number(new URL(first.url).port));
		await expect
			.poll(() => node(0)?.poll.status, { timeout: 40_000, interval: 50 })
			.toMatch(/^(ok|partial)$/);
		// An anvil begins a chain of its own: the head went back, or the genesis is another.
		const codes = () => node(0)?.health.issues.map(({ code }) => code) ?? [];
		expect(['chainChanged', 'wentBack', 'syncing']).toEqual(expect.arrayContaining(codes()));
		expect(node(0)?.health.status).not.toBe('down');
	});

	it('--check makes the exit code the health', async () => {
		const anvil = await anvilOn();
		expect((await runNodetop(['--once', '--check', anvil.url])).exitCode).toBe(0);
		await anvil.kill();
		expect((await runNodetop(['--once', '--check', anvil.url])).exitCode).toBe(2);
	});
});

/** A metric of the Prometheus text, by its name without labels. */
async function metricsOf(url: string): Promise<(name: string) => number> {
	const text = await (await fetch(`${url}/metrics`)).text();
	return (name) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
}

describe('the demo network', () => {
	it('listens from the port named on, and takes faults at the port behind its nodes', async () => {
		// Below the range from which the system gives ports.
		const port = 20_000 + (process.pid % 10_000);
		const child = spawn(process.execPath, [bin, 'demo', '--serve', '--port', String(port)], {
			stdio: ['ignore', 'pipe', 'inherit'],
		});
		try {
			const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
			// The line that `demo --serve` prints.
			const { control, nodes } = JSON.parse(line) as { control: string; nodes: { url: string }[] };
			expect(nodes.map(({ url }) => Number(new URL(url).port))).toEqual(
				nodes.map((_, index) => port + index),
			);
			expect(control).toBe(`http://127.0.0.1:${port + 12}`);
			expect((await fetch(control)).status).toBe(200);
		} finally {
			child.kill('SIGTERM');
			await once(child, 'exit');
		}
	});

	it('is told as its nodes tell it themselves in /metrics', async () => {
		const child = spawn(process.execPath, [bin, 'demo', '--serve'], {
			stdio: ['ignore', 'pipe', 'inherit'],
		});
		try {
			const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
			// The line that `demo --serve` prints.
			const all = JSON.parse(line) as { nodes: { name: string; url: string; kind: string }[] };
			const nodes = all.nodes.filter(({ kind }) => kind === 'qudag');
			await expect
				.poll(async () => (await metricsOf(nodes[0]?.url ?? ''))('consensus_finalized_vertices'), {
					timeout: 40_000,
				})
				.toBeGreaterThan(5);
			const before = await Promise.all(nodes.map(({ url }) => metricsOf(url)));
			const { stdout } = await runNodetop([
				'--once',
				'--json',
				...nodes.map(({ name, url }) => `${name}=${url}`),
			]);
			const after = await Promise.all(nodes.map(({ url }) => metricsOf(url)));
			for (const [index, node] of documentSchema.parse(JSON.parse(stdout)).nodes.entries()) {
				const between = (value: unknown, name: string) => {
					expect(Number(value)).toBeGreaterThanOrEqual(before[index]?.(name) ?? Number.NaN);
					expect(Number(value)).toBeLessThanOrEqual(after[index]?.(name) ?? Number.NaN);
				};
				between(node.consensus?.round, 'consensus_round_counter');
				between(node.consensus?.finalized, 'consensus_finalized_vertices');
				between(node.dag?.edges, 'dag_edge_counter');
				between(node.dag?.depth, 'dag_depth_gauge');
				between(node.network?.peers, 'network_peer_gauge');
				between(node.consensus?.votingPower, 'consensus_voting_power_gauge');
			}
		} finally {
			child.kill('SIGTERM');
			await once(child, 'exit');
		}
	});

	it('shows all its kinds, each with figures that only a running network has', async () => {
		const { stdout } = await runNodetop(['demo', '--once', '--json', '--nodes', '5']);
		const { nodes } = documentSchema.parse(JSON.parse(stdout));
		const kindsOf = nodes.map(({ target }) => target.kind);
		expect(kindsOf.toSorted()).toEqual([
			...Array.from({ length: 4 }, () => 'bft'),
			...Array.from({ length: 2 }, () => 'evm'),
			...Array.from({ length: 5 }, () => 'qudag'),
			...Array.from({ length: 2 }, () => 'storj'),
		]);
		const stores = nodes.filter(({ target }) => target.kind === 'storj');
		for (const { storage, reputation, earnings, transfers } of stores) {
			expect(Number(storage?.usedBytes)).toBeGreaterThan(1e12);
			expect(reputation?.satellites).toHaveLength(4);
			expect(earnings?.monthUsd).toBeGreaterThan(0);
			expect(transfers?.log).toMatchObject({ status: 'following', unreadLines: 0 });
		}
		const replicas = nodes.filter(({ target }) => target.kind === 'bft');
		for (const { identity, consensus } of replicas) {
			expect(identity?.networkId).toBe('nodetop-devnet-hotstuff');
			expect(consensus).toMatchObject({ validators: 4, safetyViolations: 0, equivocations: 0 });
			expect(Number(consensus?.height)).toBeGreaterThan(1);
			expect(Number(consensus?.view)).toBeGreaterThan(Number(consensus?.height));
			expect(consensus?.leader).toMatch(/^hotstuff-[1-4]$/);
		}
		const chains = nodes.filter(({ target }) => target.kind === 'evm');
		for (const { identity, chain, network } of chains) {
			expect(identity?.chainId).toBe(880_888);
			expect(chain?.head?.hash).toMatch(/^0x[0-9a-f]{64}$/);
			expect(network?.peers).toBe(1);
		}
	});

	it('fills every section that a QuDAG node has', async () => {
		const { stdout, exitCode } = await runNodetop(['demo', '--once', '--json']);
		expect(exitCode).toBe(0);
		const document = documentSchema.parse(JSON.parse(stdout));
		expect(document.summary).toMatchObject({ nodes: 12, up: 12 });
		const nodes = document.nodes.filter(({ target }) => target.kind === 'qudag');
		expect(nodes).toHaveLength(4);
		for (const node of nodes) {
			expect(node.identity).toMatchObject({ networkId: 'nodetop-devnet', client: 'qudag' });
			expect(Object.keys(node.consensus ?? {})).toEqual(
				expect.arrayContaining([
					'status',
					'round',
					'finalized',
					'pending',
					'lastFinalizedAt',
					'averageFinalityMs',
				]),
			);
			expect(Object.keys(node.dag ?? {})).toEqual(
				expect.arrayContaining([
					'vertices',
					'edges',
					'tips',
					'depth',
					'branchingFactor',
					'growthPerSecond',
					'storageBytes',
					'recent',
				]),
			);
			expect(Object.keys(node.network ?? {})).toEqual(
				expect.arrayContaining([
					'peers',
					'inbound',
					'outbound',
					'bytesInPerSecond',
					'bytesOutPerSecond',
					'latencyMs',
					'messages',
					'peerList',
					'protocolVersions',
				]),
			);
			expect(Object.keys(node.resources ?? {})).toEqual(
				expect.arrayContaining([
					'cpuRatio',
					'memoryResidentBytes',
					'heapUsedBytes',
					'threads',
					'openFiles',
				]),
			);
		}
	});
});
