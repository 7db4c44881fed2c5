import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { monitorOptions } from '../../source/app/monitor-options.ts';
import { openMonitor } from '../../source/app/open-monitor.ts';
import { health } from '../../source/commands/health/health.ts';
import { once } from '../../source/commands/once/once.ts';
import { status } from '../../source/commands/status/status.ts';
import { loadSettings } from '../../source/app/configuration.ts';
import { systemClock } from '../../source/domain/clock.ts';
import { documentSchema } from '../../source/sections/snapshot.ts';
import { runCommand } from '../commands/command-run.ts';
import { sendJson, startServer } from '../helpers/http-server.ts';
import type { TestServer } from '../helpers/http-server.ts';
import { failRun } from '../helpers/monitor.ts';

let server: TestServer;

beforeEach(async () => {
	server = await startServer(({ path }, response) => {
		const isStatus = path === '/api/v1/status';
		const node = {
			node_id: 'a',
			version: '1',
			consensus_state: { status: 'active', round: 7 },
			network_info: { peer_count: 2 },
		};
		sendJson(response, isStatus ? node : { error: 'Not Found' }, isStatus ? 200 : 404);
	});
});

afterEach(() => server.close());

it('--once, status, health and a monitor that lasts find the same in the same node', async () => {
	const home = await mkdtemp(path.join(tmpdir(), 'nodetop-same-'));
	const env = { XDG_STATE_HOME: home, XDG_CONFIG_HOME: home };
	const spec = `n1=${server.url}`;
	const ofCommand = async (command: typeof once) => {
		const { stdout, error } = await runCommand(command, [spec, '--json'], {
			env,
			clock: systemClock,
		});
		if (error !== undefined) throw error;
		return stdout;
	};
	const found = (issues: readonly { code: string; severity: string }[]) =>
		issues.map(({ code, severity }) => `${code} ${severity}`).toSorted();
	const inDocument = (text: string) =>
		found(documentSchema.parse(JSON.parse(text)).nodes[0]?.health.issues ?? []);

	const settings = await loadSettings({ flags: {}, nodeSpecs: [spec], env });
	const surroundings = { env, clock: systemClock, reportBug: failRun };
	const monitor = openMonitor(monitorOptions('lasting', settings, settings.targets, surroundings));
	const checked = new Promise<void>((resolve) => {
		monitor.on(({ type }) => {
			if (type === 'checked') resolve();
		});
	});
	await monitor.firstRound();
	await checked;
	const lasting = found(monitor.moment().nodes[0]?.snapshot.health.issues ?? []);
	monitor.stop();

	expect(lasting).toContain('peersFew warning');
	expect(inDocument(await ofCommand(once))).toEqual(lasting);
	expect(inDocument(await ofCommand(status))).toEqual(lasting);
	const plugin = JSON.parse(await ofCommand(health)) as {
		nodes: { issues: { code: string; severity: string }[] }[];
	}; // The shape is the test's own concern.
	expect(found(plugin.nodes[0]?.issues ?? [])).toEqual(lasting);
});
