import { once } from 'node:events';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { summarySchema } from '../../source/network-tests/results.ts';
import type { Summary, TestName } from '../../source/network-tests/results.ts';
import type { TestOptions } from '../../source/network-tests/test.ts';
import { buildEntry } from '../helpers/build-entry.ts';
import { linkKind, openSlowLink } from '../helpers/slow-link.ts';
import type { LinkFigures, SlowLink } from '../helpers/slow-link.ts';

/** What holds on a machine of any speed; how exact the figures are is measured in test/measured. */
const port = '8080';
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
): Promise<Summary> {
	link = await openSlowLink(kind ?? 'tun', figures);
	const { serverAddress } = link;
	const server = link.spawn('server', process.execPath, [serverEntry, serverAddress, port]);
	if (server.stdout) await once(server.stdout, 'data');
	const url = `http://${serverAddress}:${port}`;
	const args = [clientEntry, name, url, JSON.stringify(options)];
	const client = link.spawn('client', process.execPath, args);
	let text = '';
	client.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
	await once(client, 'close');
	return summarySchema.parse(JSON.parse(text));
}

describe.skipIf(kind === undefined)(
	`over a link, by ${kind} (skipped where network namespaces may not be made)`,
	() => {
		beforeAll(async () => {
			[serverEntry, clientEntry] = await Promise.all([
				buildEntry('test/entries/nettest-server.ts'),
				buildEntry('test/entries/nettest-client.ts'),
			]);
		});

		it('no layer is faster than the link', async () => {
			const summary = await measure({ delayMs: 40 }, 'ping', { count: 10, intervalMs: 20 });
			if (summary.test !== 'ping') throw new Error('no ping');
			expect(summary.sent).toBe(10);
			expect(summary.connectMs?.min).toBeGreaterThan(39);
			expect(summary.firstByteMs?.min).toBeGreaterThan(39);
			expect(summary.totalMs?.min).toBeGreaterThan(79);
		});

		it('no more comes through than it lets', async () => {
			const figures = { delayMs: 5, bitsPerSecond: 8_000_000 };
			const options = { bytes: 500_000, direction: 'download' } as const;
			const rates: number[] = [];
			const rate = async (): Promise<number> => {
				const summary = await measure(figures, 'bandwidth', options);
				if (summary.test !== 'bandwidth') throw new Error('no bandwidth');
				const { download } = summary;
				rates.push(download && 'bytesPerSecond' in download ? download.bytesPerSecond : 0);
				return rates.at(-1) ?? 0;
			};
			// nodetop reports no figure for a time in which this machine was too busy to count.
			await expect.poll(rate, { timeout: 50_000, interval: 0 }).toBeGreaterThan(0);
			expect(8 * Math.max(...rates)).toBeLessThan(8_800_000);
		});
	},
);
