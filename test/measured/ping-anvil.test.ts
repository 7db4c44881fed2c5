import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { summarySchema } from '../../source/network-tests/results.ts';
import { anvilBinary } from '../helpers/anvil.ts';
import { bin } from '../helpers/run-nodetop.ts';
import { linkKind, openSlowLink } from '../helpers/slow-link.ts';
import type { SlowLink } from '../helpers/slow-link.ts';

const kind = linkKind();
const anvil = anvilBinary();
const pings = 80;
const everyMs = 100;

/** A blocking connect by Python, without an event loop or a line of ours. */
const connectLoop = `
import json, socket, sys, time
host, port, count, every = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]) / 1000
until = time.monotonic() + 30
while True:
    try:
        socket.create_connection((host, port), 1).close()
        break
    except OSError:
        if time.monotonic() > until: raise
        time.sleep(0.05)
print("up", flush=True)
times = []
started = time.monotonic()
for n in range(count):
    time.sleep(max(0, started + n * every - time.monotonic()))
    before = time.monotonic()
    socket.create_connection((host, port), 3).close()
    times.append((time.monotonic() - before) * 1000)
print(json.dumps(times))
`;

function outputOf(link: SlowLink, file: string, args: readonly string[]) {
	const child = link.spawn('client', file, args);
	let text = '';
	child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
	return { child, ended: once(child, 'close').then(() => text) };
}

const median = (values: readonly number[]) =>
	values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/**
 * Both measure at the same time, so that what else the machine does meets both alike. A link of 20 ms lies
 * between: on loopback a handshake takes 0.05 ms, of which either program's own share is most.
 */
async function measureBoth(): Promise<{ ours: number; theirs: number; n: number }> {
	const link = await openSlowLink(kind ?? 'tun', { delayMs: 20 });
	try {
		const { serverAddress } = link;
		link.spawn('server', anvil ?? '', ['--host', serverAddress, '--port', '8545', '--silent']);
		const args = ['-c', connectLoop, serverAddress, '8545', `${pings}`, `${everyMs}`];
		const python = outputOf(link, 'python3', args);
		if (python.child.stdout) await once(python.child.stdout, 'data');
		const home = mkdtempSync(path.join(tmpdir(), 'nodetop-ping-'));
		const nodetop = outputOf(link, 'env', [
			`XDG_CONFIG_HOME=${home}`,
			`XDG_STATE_HOME=${home}`,
			process.execPath,
			bin,
			'network',
			'test',
			'ping',
			`anvil=http://${serverAddress}:8545`,
			'--count',
			`${pings}`,
			'--every',
			`${everyMs}ms`,
			'--json',
		]);
		const [theirs, ours] = await Promise.all([python.ended, nodetop.ended]);
		const summary = summarySchema.parse(JSON.parse(ours.trim().split('\n').at(-1) ?? ''));
		if (summary.test !== 'ping') throw new Error('no ping');
		// Printed by the program above.
		const times = JSON.parse(theirs.trim().split('\n').at(-1) ?? '') as number[];
		return {
			ours: summary.connectMs?.p50 ?? Number.NaN,
			theirs: median(times),
			n: Math.min(times.length, summary.connectMs?.n ?? 0),
		};
	} finally {
		link.close();
	}
}

describe.skipIf(kind === undefined || anvil === undefined)(
	`ping of a real anvil over a link of 20 ms, by ${kind} (skipped without network namespaces or anvil)`,
	() => {
		it(
			'agrees with a connect loop in Python within 10 %, by medians of 80',
			{ timeout: 60_000 },
			async () => {
				const { ours, theirs, n } = await measureBoth();
				const off = ours / theirs - 1;
				process.stdout.write(
					`ping ${ours.toFixed(2)} ms, Python ${theirs.toFixed(2)} ms: ${(off * 100).toFixed(1)} % off, n ${n}\n`,
				);
				expect(n).toBe(pings);
				expect(theirs).toBeGreaterThan(19);
				expect(Math.abs(off)).toBeLessThan(0.1);
			},
		);
	},
);
