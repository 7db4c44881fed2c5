import { syncBuiltinESMExports } from 'node:module';
import os, { hostname, totalmem } from 'node:os';
import { platform } from 'node:process';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { host } from '../../../source/adapters/host/adapter.ts';
import { createCpuMeter } from '../../../source/adapters/host/measure.ts';
import { readingSchema } from '../../../source/sections/snapshot.ts';
import { contextFor, targetFor } from '../../helpers/targets.ts';

const target = targetFor('host:');

describe('the host', () => {
	it('answers the first poll before its processors are measured', async () => {
		const source = host.open(target);
		const reading = readingSchema.parse(await source.poll(contextFor(target)));
		source.close();
		expect(reading.resources).toMatchObject({
			source: 'host',
			memoryTotalBytes: expect.any(Number),
			memoryResidentBytes: expect.any(Number),
			memoryAvailableBytes: expect.any(Number),
			diskTotalBytes: expect.any(Number),
			diskAvailableBytes: expect.any(Number),
		});
		expect(reading.resources).not.toHaveProperty('cpuRatio');
		expect(reading.resources).not.toHaveProperty('diskReadsPerSecond');
		expect(reading.network).toBeUndefined();
		expect(reading.endpoints).toBeUndefined();
		expect(reading.latencyMs).toBeGreaterThan(0);
	});

	it('measures what the machine has', async () => {
		const { identity, resources } = await host.open(target).poll(contextFor(target));
		const memory = Number(resources?.memoryTotalBytes);
		expect(memory).toBeGreaterThan(totalmem() * 0.9);
		expect(memory).toBeLessThan(totalmem() * 1.1);
		const inUse = Number(resources?.memoryResidentBytes) + Number(resources?.memoryAvailableBytes);
		expect(inUse).toBeLessThanOrEqual(memory);
		expect(Number(resources?.diskAvailableBytes)).toBeLessThan(Number(resources?.diskTotalBytes));
		expect(identity).toMatchObject({
			nodeId: hostname(),
			client: expect.stringMatching(/\w/),
			version: expect.stringMatching(/\w/),
			uptimeSeconds: expect.any(Number),
		});
	});

	it('gives CPU and rates from a later poll on, and one start time', async () => {
		const source = host.open(target);
		const first = await source.poll(contextFor(target));
		const later = await expect
			.poll(() => source.poll(contextFor(target)), { timeout: 40_000, interval: 100 })
			.toSatisfy((reading) => reading.resources.cpuRatio !== undefined)
			.then(() => source.poll(contextFor(target)));
		source.close();
		expect(later.resources?.cpuRatio).toBeGreaterThanOrEqual(0);
		expect(later.resources?.cpuRatio).toBeLessThanOrEqual(1);
		expect(later.identity?.startedAt).toBe(first.identity?.startedAt);
		expect(Date.parse(later.identity?.startedAt ?? '')).toBeLessThan(Date.now());
		expect(readingSchema.parse(later)).toEqual(later);
	});

	it.runIf(platform === 'linux')('tells threads, open files and traffic on Linux', async () => {
		const source = host.open(target);
		await source.poll(contextFor(target, { now: () => Date.now() - 1000 }));
		const { resources, network } = await source.poll(contextFor(target));
		source.close();
		expect(resources?.threads).toBeGreaterThan(1);
		expect(resources?.openFiles).toBeGreaterThan(0);
		expect(network?.bytesInPerSecond ?? 0).toBeGreaterThanOrEqual(0);
	});

	it('has the busy share of all its cores together', () => {
		const cores = Array.from({ length: 16 }, () => ({ user: 0, nice: 0, sys: 0, idle: 0, irq: 0 }));
		const cpus = vi
			.spyOn(os, 'cpus')
			.mockImplementation(() =>
				cores.map((times) => ({ model: '', speed: 1, times: { ...times } })),
			);
		syncBuiltinESMExports();
		onTestFinished(() => {
			cpus.mockRestore();
			syncBuiltinESMExports();
		});
		const read = createCpuMeter();
		expect(read()).toBeUndefined();
		for (const [index, times] of cores.entries()) times[index < 2 ? 'user' : 'idle'] += 1000;
		expect(read()).toBe(2 / 16);
	});

	it('is this machine only', async () => {
		const other = targetFor('host://elsewhere');
		expect(await host.probe(other)).toBeUndefined();
		await expect(host.open(other).poll(contextFor(other))).rejects.toMatchObject({
			code: 'unsupported',
		});
		for (const url of ['host:', 'host://', 'host://local', 'HOST://local/']) {
			const known = targetFor(url);
			expect(await host.probe(known)).toEqual({
				found: `this machine, ${hostname()}`,
				confidence: 'certain',
			});
		}
	});

	it('says why it has no consensus, DAG and chain', () => {
		expect(host.absentSections).toEqual({
			consensus: 'this is a machine, not a node',
			dag: 'this is a machine, not a node',
			chain: 'this is a machine, not a node',
		});
	});
});
