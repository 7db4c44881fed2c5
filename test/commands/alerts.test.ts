import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { startServer } from '../helpers/http-server.ts';
import { emptyHome, runNodetop } from '../helpers/run-nodetop.ts';

describe('alerts', () => {
	test('sends one flagged message by the real way', async () => {
		const server = await startServer((_request, response) => {
			response.end('ok');
		});
		try {
			const config = path.join(emptyHome(), 'config.json');
			const channels = { hook: { type: 'webhook', url: `${server.url}/in` } };
			writeFileSync(config, JSON.stringify({ profiles: { default: { channels } } }));
			const run = await runNodetop(['alerts', 'test', '--config', config]);
			expect(run.stdout).toMatch(/^hook \(webhook\): /);
			expect(run.exitCode).toBe(0);
			expect(server.requests).toHaveLength(1);
			expect(server.requests[0]?.body).toContain('TEST');
		} finally {
			await server.close();
		}
	});

	test.each([
		[[], 'alerts needs a subcommand'],
		[['tset'], 'alerts has no "tset"'],
	])('%j says what can be done', async (words, message) => {
		const { exitCode, stderr } = await runNodetop(['alerts', ...words]);
		expect(exitCode).toBe(64);
		expect(stderr).toContain(message);
		expect(stderr).toContain('list, ack, snooze');
	});
});
