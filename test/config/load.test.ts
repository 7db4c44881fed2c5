import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { explainSettings, loadSettings, maskConfig } from '../../source/app/configuration.ts';
import type { LoadOptions } from '../../source/config/load.ts';
import { findConfigPath } from '../../source/config/paths.ts';
import type { NodeEntry } from '../../source/config/schema.ts';
import { UserError } from '../../source/domain/errors.ts';
import { failureOf, temporaryDirectory, writeWithMode } from './temporary-directory.ts';

const secretText = 'hunter2';

async function withConfig(
	content: object | undefined,
	overrides: Partial<LoadOptions> = {},
): Promise<{ options: LoadOptions; path: string; directory: string; warnings: string[] }> {
	const directory = await temporaryDirectory();
	const path = join(directory, 'config.json');
	if (content !== undefined) await writeWithMode(path, JSON.stringify(content));
	const warnings: string[] = [];
	const options: LoadOptions = {
		flags: {},
		nodeSpecs: [],
		warn: (message) => warnings.push(message),
		...overrides,
		env: { NODETOP_CONFIG: path, ...overrides.env },
	};
	return { options, path, directory, warnings };
}

const withNodes = (...nodes: readonly NodeEntry[]) => ({ profiles: { default: { nodes } } });
const validator: NodeEntry = {
	name: 'validator',
	kind: 'evm',
	url: 'https://h:8588',
	group: 'main',
	tags: ['eu', 'paid'],
	intervalMs: 9000,
	insecure: true,
};

const dayMs = 86_400_000;

