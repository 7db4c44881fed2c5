import { describe, expect, it } from 'vitest';
import { testAlertChannels } from '../../source/commands/alerts-test.ts';
import type { Command } from '../../source/commands/command.ts';
import { exitCodes } from '../../source/domain/errors.ts';
import { temporaryDirectory, writeWithMode } from '../config/temporary-directory.ts';
import { sendJson, startServer } from '../helpers/http-server.ts';
import { runCommand } from './command-run.ts';

/** The command as `alerts` calls it, with the names behind `alerts test`. */
function alertsTest(config: string): Command {
	return {
		help: '',
		run: (context) =>
			testAlertChannels({ ...context, argv: [...context.argv, '--config', config] }),
	};
}

async function configWith(channels: object): Promise<string> {
	const directory = await temporaryDirectory();
	return writeWithMode(
		`${directory}/config.json`,
		JSON.stringify({ profiles: { default: { channels } } }),
	);
}

describe('alerts test', () => {
	it('sends a message flagged TEST by the real way, and says what came of each', async () => {
		const good = await startServer((_, response) => sendJson(response, {}));
		const bad = await startServer((_, response) => response.writeHead(403).end('no_service'));
		const config = await configWith({
			ops: { type: 'webhook', url: `${good.url}/hook?key=hunter2`, token: 'hunter2' },
			chat: { type: 'slack', url: `${bad.url}/services/hunter2` },
		});
		const run = await runCommand(alertsTest(config), []);
		await good.close();
		await bad.close();
		expect(run.stdout).toMatch(
			/^ops \(webhook\): delivered\nchat \(slack\): refused: HTTP 403 .*\n$/,
		);
		expect(run.exitCode).toBe(exitCodes.unavailable);
		expect(run.everything).not.toContain('hunter2');
		const body = JSON.parse(good.requests[0]?.body ?? '');
		expect(body).toMatchObject({ test: true, status: 'firing' });
		expect(body.title).toBe('[TEST] [FIRING] critical: test, nodetop');
		expect(bad.requests).toHaveLength(1);
	});

	it('tries again what a real alert would be tried again', async () => {
		const answers = [503, 200];
		const server = await startServer((_, response) => sendJson(response, {}, answers.shift()));
		const config = await configWith({ ops: { type: 'webhook', url: server.url } });
		const run = await runCommand(alertsTest(config), ['ops']);
		await server.close();
		expect(run).toMatchObject({ exitCode: exitCodes.ok, stdout: 'ops (webhook): delivered\n' });
		const ids = server.requests.map(({ headers }) => headers['x-nodetop-message']);
		expect(ids).toHaveLength(2);
		expect(new Set(ids).size).toBe(1);
	});

	it('says which channels there are', async () => {
		const config = await configWith({ ops: { type: 'terminal' } });
		const run = await runCommand(alertsTest(config), ['opps']);
		expect(run.error).toMatchObject({
			message: 'the profile "default" has no channel "opps"',
			nextSteps: ['did you mean ops?', 'its channels: ops'],
		});
	});

	it('says that there is none', async () => {
		const run = await runCommand(alertsTest(await configWith({})), []);
		expect(run.error).toMatchObject({ message: 'the profile "default" has no channels' });
	});
});
