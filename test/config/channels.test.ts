import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
	loadAlertRoutes,
	explainSettings,
	checkConfig,
	maskConfig,
} from '../../source/app/configuration.ts';
import { Secret } from '../../source/domain/secret.ts';
import { failureOf, temporaryDirectory, writeWithMode } from './temporary-directory.ts';

const secretText = 'hunter2';

async function load(profile: object, env: NodeJS.ProcessEnv = {}) {
	const directory = await temporaryDirectory();
	const config = await writeWithMode(
		`${directory}/config.json`,
		JSON.stringify({ profiles: { default: profile } }),
	);
	await writeWithMode(`${directory}/secret`, `${secretText}\n`);
	await writeWithMode(`${directory}/hook`, `https://hooks.example/${secretText}\n`);
	const warnings: string[] = [];
	const warn = (text: string) => warnings.push(text);
	return { ...(await loadAlertRoutes({ flags: { config }, env, warn })), warnings };
}

const problemOf = async (profile: object): Promise<unknown> => failureOf(() => load(profile));

/** What a secret holds, at a path of a channel whose kind the compiler does not know. */
function revealed(channel: unknown, ...path: readonly string[]): unknown {
	let value = channel;
	for (const key of path) value = Object.entries(value ?? {}).find(([name]) => name === key)?.[1];
	return value instanceof Secret ? value.reveal() : undefined;
}

describe('channels', () => {
	it('have defaults, and their secrets from the environment and from files', async () => {
		const { channels, heartbeat } = await load(
			{
				channels: {
					mail: {
						type: 'email',
						host: 'smtp.example',
						user: 'me',
						passwordFile: 'secret',
						from: 'a@b.example',
						to: ['c@d.example'],
					},
					chat: { type: 'slack', urlFile: 'hook', minSeverity: 'critical' },
					hook: {
						type: 'webhook',
						url: '${HOOK}',
						signingSecretFile: 'secret',
						headers: { 'X-Key': '${KEY}' },
					},
					am: { type: 'alertmanager', url: 'http://127.0.0.1:9093' },
				},
				heartbeat: { urlFile: 'hook' },
			},
			{ HOOK: `https://h.example/${secretText}`, KEY: secretText },
		);
		const [mail, chat, hook, am] = channels;
		expect(mail).toMatchObject({ name: 'mail', port: 587, security: 'starttls' });
		expect(mail).toMatchObject({
			minSeverity: 'warning',
			groupBy: ['rule', 'group'],
			groupWaitMs: 30_000,
			criticalGroupWaitMs: 0,
			groupIntervalMs: 300_000,
			repeatIntervalMs: 14_400_000,
			criticalRepeatIntervalMs: 3_600_000,
		});
		expect(revealed(mail, 'password')).toBe(secretText);
		expect(revealed(chat, 'url')).toBe(`https://hooks.example/${secretText}`);
		expect(chat?.minSeverity).toBe('critical');
		expect(revealed(hook, 'headers', 'X-Key')).toBe(secretText);
		expect(revealed(hook, 'signingSecret')).toBe(secretText);
		expect(am).toMatchObject({ minSeverity: 'info', repeatIntervalMs: 60_000, groupBy: [] });
		expect(heartbeat).toMatchObject({ method: 'GET', intervalMs: 60_000 });
		expect(inspect([channels, heartbeat], { depth: 9 })).not.toContain(secretText);
		expect(JSON.stringify([channels, heartbeat])).not.toContain(secretText);
	});

	it.each([
		[
			{ a: { type: 'slack', ulr: 'https://x' } },
			/channels\.a: unknown key|channels\.a\.ulr: unknown key/,
		],
		[{ a: { type: 'slak' } }, /channels\.a\.type/],
		[{ a: { type: 'slack' } }, /channels\.a: needs url or urlFile/],
		[{ a: { type: 'slack', url: 'ftp://x' } }, /channels\.a\.url: must be an address/],
		[
			{ a: { type: 'slack', url: 'https://x', urlFile: 'y' } },
			/url and urlFile exclude each other/,
		],
		[{ 'a b': { type: 'terminal' } }, /channels\["a b"\]/],
		[{ a: { type: 'command', argv: [] } }, /channels\.a\.argv: expected 1 or more/],
		[
			{ a: { type: 'email', host: 'h', from: 'a@b', to: ['x\r\nBcc: y@z'] } },
			/channels\.a\.to\[0\]: must be an address/,
		],
		[
			{
				a: {
					type: 'email',
					host: 'h',
					from: 'a@b',
					to: ['c@d'],
					user: 'u',
					password: secretText,
					security: 'none',
				},
			},
			/a password is not sent without TLS/,
		],
	])('%j is refused', async (channels, message) => {
		const error = await problemOf({ channels });
		expect(error).toMatchObject({ message: expect.stringMatching(message) });
		expect(inspect(error)).not.toContain(secretText);
	});

	it('names the nearest key', async () => {
		const error = await problemOf({ channels: { a: { type: 'slack', minSeverty: 'info' } } });
		expect(error).toMatchObject({
			nextSteps: expect.arrayContaining(['did you mean minSeverity?']),
		});
	});

	it('says which variable is missing', async () => {
		const error = await problemOf({ channels: { a: { type: 'slack', url: '${NO_SUCH}' } } });
		expect(error).toMatchObject({
			message: 'profiles.default.channels.a.url: the environment variable NO_SUCH is not set',
		});
	});

	it('are explained, each key with its origin and without secrets', async () => {
		const directory = await temporaryDirectory();
		const url = 'https://x/${HOOK}';
		const hook = { type: 'webhook', url, headers: { 'X-Key': secretText }, groupBy: ['a', 'b'] };
		const path = await writeWithMode(
			`${directory}/config.json`,
			JSON.stringify({ profiles: { default: { channels: { hook } } } }),
		);
		const rows = await explainSettings({ flags: { config: path }, nodeSpecs: [], env: {} });
		const where = `profiles.default.channels.hook`;
		const origin = 'profile';
		expect(rows.filter(({ key }) => key.startsWith('channels.'))).toMatchObject([
			{ key: 'channels.hook.type', value: 'webhook', origin, where: `${where}.type in ${path}` },
			{ key: 'channels.hook.url', value: '***', where: `${where}.url in ${path}, from $HOOK` },
			{ key: 'channels.hook.headers.X-Key', value: '***' },
			{ key: 'channels.hook.groupBy', value: 'a b' },
		]);
	});

	it('are shown without secrets', () => {
		const config = checkConfig(
			{
				profiles: {
					default: {
						channels: {
							a: { type: 'slack', url: `https://x/${secretText}` },
							b: {
								type: 'webhook',
								url: '${HOOK}',
								token: secretText,
								signingSecret: secretText,
								headers: { a: secretText },
							},
							c: {
								type: 'email',
								host: 'h',
								user: 'u',
								password: secretText,
								from: 'a@b',
								to: ['c@d'],
							},
						},
						heartbeat: { url: `https://x/${secretText}` },
					},
				},
			},
			'x.json',
		);
		const shown = maskConfig(config);
		expect(JSON.stringify(shown)).not.toContain(secretText);
		expect(shown.profiles?.['default']?.channels?.['b']).toMatchObject({ url: '${HOOK}' });
		expect(shown.profiles?.['default']?.channels?.['a']).toEqual({ type: 'slack', url: '***' });
	});
});
