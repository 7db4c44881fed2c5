import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { testAlertChannels } from '../../source/commands/alerts/test-channels.ts';
import type { Command } from '../../source/commands/command.ts';
import { exitCodes } from '../../source/domain/errors.ts';
import { temporaryDirectory, writeWithMode } from '../config/temporary-directory.ts';
import { startMailServer } from '../alerts/delivery/channels/smtp-server.ts';
import { deliveryTo, incident, webhook } from '../alerts/delivery/helpers.ts';
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

async function everyFileOf(directory: string): Promise<Readonly<Record<string, string>>> {
	const names = await readdir(directory);
	const texts = names.map((name) => readFile(path.join(directory, name), 'utf8'));
	return Object.fromEntries((await Promise.all(texts)).map((text, at) => [names[at], text]));
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

	it('fails when one of several recipients did not take the mail, and names that one', async () => {
		const { port, mails } = await startMailServer({
			onRcptTo({ address }, _session, done) {
				const isGrey = address.startsWith('two');
				const error = Object.assign(new Error('greylisted'), { responseCode: 450 });
				done(isGrey ? error : undefined);
			},
		});
		const to = ['one@example.org', 'two@example.net'];
		const mail = { type: 'email', host: '127.0.0.1', port, security: 'none', from: to[0], to };
		const run = await runCommand(alertsTest(await configWith({ mail })), []);
		expect(run.stdout).toMatch(
			/^mail \(email\): delivered in part; refused for two@example\.net for now: SMTP 450 from .*\n$/,
		);
		expect(run.exitCode).toBe(exitCodes.unavailable);
		expect(mails).toHaveLength(1);
	});

	it('R25: takes the way and the words of a real alert, and changes nothing of what is kept', async () => {
		const server = await startServer(({ body }, response) => {
			const isTest = body.includes('"test":true');
			response.writeHead(isTest ? 200 : 503, isTest ? {} : { 'retry-after': '600' }).end();
		});
		const home = await temporaryDirectory();
		const directory = path.join(home, 'nodetop/alerts/default');
		const clock = { nowMs: Date.UTC(2026, 0, 2, 3, 4, 5) };
		const real = await deliveryTo([webhook(server.url)], clock, { directory });
		await real.update([incident('validator')], clock.nowMs);
		// A real message has failed and waits, and this process has the directory.
		await expect.poll(() => real.state.getSnapshot().channels[0]?.problem).toMatch(/HTTP 503/);
		const kept = await everyFileOf(directory);
		const config = await configWith({ hook: { type: 'webhook', url: server.url } });
		const run = await runCommand(alertsTest(config), [], { env: { XDG_STATE_HOME: home } });
		expect(run).toMatchObject({ exitCode: exitCodes.ok, stdout: 'hook (webhook): delivered\n' });
		expect(await everyFileOf(directory)).toEqual(kept);
		expect(Object.keys(kept)).toContain('delivery.jsonl');
		expect(real.state.getSnapshot().channels[0]).toMatchObject({ queued: 1 });
		const [ofReal, ofTest] = [false, true].map((isTest) =>
			server.requests.find(({ body }) => body.includes(`"test":${isTest}`)),
		);
		expect(Object.keys(ofTest?.headers ?? {})).toEqual(Object.keys(ofReal?.headers ?? {}));
		const bodies = [ofReal, ofTest].map((request) => JSON.parse(request?.body ?? ''));
		expect(Object.keys(bodies[1])).toEqual(Object.keys(bodies[0]));
		expect(Object.keys(bodies[1].incidents[0])).toEqual(
			Object.keys(bodies[0].incidents[0]).filter((key) => key !== 'unit'),
		);
		expect(bodies[1].title).toBe('[TEST] [FIRING] critical: test, nodetop');
		expect(bodies[0].title).toBe('[FIRING] critical: node-down, validator (mainnet)');
		await server.close();
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