describe('loadSettings', () => {
	it('gives the defaults without a file, and writes nothing', async () => {
		const { options, directory, warnings } = await withConfig(undefined);
		expect(await loadSettings(options)).toEqual({
			profile: 'default',
			targets: [],
			witnesses: [],
			probes: { intervalMs: 10_000, peers: false, route: false, routeIntervalMs: 600_000 },
			history: {
				rawMs: 7 * dayMs,
				momentsMs: 7 * dayMs,
				minutesMs: 90 * dayMs,
				hoursMs: 730 * dayMs,
				maxBytes: 500_000_000,
			},
			intervalMs: 2000,
			timeoutMs: 5000,
			healthIntervalMs: 30_000,
			framesPerSecond: 1,
			theme: 'auto',
			color: 'auto',
			ascii: false,
			readOnly: false,
		});
		expect(await readdir(directory)).toEqual([]);
		expect(warnings).toEqual([]);
	});

	it('records as the profile says, and not at all where it or the flag says so', async () => {
		const load = async (history: object, flag?: boolean) => {
			const { options } = await withConfig({ profiles: { default: { history } } });
			const flags = { ...options.flags, history: flag };
			return (await loadSettings({ ...options, flags })).history;
		};
		expect(await load({ rawDays: 2, maxBytes: 20_000_000 })).toMatchObject({
			rawMs: 2 * dayMs,
			maxBytes: 20_000_000,
		});
		expect(await load({ enabled: false })).toBeUndefined();
		expect(await load({ enabled: false }, true)).toBeDefined();
		expect(await load({}, false)).toBeUndefined();
		await expect(load({ maxBytes: 5 })).rejects.toThrow(/history.maxBytes/);
	});

	it('probes as the profile says, and not at all where it or read-only mode says so', async () => {
		const load = async (probes: object, readOnly = false) => {
			const { options } = await withConfig({ profiles: { default: { probes, readOnly } } });
			return (await loadSettings(options)).probes;
		};
		expect(await load({ intervalMs: 30_000, route: true })).toEqual({
			intervalMs: 30_000,
			peers: false,
			route: true,
			routeIntervalMs: 600_000,
		});
		expect(await load({ enabled: false, peers: true })).toBeUndefined();
		expect(await load({ peers: true }, true)).toBeUndefined();
		await expect(load({ intervalMs: 9999 })).rejects.toThrow('probes.intervalMs');
	});

	it('reads the witnesses of the profile as URLs, and refuses what is none', async () => {
		const profile = (witnesses: readonly string[]) => ({ profiles: { default: { witnesses } } });
		const good = await withConfig(profile(['10.0.0.1:53', 'https://witness.example']));
		expect((await loadSettings(good.options)).witnesses).toEqual([
			'http://10.0.0.1:53',
			'https://witness.example',
		]);
		for (const [text, problem] of [
			['10.0.0.1', /add the port of the witness/],
			['tcp://10.0.0.1', /add the port of the witness/],
			['unix:/run/x.sock', /a witness is a URL with a host/],
			['https://me:pw@witness.example', /a witness takes no credential/],
			['two words', /no blanks/],
		] as const) {
			const bad = await withConfig(profile([text]));
			await expect(loadSettings(bad.options)).rejects.toThrow(problem);
		}
	});

	it('refuses a --config that names no file', async () => {
		const { options, directory } = await withConfig(undefined);
		const config = join(directory, 'typo.json');
		await expect(loadSettings({ ...options, flags: { config } })).rejects.toMatchObject({
			message: `--config: there is no file ${config}`,
			exitCode: 78,
		});
	});

	it('gives each target the mappings of the file and of its profile, which come first', async () => {
		const mapping = (metric: string) => ({ detect: [metric] });
		const { options } = await withConfig({
			mappings: { shared: mapping('a'), both: mapping('of_file') },
			profiles: {
				default: {
					nodes: [validator],
					mappings: { own: mapping('b'), both: mapping('of_profile') },
				},
				bare: { nodes: [validator] },
			},
		});
		const mappingsOf = async (profile: string) =>
			Object.entries(
				(await loadSettings({ ...options, flags: { profile } })).targets[0]?.mappings ?? {},
			);
		expect(await mappingsOf('default')).toEqual([
			['own', mapping('b')],
			['both', mapping('of_profile')],
			['shared', mapping('a')],
		]);
		expect(await mappingsOf('bare')).toEqual([
			['shared', mapping('a')],
			['both', mapping('of_file')],
		]);
	});

	it('makes targets of the profile’s nodes, frozen', async () => {
		const { options } = await withConfig({
			intervalMs: 3000,
			...withNodes(validator, { name: 'b', url: '10.0.0.1:8545' }),
		});
		const settings = await loadSettings(options);
		expect(settings.targets).toEqual([
			{
				name: 'validator',
				kind: 'evm',
				url: 'https://h:8588',
				shownUrl: 'https://h:8588',
				group: 'main',
				tags: ['eu', 'paid'],
				insecure: true,
				intervalMs: 9000,
				timeoutMs: 5000,
			},
			{
				name: 'b',
				kind: undefined,
				url: 'http://10.0.0.1:8545',
				shownUrl: 'http://10.0.0.1:8545',
				intervalMs: 3000,
				timeoutMs: 5000,
			},
		]);
		expect(Object.isFrozen(settings)).toBe(true);
		expect(Object.isFrozen(settings.targets)).toBe(true);
		expect(settings.targets.every((target) => Object.isFrozen(target))).toBe(true);
		expect(Object.isFrozen(settings.targets[0]?.tags)).toBe(true);
	});

	it.each([
		[{ interval: '1s' }, {}, 1000],
		[{}, { NODETOP_INTERVAL: '1500' }, 1500],
		[{}, {}, 9000],
	])(
		'with %j and %j polls a node that has its own interval every %i ms',
		async (flags, env, ms) => {
			const { options } = await withConfig(withNodes(validator), { flags, env });
			expect((await loadSettings(options)).targets[0]?.intervalMs).toBe(ms);
		},
	);

	it('sets --insecure, and --no-insecure, on every node', async () => {
		const { options } = await withConfig(withNodes(validator, { name: 'b', url: 'https://b' }));
		const insecureWith = async (insecure: boolean) =>
			(await loadSettings({ ...options, flags: { insecure } })).targets.map(
				(target) => target.insecure,
			);
		expect(await insecureWith(true)).toEqual([true, true]);
		expect(await insecureWith(false)).toEqual([false, false]);
	});
});

describe('how a command line names a node', () => {
	it('is its name where the profile has it, else name and address without credentials', async () => {
		const { options } = await withConfig(withNodes(validator));
		const nodeSpecs = ['validator', 'x=http://me:secret@h:9/path', 'h:7'];
		const { targets } = await loadSettings({ ...options, nodeSpecs });
		const shown = targets.map(({ commandName }) => commandName);
		expect(shown).toEqual([undefined, expect.stringContaining('x=http://***'), 'http://h:7']);
		expect(shown.join(' ')).not.toContain('secret');
	});
});

