import { expect, it, vi } from 'vitest';
import type { Adapter } from '../../source/adapters/adapter.ts';
import { createHostFallback } from '../../source/app/host-fallback.ts';
import { systemClock } from '../../source/domain/clock.ts';
import type { Reading } from '../../source/sections/snapshot.ts';
import { targetFor } from '../helpers/targets.ts';

it('keeps the figures of a machine that cannot be measured for a while, and gives them up at last', async () => {
	let nowMs = 0;
	let isBusy = false;
	const poll = vi.fn<() => Promise<Reading>>(() =>
		isBusy
			? Promise.reject(new Error('too busy'))
			: Promise.resolve({ resources: { source: 'host' as const, cpuRatio: 0.5 } }),
	);
	const host = { open: () => ({ poll, close: () => undefined }) } as Partial<Adapter> as Adapter;
	const fallback = createHostFallback({ ...systemClock, steadyNow: () => nowMs }, host);
	const node = targetFor('http://127.0.0.1:1');
	const after = async (seconds: number) => {
		nowMs += seconds * 1000;
		const polls = poll.mock.calls.length;
		fallback.complete(node, {});
		await vi.waitFor(
			() => {
				expect(poll.mock.calls.length).toBe(polls + 1);
			},
			{ timeout: 40_000 },
		);
		await new Promise(setImmediate);
		return fallback.complete(node, {}).resources?.cpuRatio;
	};
	expect(await after(0)).toBe(0.5);
	isBusy = true;
	expect(await after(20)).toBe(0.5);
	expect(await after(270)).toBe(0.5);
	expect(await after(20)).toBeUndefined();
	isBusy = false;
	expect(await after(20)).toBe(0.5);
	fallback.close();
});

it('lends the figures of this machine to no node elsewhere, nor to one behind a proxy or with its own', async () => {
	const resources = { source: 'host', cpuRatio: 0.5 } as const;
	const poll = vi.fn<() => Promise<Reading>>(() => Promise.resolve({ resources }));
	const host = { open: () => ({ poll, close: () => undefined }) } as Partial<Adapter> as Adapter;
	const fallback = createHostFallback(systemClock, host);
	const here = targetFor('http://127.0.0.1:1');
	await expect.poll(() => fallback.complete(here, {}).resources).toEqual(resources);
	expect(fallback.complete(targetFor('http://203.0.113.9:1'), {})).toEqual({});
	const nobody = { user: undefined, password: undefined };
	const proxy = { scheme: 'http', host: '127.0.0.1', port: 2, ...nobody } as const;
	expect(fallback.complete({ ...here, proxy }, {})).toEqual({});
	const own: Reading = { resources: { source: 'node', cpuRatio: 0.1 } };
	expect(fallback.complete(here, own)).toBe(own);
	fallback.close();
});
