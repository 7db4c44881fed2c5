import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { freePorts } from '../../helpers/free-ports.ts';
import { watchUrl } from './watching.ts';

const isInstalled = (program: string) =>
	spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
const hasExporter = isInstalled('prometheus-node-exporter');
const hasPrometheus = isInstalled('prometheus');
if (!hasExporter)
	console.info('skipped: node_exporter is not installed (prometheus-node-exporter)');
if (!hasPrometheus) console.info('skipped: Prometheus is not installed (prometheus)');

const directory = mkdtempSync(path.join(tmpdir(), 'nodetop-prometheus-'));
const children: ChildProcess[] = [];

afterEach(async () => {
	await Promise.all(
		children.splice(0).map(
			(child) =>
				new Promise<void>((resolve) => {
					child.once('exit', () => {
						resolve();
					});
					child.kill('SIGKILL');
				}),
		),
	);
});

afterAll(() => {
	rmSync(directory, { recursive: true, force: true });
});

/** Starts a program on a free port of loopback; resolves when its metrics answer. */
async function start(program: string, argsFor: (address: string) => string[]): Promise<string> {
	const [port] = await freePorts(1);
	const address = `127.0.0.1:${port}`;
	children.push(spawn(program, argsFor(address), { stdio: 'ignore' }));
	const url = `http://${address}`;
	await vi.waitFor(
		async () => {
			const { ok } = await fetch(`${url}/metrics`);
			expect(ok).toBe(true);
		},
		{ timeout: 40_000 },
	);
	return url;
}

describe('real expositions', () => {
	it.skipIf(!hasExporter)('of node_exporter show this machine', async () => {
		const url = await start('prometheus-node-exporter', (address) => [
			`--web.listen-address=${address}`,
		]);
		const node = watchUrl(url);
		expect(await node.probe()).toMatchObject({ confidence: 'likely' });
		const first = await node.poll();
		expect(first.resources?.source).toBe('host');
		expect(Number(first.resources?.memoryTotalBytes)).toBeGreaterThan(0.5 * totalmem());
		expect(Number(first.resources?.memoryAvailableBytes)).toBeGreaterThan(0);
		expect(first.identity).toMatchObject({ client: 'node_exporter' });
		expect(first.identity?.uptimeSeconds).toBeGreaterThan(0);
		expect(Math.abs(first.clock?.offsetMs ?? Infinity)).toBeLessThanOrEqual(
			first.clock?.uncertaintyMs ?? 0,
		);
		await vi.waitFor(
			async () => {
				const { resources } = await node.poll();
				expect(resources?.cpuRatio).toBeGreaterThanOrEqual(0);
				expect(resources?.cpuRatio).toBeLessThanOrEqual(1.05);
			},
			{ timeout: 40_000 },
		);
	});

	it.skipIf(!hasPrometheus)('of Prometheus show its process', async () => {
		const config = path.join(directory, 'prometheus.yml');
		writeFileSync(config, 'global:\n  scrape_interval: 1m\n');
		const url = await start('prometheus', (address) => [
			`--config.file=${config}`,
			`--storage.tsdb.path=${path.join(directory, 'data')}`,
			`--web.listen-address=${address}`,
		]);
		const node = watchUrl(url);
		const version = spawnSync('prometheus', ['--version'], { encoding: 'utf8' });
		const [, told] = /version (\S+)/.exec(version.stdout + version.stderr) ?? [];
		const first = await node.poll();
		expect(first.identity).toMatchObject({ client: 'prometheus', version: told });
		expect(first.identity?.uptimeSeconds).toBeLessThan(60);
		expect(first.resources?.source).toBe('node');
		expect(Number(first.resources?.memoryResidentBytes)).toBeGreaterThan(10_000_000);
		expect(first.resources?.openFiles).toBeGreaterThan(5);
		expect(first.consensus).toBeUndefined();
		expect(first.unrecognised?.seems).toBe('metrics of Prometheus itself');
		const second = await node.poll();
		expect(second.resources?.cpuRatio).toBeGreaterThanOrEqual(0);
	});
});