describe('the nodes', () => {
	const names = async (overrides: Partial<LoadOptions>) => {
		const { options } = await withConfig(
			withNodes(validator, { name: 'b', url: 'http://b:1' }),
			overrides,
		);
		return (await loadSettings(options)).targets.map(({ name, kind }) => `${name} ${kind ?? '?'}`);
	};

	it('of the command line replace those of the environment and the profile', async () => {
		const env = { NODETOP_NODES: 'c=http://c:1, http://d:2 ,' };
		expect(await names({})).toEqual(['validator evm', 'b ?']);
		expect(await names({ env })).toEqual(['c ?', 'd:2 ?']);
		expect(await names({ env, nodeSpecs: ['e:3'] })).toEqual(['e:3 ?']);
		expect(await names({ env: { NODETOP_NODES: ' , ' } })).toEqual(['validator evm', 'b ?']);
	});

	it('may be named as configured', async () => {
		expect(await names({ nodeSpecs: ['validator'] })).toEqual(['validator evm']);
		expect(await names({ nodeSpecs: ['e:3', 'b'] })).toEqual(['e:3 ?', 'b ?']);
		expect(await names({ env: { NODETOP_NODES: 'b' } })).toEqual(['b ?']);
	});

	it.each([
		[['validater'], 'the profile "default" has no node "validater"', 'did you mean validator?'],
		[['zzz'], 'has no node "zzz"', 'its nodes: validator, b'],
		[['b', 'b'], 'the command line: two nodes have the name "b"', 'name=URL'],
		[['h:1/a', 'http://h:1/b'], 'two nodes have the name "h:1"', 'name=URL'],
		[['b', 'b=http://x:1'], 'two nodes have the name "b"', 'name=URL'],
		[[''], 'the address is empty', 'a node is written'],
	])('%j are refused', async (nodeSpecs, message, step) => {
		const { options } = await withConfig(withNodes(validator, { name: 'b', url: 'http://b:1' }), {
			nodeSpecs,
		});
		const error = await failureOf(() => loadSettings(options));
		expect(error).toBeInstanceOf(UserError);
		expect(error).toMatchObject({ exitCode: 64, message: expect.stringContaining(message) });
		expect(error).toHaveProperty(
			'nextSteps',
			expect.arrayContaining([expect.stringContaining(step)]),
		);
	});
});

