import { once } from 'node:events';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { summarySchema } from '../../source/network-tests/results.ts';
import type { Summary, TestName } from '../../source/network-tests/results.ts';
import type { TestOptions } from '../../source/network-tests/test.ts';
import { buildEntry } from '../helpers/build-entry.ts';
import { linkKind, openSlowLink } from '../helpers/slow-link.ts';
import type { LinkFigures, SlowLink } from '../helpers/slow-link.ts';

const pings = 1000;
const port = 8080;
const kind = linkKind();

let serverEntry = '';
let clientEntry = '';
let link: SlowLink | undefined;

afterEach(() => {
	link?.close();
	link = undefined;
});

async function measure(
	figures: LinkFigures,
	name: TestName,
	options: TestOptions,
	path = `http://10.78.0.2:${port}`,
): Promise<Summary> {
	link = await openSlowLink(kind ?? 'tun', figures);
	const server = link.spawn('server', process.execPath, [
		serverEntry,
		link.serverAddress,
		String(port),
	]);
	if (server.stdout) await once(server.stdout, 'data');
	const args = [clientEntry, name, path, JSON.stringify(options)];
	const client = link.spawn('client', process.execPath, args);
	let text = '';
	client.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
	await once(client, 'close');
	return summarySchema.parse(JSON.parse(text));
}

describe.skipIf(kind === undefined)(
	`over a link of known figures, by ${kind} (skipped where network namespaces may not be made)`,
	() => {
		beforeAll(async () => {
			serverEntry = await buildEntry('test/entries/nettest-server.ts');
			clientEntry = await buildEntry('test/entries/nettest-client.ts');
		});

		it('tells 40 ms ± 5 and 3 % loss: latency within 10 %, loss within one point', async () => {
			const figures = { delayMs: 40, jitterMs: 5, lossRatio: 0.03 };
			const summary = await measure(
				figures,
				'ping',
				{ count: pings, intervalMs: 20 },
				`tcp://10.78.0.2:${port}`,
			);
			if (summary.test !== 'ping') throw new Error('no ping');
			expect(summary.sent).toBe(pings);
			expect(Math.abs((summary.connectMs?.avg ?? 0) / 40 - 1)).toBeLessThan(0.1);
			expect(Math.abs((summary.connectMs?.p50 ?? 0) / 40 - 1)).toBeLessThan(0.1);
			expect(summary.connectMs?.min).toBeGreaterThan(34);
			expect(summary.connectMs?.p95).toBeLessThan(49);
			// netem draws its dice: its own share is that far off at times.
			const drawn = kind === 'netem' ? 3 * Math.sqrt((0.03 * 0.97) / pings) : 0;
			expect(Math.abs((summary.lossRatio ?? 0) - 0.03)).toBeLessThan(Math.max(0.01, drawn));
			expect(summary.jitterMs).toBeGreaterThan(1);
			expect(summary.jitterMs).toBeLessThan(10);
		});

		it('tells 8 Mbit/s within 10 %', async () => {
			const figures = { delayMs: 5, bitsPerSecond: 8_000_000 };
			const options = { bytes: 3_000_000, direction: 'download' } as const;
			const summary = await measure(figures, 'bandwidth', options);
			if (summary.test !== 'bandwidth') throw new Error('no bandwidth');
			const { download } = summary;
			const rate = download && 'bytesPerSecond' in download ? download.bytesPerSecond : 0;
			expect(Math.abs((rate * 8) / 8_000_000 - 1)).toBeLessThan(0.1);
		});

		it('tells first byte and total over a long path layer by layer', async () => {
			const summary = await measure({ delayMs: 40 }, 'ping', { count: 20, intervalMs: 50 });
			if (summary.test !== 'ping') throw new Error('no ping');
			expect(Math.abs((summary.firstByteMs?.p50 ?? 0) / 40 - 1)).toBeLessThan(0.1);
			expect(Math.abs((summary.totalMs?.p50 ?? 0) / 80 - 1)).toBeLessThan(0.1);
			expect(summary.lossRatio).toBe(0);
		});
	},
);
