import * as z from 'zod';
import { describe, expect, it } from 'vitest';
import { loadAlertRoutes } from '../../source/config/channels.ts';
import { explainSettings } from '../../source/config/explain.ts';
import { checkConfig } from '../../source/config/file.ts';
import { maskConfig } from '../../source/config/mask.ts';
import { configFormat, configJsonSchema } from '../../source/config/schema.ts';
import { defineSettings } from '../../source/domain/channel.ts';
import { Secret } from '../../source/domain/secret.ts';
import { failureOf, temporaryDirectory, writeWithMode } from './temporary-directory.ts';

const secretText = 'hunter2';

/** A kind that nodetop does not have: the configuration must take it from its settings alone. */
const pager = defineSettings({
	keys: { room: z.string().optional(), level: z.int().min(1).optional() },
	secrets: { apiKey: 'text', url: 'address' },
	policy: { minSeverity: 'critical' },
	delivered: 'always',
	problemsOf: ({ room }, given) =>
		room !== undefined && !given.has('apiKey') ? ['room needs apiKey'] : [],
	settle: ({ room = 'lobby', level = 1 }, { apiKey, url }) => ({ room, level, apiKey, url }),
});
const format = configFormat({ pager: { settings: pager } });

async function load(channel: object) {
	const directory = await temporaryDirectory();
	await writeWithMode(`${directory}/key`, `${secretText}\n`);
	const profiles = { default: { channels: { ops: channel } } };
	const config = await writeWithMode(`${directory}/config.json`, JSON.stringify({ profiles }));
	return { flags: { config }, env: {}, nodeSpecs: [] };
}

describe('a new kind of channel', () => {
	const entry = { type: 'pager', url: 'https://p.example', apiKeyFile: 'key', level: 2 };

	it('is settled with its defaults, its policy and its secrets', async () => {
		const { channels } = await loadAlertRoutes(format, await load(entry));
		expect(channels).toMatchObject([
			{ name: 'ops', type: 'pager', room: 'lobby', level: 2, minSeverity: 'critical', burst: 10 },
		]);
		const { apiKey } = { apiKey: undefined, ...channels[0] };
		expect((apiKey as unknown) instanceof Secret).toBe(true);
		expect(JSON.stringify(channels)).not.toContain(secretText);
	});

	it.each([
		[{ ...entry, rom: 'x' }, { nextSteps: expect.arrayContaining(['did you mean room?']) }],
		[{ ...entry, level: 0 }, { message: expect.stringContaining('ops.level: expected 1 or more') }],
		[
			{ ...entry, apiKey: secretText },
			{ message: expect.stringContaining('apiKey and apiKeyFile exclude each other') },
		],
		[
			{ type: 'pager', url: 'https://p.example', room: 'x' },
			{ message: expect.stringContaining('room needs apiKey') },
		],
		[{ type: 'pager' }, { message: expect.stringContaining('needs url or urlFile') }],
		[{ type: 'slack', url: 'https://p.example' }, { message: expect.stringContaining('.type') }],
	])('refuses %j', async (wrong, problem) => {
		const options = await load(wrong);
		expect(await failureOf(() => loadAlertRoutes(format, options))).toMatchObject(problem);
	});

	it('is shown and explained without its secrets, and is in the JSON Schema', async () => {
		const channel = { type: 'pager', url: `https://${secretText}`, apiKey: secretText, level: 3 };
		const profiles = { default: { channels: { ops: channel } } };
		const shown = maskConfig(format, checkConfig(format, { profiles }, 'x.json'));
		expect(shown.profiles?.['default']?.channels?.['ops']).toEqual({
			type: 'pager',
			url: '***',
			apiKey: '***',
			level: 3,
		});
		const rows = await explainSettings(format, await load(channel));
		expect(JSON.stringify(rows)).not.toContain(secretText);
		expect(rows).toContainEqual(expect.objectContaining({ key: 'channels.ops.level', value: 3 }));
		expect(JSON.stringify(configJsonSchema(format))).toContain('"const":"pager"');
	});
});