describe('secrets', () => {
	const load = async (node: Partial<NodeEntry>, env: Record<string, string> = {}) => {
		const made = await withConfig(withNodes({ name: 'n', url: 'http://h:1', ...node }), { env });
		const settings = await loadSettings(made.options);
		return { target: settings.targets[0], settings, ...made };
	};

	it('come from the environment, in token, headers and URL', async () => {
		const { target, settings } = await load(
			{
				url: 'http://user:${PASS}@${HOST}:1/${PASS}',
				metricsUrl: 'http://${HOST}:2',
				token: '${PASS}',
				headers: { 'X-Key': 'Key ${PASS}-${HOST}' },
			},
			{ PASS: secretText, HOST: 'h.example' },
		);
		expect(target?.url).toBe(`http://user:${secretText}@h.example:1/${secretText}`);
		expect(target?.metricsUrl).toBe('http://h.example:2');
		expect(target?.token?.reveal()).toBe(secretText);
		expect(target?.headers?.['X-Key']?.reveal()).toBe(`Key ${secretText}-h.example`);
		expect(Object.isFrozen(target?.headers)).toBe(true);
		const { url: _url, ...rest } = settings.targets[0] ?? {};
		expect(inspect(rest, { depth: 9 }) + JSON.stringify(rest)).not.toContain(secretText);
	});

	it('come from a file, without its last line end, beside the configuration', async () => {
		const { options, directory, warnings } = await withConfig(
			withNodes({ name: 'n', url: 'http://h:1', tokenFile: 'secrets/token' }),
		);
		await mkdir(join(directory, 'secrets'));
		await writeWithMode(join(directory, 'secrets', 'token'), ` ${secretText}\r\n`);
		expect((await loadSettings(options)).targets[0]?.token?.reveal()).toBe(` ${secretText}`);
		expect(warnings).toEqual([]);
	});

	it('come from a file in the home directory', async () => {
		const homeDir = await temporaryDirectory();
		await writeWithMode(join(homeDir, 'token'), secretText);
		const { options } = await withConfig(
			withNodes({ name: 'n', url: 'http://h:1', tokenFile: '~/token' }),
			{ homeDir },
		);
		expect((await loadSettings(options)).targets[0]?.token?.reveal()).toBe(secretText);
	});

	it.skipIf(process.platform === 'win32')(
		'in a file that others can read give a warning',
		async () => {
			const { options, directory, warnings } = await withConfig(
				withNodes({ name: 'n', url: 'http://h:1', tokenFile: 'token' }),
			);
			const path = await writeWithMode(join(directory, 'token'), secretText, 0o644);
			await loadSettings(options);
			expect(warnings).toEqual([
				`${path} is open to other users (mode 0644); run: chmod 600 '${path}'`,
			]);
		},
	);

	it.each([
		[
			{ token: `${secretText}\${MISSING}` },
			'nodes[0].token: the environment variable MISSING is not set',
		],
		[{ token: '${EMPTY}' }, 'nodes[0].token: the environment variable EMPTY is empty'],
		[
			{ url: `http://u:${secretText}@h/\${MISSING}` },
			'nodes[0].url: the environment variable MISSING',
		],
		[{ headers: { A: '${MISSING}' } }, 'nodes[0].headers.A: the environment variable MISSING'],
		[{ url: 'http://h:${PASS}' }, 'nodes[0].url: the port must be a number'],
		[{ token: '${LINES}' }, 'nodes[0].token: the value has line breaks'],
		[{ headers: { A: '${LINES}' } }, 'nodes[0].headers.A: the value has line breaks'],
		[{ token: '${WIDE}' }, 'nodes[0].token: the value has line breaks or characters'],
		[{ tokenFile: 'none' }, 'nodes[0].tokenFile: there is no file'],
		[{ tokenFile: 'empty' }, 'is empty'],
		[{ tokenFile: 'huge' }, 'is too large for a token'],
		[{ tokenFile: 'lines' }, 'nodes[0].tokenFile: the value has line breaks'],
		[{ tokenFile: '.' }, 'cannot be read: EISDIR'],
	])('that cannot be had are refused by key: %j', async (node, message) => {
		const { options, directory } = await withConfig(
			withNodes({ name: 'n', url: 'http://h:1', ...node }),
			{
				env: {
					PASS: secretText,
					EMPTY: '',
					LINES: `${secretText}\r\nX: y`,
					WIDE: `${secretText}→`,
				},
			},
		);
		await writeWithMode(join(directory, 'empty'), '\n');
		await writeWithMode(join(directory, 'huge'), secretText.repeat(10_000));
		await writeWithMode(join(directory, 'lines'), `${secretText}\nmore\n`);
		const error = await failureOf(() => loadSettings(options));
		expect(error).toBeInstanceOf(UserError);
		expect(error).toMatchObject({ exitCode: 78, message: expect.stringContaining(message) });
		expect(inspect(error)).not.toContain(secretText);
	});

	it('of other profiles are not read', async () => {
		const { options } = await withConfig({
			profiles: {
				default: { nodes: [{ name: 'a', url: 'h:1' }] },
				other: { nodes: [{ name: 'b', url: 'h:2', token: '${MISSING}' }] },
			},
		});
		expect((await loadSettings(options)).targets.map(({ name }) => name)).toEqual(['a']);
	});
});

