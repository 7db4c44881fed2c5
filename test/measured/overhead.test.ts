import { readdirSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { latency } from '../../source/network-tests/tests/latency.ts';
import { ping } from '../../source/network-tests/tests/ping.ts';
import { anvilBinary, startAnvil } from '../helpers/anvil.ts';
import type { Anvil } from '../helpers/anvil.ts';
import { collecting, testedNodeAt } from '../network-tests/tested-node.ts';

const pairs = 9;
const sliceMs = 900;
const mostOverhead = 0.05;
const question = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_blockNumber', params: [] });

let anvil: Anvil | undefined;

beforeAll(async () => {
	if (anvilBinary() !== undefined) anvil = await startAnvil();
});

afterAll(async () => {
	await anvil?.stop();
});

interface Slice {
	readonly timesMs: readonly number[];
	/** Of the node's processor time, a request. */
	readonly costUs: number;
}

/** The node's normal traffic: one question after the other on one connection, for a slice of time. */
async function load(node: Anvil, agent: Agent): Promise<Slice> {
	const cpuBefore = cpuSecondsOf(node.pid);
	const startedMs = performance.now();
	const timesMs: number[] = [];
	while (performance.now() - startedMs < sliceMs) {
		const askedMs = performance.now();
		await ask(node.url, agent);
		timesMs.push(performance.now() - askedMs);
	}
	return { timesMs, costUs: ((cpuSecondsOf(node.pid) - cpuBefore) * 1e6) / timesMs.length };
}

function ask(url: string, agent: Agent): Promise<void> {
	return new Promise((resolve, reject) => {
		const headers = { 'content-type': 'application/json' };
		const sent = request(url, { agent, method: 'POST', headers }, (reply) => {
			reply.resume();
			reply.once('end', resolve);
		});
		sent.once('error', reject);
		sent.end(question);
	});
}

/** Time on a processor of all threads, to the nanosecond (the kernel's sched-stats.rst, schedstat). */
function cpuSecondsOf(pid: number): number {
	const threads = readdirSync(`/proc/${pid}/task`);
	const times = threads.map((thread) => {
		const [spentNs] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ');
		return Number(spentNs);
	});
	return times.reduce((sum, spentNs) => sum + spentNs, 0) / 1e9;
}

/** Ping and latency as a user would start them, again and again until the signal aborts. */
async function keepTesting(url: string, signal: AbortSignal): Promise<number> {
	const tested = await testedNodeAt(url);
	const { context, samples } = collecting(signal);
	const again = async (test: typeof ping | typeof latency) => {
		while (!signal.aborted) await test.run(tested, {}, context);
	};
	await Promise.all([again(ping), again(latency)]);
	return samples.length;
}

const median = (values: readonly number[]) =>
	values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** In turns, each first as often as second, so that what else the machine does meets both alike. */
async function compare(node: Anvil) {
	const agent = new Agent({ keepAlive: true, maxSockets: 1 });
	const alone: Slice[] = [];
	const tested: Slice[] = [];
	let samples = 0;
	const underTest = async () => {
		const stop = new AbortController();
		const testing = keepTesting(node.url, stop.signal);
		tested.push(await load(node, agent));
		stop.abort();
		samples += await testing;
	};
	await load(node, agent);
	for (let pair = 0; pair < pairs; pair++) {
		if (pair % 2 === 0) alone.push(await load(node, agent));
		await underTest();
		if (pair % 2 === 1) alone.push(await load(node, agent));
	}
	agent.destroy();
	const ratios = alone.map(({ costUs }, pair) => (tested[pair]?.costUs ?? Number.NaN) / costUs);
	const of = (slices: readonly Slice[]) => ({
		costUs: median(slices.map(({ costUs }) => costUs)),
		replyMs: median(slices.flatMap(({ timesMs }) => timesMs)),
		requests: slices.reduce((sum, { timesMs }) => sum + timesMs.length, 0),
	});
	return { overhead: median(ratios) - 1, samples, alone: of(alone), tested: of(tested) };
}

describe.skipIf(anvilBinary() === undefined || process.platform !== 'linux')(
	'what ping and latency tests cost a real anvil (skipped without anvil or /proc)',
	() => {
		it(
			`in the default settings its normal requests take it less than ${mostOverhead * 100} % more`,
			{ timeout: 120_000 },
			async () => {
				if (!anvil) throw new Error('no anvil');
				const { overhead, samples, alone, tested } = await compare(anvil);
				process.stdout.write(
					[
						`${samples} exchanges of tests beside ${tested.requests} requests (${alone.requests} alone)`,
						`CPU a request ${alone.costUs.toFixed(1)} µs alone, ${tested.costUs.toFixed(1)} µs tested; pair by pair ${(overhead * 100).toFixed(1)} %`,
						`reply p50 ${alone.replyMs.toFixed(3)} ms alone, ${tested.replyMs.toFixed(3)} ms tested\n`,
					].join('\n'),
				);
				expect(samples).toBeGreaterThan(pairs * 10);
				expect(overhead).toBeLessThan(mostOverhead);
			},
		);
	},
);
