import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { hasEtcd } from '../helpers/etcd.ts';
import { bin } from '../helpers/run-nodetop.ts';
import { linkKind, openSlowLink } from '../helpers/slow-link.ts';
import type { LinkFigures } from '../helpers/slow-link.ts';

const kind = linkKind();
const canRun = kind !== undefined && hasEtcd();
const directory = mkdtempSync(path.join(tmpdir(), 'nodetop-link-'));
const lossy = { lossRatio: 0.03 };
const slow = { delayMs: 40, jitterMs: 5 };
const narrow = { bitsPerSecond: 8_000_000 };

afterAll(() => {
	rmSync(directory, { recursive: true, force: true });
});

interface Finding {
	readonly cause: string;
	readonly confidence: string;
}

let runs = 0;

/** `nodetop diagnose` of a real etcd behind a link of those figures. Loss of 3 % takes its time. */
async function diagnose(figures: LinkFigures): Promise<readonly Finding[]> {
	runs += 1;
	const home = path.join(directory, `${runs}`);
	const link = await openSlowLink(kind ?? 'tun', figures);
	try {
		const url = `http://${link.serverAddress}:2379`;
		const ownPeer = 'http://127.0.0.1:2380';
		const options = {
			'data-dir': path.join(home, 'data'),
			logger: 'zap',
			'log-level': 'fatal',
			'listen-client-urls': url,
			'advertise-client-urls': url,
			'listen-peer-urls': ownPeer,
			'initial-advertise-peer-urls': ownPeer,
			'initial-cluster': `default=${ownPeer}`,
		};
		const words = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
		const etcd = link.spawn('server', 'etcd', words);
		etcd.stdout?.resume();
		await untilServed(link, url);
		const client = link.spawn('client', 'env', [
			`XDG_CONFIG_HOME=${home}`,
			`XDG_STATE_HOME=${home}`,
			process.execPath,
			bin,
			'diagnose',
			`node=${url}/metrics`,
			'--json',
			'--for',
			figures.lossRatio === undefined ? '2s' : '30s',
		]);
		let text = '';
		client.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
		await once(client, 'close');
		const { diagnoses } = JSON.parse(text) as {
			readonly diagnoses: readonly { readonly findings: readonly Finding[] }[];
		};
		return diagnoses[0]?.findings ?? [];
	} finally {
		link.close();
	}
}

async function untilServed(
	link: Awaited<ReturnType<typeof openSlowLink>>,
	url: string,
): Promise<void> {
	const script = `
		const giveUpAt = Date.now() + 30_000;
		while (Date.now() < giveUpAt) {
			const reply = await fetch('${url}/version').catch(() => undefined);
			if (reply?.ok) process.exit(0);
			await new Promise((resolve) => setTimeout(resolve, 50));
		}
		process.exit(1);`;
	const waiter = link.spawn('server', process.execPath, ['--input-type=module', '-e', script]);
	const [code] = (await once(waiter, 'close')) as [number];
	if (code !== 0) throw new Error('etcd does not answer in its namespace');
}

describe.skipIf(!canRun)(
	`diagnose of a real etcd over a link of known figures, by ${kind} (skipped without network namespaces or etcd)`,
	() => {
		it.concurrent.each([
			['nothing at all', {}, []],
			['40 ms ± 5', slow, ['highLatency']],
			['3 % loss', lossy, ['packetLoss']],
			['8 Mbit/s', narrow, ['throttled']],
			['40 ms ± 5 and 3 % loss', { ...slow, ...lossy }, ['highLatency', 'packetLoss']],
			['40 ms ± 5 and 8 Mbit/s', { ...slow, ...narrow }, ['highLatency', 'throttled']],
			['3 % loss and 8 Mbit/s', { ...lossy, ...narrow }, ['packetLoss', 'throttled']],
		] as const)(
			'%s: names each cause, and nothing else',
			{ timeout: 90_000 },
			async (name, figures, expected) => {
				const findings = await diagnose(figures);
				const told = findings.map(({ cause, confidence }) => `${cause} (${confidence})`);
				process.stdout.write(`${name}: ${told.join(', ') || 'healthy'}\n`);
				expect(findings.map(({ cause }) => cause).toSorted()).toEqual(expected.toSorted());
			},
		);
	},
);
