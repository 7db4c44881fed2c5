import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import got from 'got';
import { describe, expect, it, vi } from 'vitest';
import { Secret } from '../../../../source/domain/secret.ts';
import type { AlertmanagerSettings } from '../../../../source/alerts/delivery/channels/alertmanager/settings.ts';
import type { Channel } from '../../../../source/domain/channel.ts';
import { sendJson, startServer } from '../../../helpers/http-server.ts';
import { afterThisTest, deliveryTo, incident, policy, resolved } from '../helpers.ts';

const program = findProgram();
if (program === undefined) {
	process.stdout.write(
		'skipped: a real Alertmanager receives and resolves (prometheus-alertmanager is not installed)\n',
	);
}

/** Debian's name first. */
function findProgram(): string | undefined {
	return ['prometheus-alertmanager', 'alertmanager'].find((name) => {
		try {
			execFileSync(name, ['--version'], { stdio: 'ignore' });
			return true;
		} catch {
			return false;
		}
	});
}

async function freePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>((resolve) => {
		server.listen(0, '127.0.0.1', resolve);
	});
	const { port } = server.address() as AddressInfo;
	await new Promise((resolve) => {
		server.close(resolve);
	});
	return port;
}

interface AlertInIt {
	readonly labels: Readonly<Record<string, string>>;
	readonly annotations: Readonly<Record<string, string>>;
	readonly startsAt: string;
}

async function startAlertmanager(name: string, hookUrl: string) {
	const directory = await mkdtemp(path.join(tmpdir(), 'nodetop-alertmanager-'));
	afterThisTest(() => rm(directory, { recursive: true, force: true }));
	const config = path.join(directory, 'alertmanager.yml');
	await writeFile(
		config,
		`route: {receiver: sink, group_by: [alertname], group_wait: 0s, group_interval: 1s}
receivers: [{name: sink, webhook_configs: [{url: '${hookUrl}', send_resolved: true}]}]
`,
	);
	const port = await freePort();
	const child = spawn(
		name,
		[
			`--config.file=${config}`,
			`--storage.path=${directory}`,
			`--web.listen-address=127.0.0.1:${port}`,
			'--cluster.listen-address=',
		],
		{ stdio: 'ignore' },
	);
	afterThisTest(async () => {
		const ended = new Promise((resolve) => {
			child.once('exit', resolve);
		});
		child.kill('SIGKILL');
		await ended;
	});
	const url = `http://127.0.0.1:${port}`;
	await vi.waitFor(() => got(`${url}/-/ready`, { retry: { limit: 0 } }), {
		timeout: 40_000,
		interval: 50,
	});
	return { url, alerts: () => got(`${url}/api/v2/alerts`).json<AlertInIt[]>() };
}

describe('a real Alertmanager', () => {
	it.skipIf(program === undefined)('receives, follows a raise, and resolves', async () => {
		const hook = await startServer((_, response) => sendJson(response, {}));
		afterThisTest(() => hook.close());
		const { url, alerts } = await startAlertmanager(program ?? '', hook.url);
		const channel: Channel & AlertmanagerSettings = {
			...policy,
			type: 'alertmanager',
			name: 'am',
			url: new Secret(`${url}/`),
			token: undefined,
			headers: undefined,
			remindsWhileMuted: true,
			minSeverity: 'info',
			groupBy: [],
			groupWaitMs: 0,
			groupIntervalMs: 0,
		};
		const clock = { nowMs: Date.now() };
		const since = new Date(clock.nowMs - 60_000).toISOString();
		const critical = incident('a', { since });
		const delivery = await deliveryTo([channel], clock);
		const update = async (...incidents: Parameters<typeof delivery.update>[0]): Promise<void> => {
			clock.nowMs = Date.now();
			await delivery.update(incidents, clock.nowMs);
		};
		await update({ ...critical, severity: 'warning' });
		await vi.waitFor(async () => expect(await severities()).toEqual(['warning']), {
			timeout: 40_000,
		});
		await update(critical);
		await vi.waitFor(async () => expect(await severities()).toEqual(['critical']), {
			timeout: 40_000,
		});
		const [alert] = await alerts();
		expect(alert).toMatchObject({
			labels: { alertname: 'node-down', node: 'a', group: 'mainnet', severity: 'critical' },
			annotations: {
				summary: 'no answer from a',
				value: '65',
				threshold: '60',
				evidence: 'connection refused',
				next_step: 'start the node',
			},
			startsAt: since,
		});
		await update(resolved(critical, Date.now()));
		await vi.waitFor(async () => expect(await severities()).toEqual([]), { timeout: 40_000 });
		await vi.waitFor(
			() => {
				const told = hook.requests.map(({ body }): string => JSON.parse(body).status);
				expect(told).toContain('firing');
				expect(told.at(-1)).toBe('resolved');
			},
			{ timeout: 40_000, interval: 50 },
		);
		expect(delivery.state.getSnapshot().undelivered).toEqual([]);

		async function severities(): Promise<(string | undefined)[]> {
			return (await alerts()).map(({ labels }) => labels['severity']);
		}
	});
});
