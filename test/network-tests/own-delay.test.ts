import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../source/domain/clock.ts';
import { createDelayMeter } from '../../source/domain/own-delay.ts';
import type { DelayMeter } from '../../source/domain/own-delay.ts';
import { summaryFactsOf } from '../../source/network-tests/result-text.ts';
import { resultSchema } from '../../source/network-tests/results.ts';
import type { Summary } from '../../source/network-tests/results.ts';
import { bandwidth } from '../../source/network-tests/tests/bandwidth.ts';
import { latency } from '../../source/network-tests/tests/latency.ts';
import { stress } from '../../source/network-tests/tests/stress.ts';
import { startServer } from '../helpers/http-server.ts';
import type { Handler } from '../helpers/http-server.ts';
import { collecting, testedNodeAt } from './tested-node.ts';

// A node is never called slow, or lossy, for time that this process spent on something else.

const cleanups: (() => Promise<void> | void)[] = [];

afterEach(async () => {
	for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function nodeWith(handler: Handler) {
	const server = await startServer(handler);
	cleanups.push(() => server.close());
	return testedNodeAt(server.url);
}

const answers: Handler = (_request, response) => response.end('ok');

/** Says of the spans for which `isLate` holds, counted from 0, that this process was late for an hour. */
function lateFor(isLate: (span: number) => boolean): DelayMeter {
	let spans = 0;
	return {
		begin() {
			const lateMs = isLate(spans++) ? 3_600_000 : 0;
			return { soFarMs: () => lateMs, end: () => lateMs };
		},
	};
}

function contextWith(delay: DelayMeter) {
	const { samples, context } = collecting();
	return { samples, context: { ...context, delay } };
}

function textOf(summary: Summary): string {
	resultSchema.parse(summary);
	return summaryFactsOf(summary)
		.map(({ label, value }) => `${label} ${value}`)
		.join('\n');
}

describe('latency beside own work', () => {
	it('leaves out the replies that this process was late for', async () => {
		const { samples, context } = contextWith(lateFor((span) => span === 2 || span === 3));
		const summary = await latency.run(
			await nodeWith(answers),
			{ count: 6, intervalMs: 20 },
			context,
		);
		expect(summary).toMatchObject({ outcome: 'measured', late: 2, failed: 0, totalMs: { n: 4 } });
		expect(samples.filter((sample) => 'error' in sample)).toMatchObject([
			{ error: 'OWN_DELAY' },
			{ error: 'OWN_DELAY' },
		]);
		expect(textOf(summary)).toContain('Not counted 2: this machine was too busy');
	});

	it('has no time of the first reply if this process was late for it', async () => {
		const { context } = contextWith(lateFor((span) => span === 0));
		const summary = await latency.run(
			await nodeWith(answers),
			{ count: 2, intervalMs: 20 },
			context,
		);
		expect(summary.connectMs).toBeUndefined();
		expect(summary.totalMs?.n).toBe(2);
	});

	it('holds no silence against the node, and does not give up on it', async () => {
		const { context } = contextWith(lateFor(() => true));
		const options = { count: 7, intervalMs: 20, timeoutMs: 50 };
		const summary = await latency.run(await nodeWith(() => undefined), options, context);
		expect(summary).toMatchObject({ failed: 0, late: 7 });
		expect(summary.endedEarly).toBeUndefined();
	});
});

describe('stress beside own work', () => {
	it('counts no timeout against the node that this process was late for', async () => {
		const { samples, context } = contextWith(lateFor((span) => span % 2 === 0));
		const options = { ratePerSecond: 50, durationMs: 200, timeoutMs: 50 };
		const summary = await stress.run(await nodeWith(() => undefined), options, context);
		expect(summary).toMatchObject({ sent: 10, late: 5, failed: 5, errors: { ETIMEDOUT: 5 } });
		expect(samples.at(-1)).toMatchObject({ sent: 10, failed: 5, late: 5, inFlight: 0 });
		expect(textOf(summary)).toContain('Not counted 5: this machine was too busy');
	});

	it('claims no rate that the node did not reach, if this process could not ask', async () => {
		// The first span is that of the whole test.
		const { context } = contextWith(lateFor((span) => span === 0));
		const options = { ratePerSecond: 50, durationMs: 200 };
		const summary = await stress.run(await nodeWith(answers), options, context);
		expect(summary.completed).toBe(10);
		expect(summary.achievedPerSecond).toBeUndefined();
	});

	it('has no latency of requests that were due while this process stood still', async () => {
		const stoodMs = 700;
		let asked = 0;
		const tested = await nodeWith((_request, response) => {
			asked += 1;
			// The node answers at once; it is this process that does nothing else meanwhile.
			response.end('ok', () => {
				if (asked === 5) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, stoodMs);
			});
		});
		const { context } = contextWith(createDelayMeter(systemClock));
		const options = { ratePerSecond: 50, durationMs: 1500 };
		const summary = await stress.run(tested, options, context);
		expect(summary).toMatchObject({ sent: 75, completed: 75, failed: 0 });
		// 35 requests were due meanwhile.
		expect(summary.late).toBeGreaterThan(25);
		expect(summary.latencyMs?.max ?? 0).toBeLessThan(stoodMs / 2);
	});
});

describe('bandwidth beside own work', () => {
	const serves: Handler = ({ method, path, body }, response) => {
		if (method === 'POST') return response.end(JSON.stringify({ bytes: body.length }));
		const bytes = Number(new URL(path, 'http://node').searchParams.get('bytes'));
		return response.end(Buffer.alloc(bytes));
	};

	it('tells no rate of a transfer that this process was late for', async () => {
		const { context } = contextWith(lateFor(() => true));
		const summary = await bandwidth.run(await nodeWith(serves), { bytes: 300_000 }, context);
		const cannot = 'this machine was too busy to measure a rate';
		expect(summary).toMatchObject({
			outcome: 'cannot',
			reason: cannot,
			download: { cannot },
			upload: { cannot },
		});
		expect(textOf(summary)).toContain(cannot);
	});

	it('keeps the direction that was measured', async () => {
		const { context } = contextWith(lateFor((span) => span === 1));
		const summary = await bandwidth.run(await nodeWith(serves), { bytes: 300_000 }, context);
		expect(summary).toMatchObject({
			outcome: 'measured',
			download: { bytes: 300_000 },
			upload: { cannot: 'this machine was too busy to measure a rate' },
		});
	});

	it('says no upload was too slow for its time, if this process was late', async () => {
		const { context } = contextWith(lateFor(() => true));
		const tested = await nodeWith(() => undefined);
		const options = { bytes: 300_000, direction: 'upload', durationMs: 200 } as const;
		const summary = await bandwidth.run(tested, options, context);
		expect(summary.upload).toEqual({ cannot: 'this machine was too busy to measure a rate' });
	});

	it('still says what the node answered', async () => {
		const { context } = contextWith(lateFor(() => true));
		const tested = await nodeWith((_request, response) => {
			response.writeHead(404);
			response.end();
		});
		const summary = await bandwidth.run(tested, {}, context);
		expect(summary.reason).toContain('serves no test transfers');
	});
});
