import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { ping } from '../../source/network-tests/tests/ping.ts';
import { anvilBinary, startAnvil } from '../helpers/anvil.ts';
import { collecting, testedNodeAt } from '../network-tests/tested-node.ts';

it.skipIf(anvilBinary() === undefined)(
	'agrees with an independent measurement of a real anvil (skipped where anvil is not installed)',
	async () => {
		const anvil = await startAnvil();
		onTestFinished(() => anvil.stop());
		const tested = await testedNodeAt(anvil.url);
		// Both are warm before they count, and take turns, so that the machine's load is the same.
		await ping.run(tested, { count: 20, intervalMs: 20 }, collecting().context);
		const ours: number[] = [];
		const theirs: number[] = [];
		for (let round = 0; round < 10; round++) {
			const { samples, context } = collecting();
			await ping.run(tested, { count: 10, intervalMs: 20 }, context);
			for (const sample of samples) {
				if (sample.test === 'ping' && sample.totalMs !== undefined) ours.push(sample.totalMs);
			}
			for (let n = 0; n < 10; n++) {
				await pause(20);
				theirs.push(await timeByHand(anvil.url));
			}
		}
		const difference = Math.abs(median(ours) - median(theirs));
		// Below 0.25 ms it is noise.
		expect(difference).toBeLessThan(Math.max(0.25, median(theirs) * 0.1));
	},
);

/** A request written by hand on a socket, without any code of ours. */
function timeByHand(url: string): Promise<number> {
	const { hostname, port } = new URL(url);
	return new Promise((resolve, reject) => {
		const started = performance.now();
		const socket = connect(Number(port), hostname);
		socket.once('connect', () => {
			socket.write(`GET / HTTP/1.1\r\nHost: ${hostname}\r\nConnection: close\r\n\r\n`);
		});
		socket.on('error', reject);
		socket.once('end', () => {
			resolve(performance.now() - started);
			socket.destroy();
		});
		socket.resume();
	});
}

function median(values: readonly number[]): number {
	return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