describe('explainSettings', () => {
	it('tells the origin of every value, and no secret', async () => {
		const { options, path } = await withConfig(
			{
				profile: 'home',
				theme: 'mono',
				profiles: {
					home: {
						timeoutMs: 700,
						nodes: [
							{
								...validator,
								url: `https://u:${secretText}@h:1/?key=${secretText}`,
								metricsUrl: 'https://h/${SECRET}',
								token: secretText,
								headers: { 'X-Key': '${KEY}' },
							},
							{ name: 'b', url: 'h:2', tokenFile: '/run/token' },
						],
					},
				},
			},
			{ flags: { interval: '1s', insecure: true }, env: { NODETOP_FPS: '9', NO_COLOR: '1' } },
		);
		const rows = await explainSettings(options);
		const at = (key: string) => `profiles.home.nodes[0].${key} in ${path}`;
		expect(rows.map((row) => Object.values(row))).toEqual([
			['configuration', path, 'environment', 'NODETOP_CONFIG'],
			['profile', 'home', 'file', `profile in ${path}`],
			['intervalMs', 1000, 'flag', '--interval'],
			['timeoutMs', 700, 'profile', `profiles.home.timeoutMs in ${path}`],
			['healthIntervalMs', 30_000, 'default', 'built in'],
			['framesPerSecond', 9, 'environment', 'NODETOP_FPS'],
			['theme', 'mono', 'file', `theme in ${path}`],
			['color', 'never', 'environment', 'NO_COLOR'],
			['ascii', false, 'default', 'built in'],
			['readOnly', false, 'default', 'built in'],
			['insecure', true, 'flag', '--insecure'],
			['nodes.validator.url', 'https://***@h:1/?key=***', 'profile', at('url')],
			[
				'nodes.validator.metricsUrl',
				'https://h/${SECRET}',
				'profile',
				`${at('metricsUrl')}, from $SECRET`,
			],
			['nodes.validator.kind', 'evm', 'profile', at('kind')],
			['nodes.validator.group', 'main', 'profile', at('group')],
			['nodes.validator.intervalMs', 9000, 'profile', at('intervalMs')],
			['nodes.validator.insecure', true, 'profile', at('insecure')],
			['nodes.validator.tags', 'eu, paid', 'profile', at('tags')],
			['nodes.validator.token', '***', 'profile', at('token')],
			['nodes.validator.headers.X-Key', '***', 'profile', `${at('headers.X-Key')}, from $KEY`],
			['nodes.b.url', 'h:2', 'profile', `profiles.home.nodes[1].url in ${path}`],
			['nodes.b.tokenFile', '/run/token', 'profile', `profiles.home.nodes[1].tokenFile in ${path}`],
		]);
		expect(JSON.stringify(rows)).not.toContain(secretText);
	});

	it('tells of nodes of the command line and the environment', async () => {
		const { options, path } = await withConfig(undefined, { env: { NODETOP_NODES: 'a=h:1' } });
		const nodeRows = async (nodeSpecs: readonly string[]) =>
			(await explainSettings({ ...options, nodeSpecs })).filter(({ key }) =>
				key.startsWith('nodes.'),
			);
		expect(await nodeRows([])).toEqual([
			{ key: 'nodes.a.url', value: 'http://h:1', origin: 'environment', where: 'NODETOP_NODES' },
		]);
		expect(await nodeRows(['http://u:p@h:2'])).toEqual([
			{ key: 'nodes.h:2.url', value: 'http://***@h:2/', origin: 'flag', where: 'command line' },
		]);
		expect((await explainSettings(options))[0]).toMatchObject({
			value: path,
			where: 'NODETOP_CONFIG; no such file',
		});
	});
});

describe('maskConfig', () => {
	it('masks tokens, header values and credentials, keeps references and order', () => {
		const config = {
			theme: 'mono' as const,
			profiles: {
				home: {
					nodes: [
						{
							tags: ['a'],
							url: `http://u:${secretText}@h:1/`,
							name: 'n',
							metricsUrl: `h:1/?k=1&token=${secretText}`,
							token: '${TOKEN}',
							headers: { A: secretText, B: `Bearer \${B}${secretText}` },
						},
					],
				},
				empty: {},
			},
		};
		expect(JSON.stringify(maskConfig(config))).toBe(
			JSON.stringify({
				theme: 'mono',
				profiles: {
					home: {
						nodes: [
							{
								tags: ['a'],
								url: 'http://***@h:1/',
								name: 'n',
								metricsUrl: 'h:1/?***',
								token: '${TOKEN}',
								headers: { A: '***', B: '***' },
							},
						],
					},
					empty: {},
				},
			}),
		);
	});
});

describe('findConfigPath', () => {
	it.each([
		['/x/c.json', { NODETOP_CONFIG: '/y.json' }, 'linux', '/x/c.json', '--config'],
		['~/c.json', {}, 'linux', '/home/u/c.json', '--config'],
		[undefined, { NODETOP_CONFIG: '~/y.json' }, 'linux', '/home/u/y.json', 'NODETOP_CONFIG'],
		[undefined, { NODETOP_CONFIG: '' }, 'linux', '/home/u/.config/nodetop/config.json', 'default'],
		[undefined, { XDG_CONFIG_HOME: '/xdg' }, 'linux', '/xdg/nodetop/config.json', 'default'],
		[
			undefined,
			{ XDG_CONFIG_HOME: 'rel' },
			'linux',
			'/home/u/.config/nodetop/config.json',
			'default',
		],
		[undefined, { XDG_CONFIG_HOME: '/xdg' }, 'darwin', '/xdg/nodetop/config.json', 'default'],
		[undefined, {}, 'darwin', '/home/u/Library/Preferences/nodetop/config.json', 'default'],
		[undefined, { APPDATA: '/ad' }, 'win32', '/ad/nodetop/Config/config.json', 'default'],
		[undefined, {}, 'win32', '/home/u/AppData/Roaming/nodetop/Config/config.json', 'default'],
	] as const)('%s, %j on %s is %s', (named, env, platform, path, namedBy) => {
		expect(findConfigPath(named, { env, homeDir: '/home/u', platform })).toEqual({ path, namedBy });
	});
});
