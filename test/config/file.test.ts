import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { chmod, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { channelKinds } from '../../source/alerts/delivery/channels/registry.ts';
import { configFormat } from '../../source/config/schema.ts';
import { checkConfig, editConfigFile, readConfigFile } from '../../source/app/configuration.ts';
import { UserError } from '../../source/domain/errors.ts';
import { failureOf, modeOf, temporaryDirectory, writeWithMode } from './temporary-directory.ts';

const now = () => Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const isRoot = process.getuid?.() === 0;
if (isRoot)
	console.info('skipped: names the path when it may not be read (root may read every file)');
const isWindows = process.platform === 'win32';

function warnings(): { warn: (message: string) => void; given: string[] } {
	const given: string[] = [];
	return { given, warn: (message) => given.push(message) };
}

describe('readConfigFile', () => {
	it('takes a missing file as none, and creates neither it nor its directory', async () => {
		const directory = await temporaryDirectory();
		const { warn, given } = warnings();
		expect(await readConfigFile(join(directory, 'sub', 'config.json'), warn)).toBeUndefined();
		expect(await readdir(directory)).toEqual([]);
		expect(given).toEqual([]);
	});

	it('reads a file, with a byte order mark too, and leaves it as it is', async () => {
		const path = join(await temporaryDirectory(), 'config.json');
		const text = '\uFEFF{"intervalMs": 500}';
		await writeWithMode(path, text);
		const { warn, given } = warnings();
		expect(await readConfigFile(path, warn)).toEqual({ intervalMs: 500 });
		expect(await readFile(path, 'utf8')).toBe(text);
		expect(given).toEqual([]);
	});

	it.skipIf(isWindows).each([0o640, 0o604, 0o666])('warns about mode %o', async (mode) => {
		const path = await writeWithMode(join(await temporaryDirectory(), 'c.json'), '{}', mode);
		const { warn, given } = warnings();
		await readConfigFile(path, warn);
		expect(given).toEqual([
			`${path} is open to other users (mode 0${mode.toString(8)}); run: chmod 600 '${path}'`,
		]);
		expect(await modeOf(path)).toBe(mode.toString(8));
	});

	it('refuses a corrupt file with line and column, exit code 78, and leaves it untouched', async () => {
		const path = join(await temporaryDirectory(), 'config.json');
		const text = '{\n\t"profile": "home",\n\t"token": hunter2\n}';
		await writeWithMode(path, text);
		const error = await failureOf(() => readConfigFile(path, warnings().warn));
		expect(error).toBeInstanceOf(UserError);
		expect(error).toMatchObject({
			message: `${path}:3:11: not JSON: a value was expected`,
			exitCode: 78,
			nextSteps: ['correct line 3, column 11', expect.stringContaining('nodetop add URL')],
		});
		expect(await readFile(path, 'utf8')).toBe(text);
	});

	it('refuses a key that stands twice in one object, with both places, and keeps the file', async () => {
		const path = join(await temporaryDirectory(), 'config.json');
		const text = [
			'{ "profiles": { "default": {',
			'  "channels": {',
			'    "ops": { "type": "terminal" },',
			'    "\\u006fps": { "type": "terminal" } },',
			'  "nodes": [], "rules": {}, "nodes": [] } } }',
		].join('\n');
		await writeWithMode(path, text);
		const wanted = {
			message: [
				`${path}:`,
				'  profiles.default.channels.ops stands twice: at line 3, column 5 and line 4, column 5',
				'  profiles.default.nodes stands twice: at line 5, column 3 and line 5, column 29',
			].join('\n'),
			nextSteps: ['rename or remove one of the two: only the last would count'],
			exitCode: 78,
		};
		expect(await failureOf(() => readConfigFile(path, warnings().warn))).toMatchObject(wanted);
		// A change must not lose what the file says twice either.
		const edit = () =>
			editConfigFile(path, (config) => config, { warn: warnings().warn, now: Date.now });
		expect(await failureOf(edit)).toMatchObject(wanted);
		expect(await readFile(path, 'utf8')).toBe(text);
	});

	it('takes the same key in two objects, and what looks like keys in a text', async () => {
		const path = join(await temporaryDirectory(), 'config.json');
		const text =
			'{"profiles":{"a":{"nodes":[]},"b":{"nodes":[{"name":"a","tags":["\\"nodes\\": 1; \\"nodes\\""],"url":"http://h"}]}}}';
		await writeWithMode(path, text);
		expect(await readConfigFile(path, warnings().warn)).toMatchObject({ profiles: { a: {} } });
	});

	it.skipIf(isWindows)('refuses a directory in which others may write', async () => {
		const directory = await temporaryDirectory();
		const path = await writeWithMode(join(directory, 'c.json'), '{}');
		await chmod(directory, 0o777);
		expect(await failureOf(() => readConfigFile(path, warnings().warn))).toMatchObject({
			message: `${directory} is writable by other users (mode 0777): they could replace ${path}`,
			nextSteps: [`chmod go-w '${directory}'`],
			exitCode: 78,
		});
		await chmod(directory, 0o1777);
		expect(await readConfigFile(path, warnings().warn)).toEqual({});
	});

	it('names the path and the fix when the file is a directory', async () => {
		const path = await temporaryDirectory();
		expect(await failureOf(() => readConfigFile(path, warnings().warn))).toMatchObject({
			message: `${path} cannot be read: EISDIR`,
			nextSteps: ['this is a directory: name the file in it'],
			exitCode: 78,
		});
	});

	it('refuses what never ends, instead of reading it', async () => {
		expect(await failureOf(() => readConfigFile('/dev/zero', warnings().warn))).toMatchObject({
			message: '/dev/zero is not a regular file',
			exitCode: 78,
		});
	});

	it('names the path and the fix when a part of the path is a file', async () => {
		const file = await writeWithMode(join(await temporaryDirectory(), 'file'), 'x');
		const path = join(file, 'config.json');
		expect(await failureOf(() => readConfigFile(path, warnings().warn))).toMatchObject({
			message: `${path} cannot be read: ENOTDIR`,
			exitCode: 78,
		});
	});

	it.skipIf(isRoot || isWindows)('names the path and the fix when it may not be read', async () => {
		const path = await writeWithMode(join(await temporaryDirectory(), 'c.json'), '{}', 0o000);
		expect(await failureOf(() => readConfigFile(path, warnings().warn))).toMatchObject({
			message: `${path} cannot be read: EACCES`,
			nextSteps: [expect.stringContaining('owner')],
			exitCode: 78,
		});
	});
});

const node = { name: 'n', url: 'http://h:1' };
const inProfile = (entry: object): object => ({ profiles: { home: { nodes: [entry] } } });
const inMapping = (mapping: object): object => ({
	mappings: { mine: { detect: ['a'], ...mapping } },
});

describe('checkConfig', () => {
	it.each([
		[{ intervallMs: 1000 }, 'intervallMs: unknown key', 'did you mean intervalMs?'],
		[{ INTERVALMS: 1000 }, 'INTERVALMS: unknown key', 'did you mean intervalMs?'],
		[{ zzzzzz: 1 }, 'zzzzzz: unknown key', 'known keys: $schema, schemaVersion, profile'],
		[
			{ profiles: { home: { themee: 'dark' } } },
			'profiles.home.themee: unknown key',
			'did you mean theme?',
		],
		[
			inProfile({ ...node, tokenfile: 'x' }),
			'profiles.home.nodes[0].tokenfile: unknown key',
			'did you mean tokenFile?',
		],
		[JSON.parse('{"__proto__": {"theme": "dark"}}'), '__proto__: unknown key', 'known keys'],
		[{ intervalMs: '2s' }, 'intervalMs: expected a number', ''],
		[{ intervalMs: 99 }, 'intervalMs: expected 100 or more', ''],
		[{ intervalMs: 3_600_001 }, 'intervalMs: expected 3600000 or less', ''],
		[{ intervalMs: 100.5 }, 'intervalMs: expected a whole number', ''],
		[{ framesPerSecond: 0 }, 'framesPerSecond: expected 1 or more', ''],
		[
			{ theme: 'solarized' },
			'theme: must be auto, dark, light, contrast, colorblind, mono, or the path of a theme file that ends in .json',
			'',
		],
		[{ color: true }, 'color: expected "auto", "always", "never"', ''],
		[{ ascii: 'yes' }, 'ascii: expected true or false', ''],
		[{ profiles: [] }, 'profiles: expected an object in { }', ''],
		[{ profiles: { home: { nodes: {} } } }, 'profiles.home.nodes: expected a list in [ ]', ''],
		[{ profiles: { 'my home': {} } }, 'profiles["my home"]: the name must be letters', ''],
		[{ profile: '' }, 'profile: must be letters', ''],
		[inProfile({ url: 'http://h:1' }), 'nodes[0].name: expected text', ''],
		[inProfile({ name: '', url: 'http://h:1' }), 'nodes[0].name: is empty', ''],
		[inProfile({ name: 'a\u001B[2J', url: 'http://h:1' }), 'nodes[0].name: holds characters', ''],
		[inProfile({ name: 'a=b', url: 'http://h:1' }), 'nodes[0].name: may not hold "="', ''],
		[inProfile({ name: 'x'.repeat(65), url: 'http://h:1' }), 'is longer than 64 characters', ''],
		[inProfile({ name: 'n' }), 'nodes[0].url: expected text', ''],
		[inProfile({ name: 'n', url: 'ftp://h' }), 'nodes[0].url: the scheme is not supported', ''],
		[inProfile({ name: 'n', url: '' }), 'nodes[0].url: is empty', ''],
		[inProfile({ ...node, metricsUrl: 'h:x' }), 'nodes[0].metricsUrl: the port must be', ''],
		[inProfile({ ...node, kind: 'EVM' }), 'nodes[0].kind: must be a word in lower case', ''],
		[inProfile({ ...node, token: '${1}' }), 'nodes[0].token: refers to the environment', ''],
		[inProfile({ ...node, token: 't', tokenFile: 'f' }), 'token and tokenFile exclude', ''],
		[inProfile({ ...node, headers: { 'a b': 'x' } }), 'the name is not a header name', ''],
		[inProfile({ ...node, headers: { a: 1 } }), 'headers.a: expected text', ''],
		[
			{ profiles: { home: { nodes: [node, { name: 'm', url: 'h:2' }, node] } } },
			'profiles.home.nodes[2].name: "n" is the name of nodes[0] already',
			'',
		],
		[
			inMapping({ fields: { 'consensus.veiw': { metrics: ['a'] } } }),
			'mappings.mine.fields["consensus.veiw"]: unknown key',
			'did you mean consensus.view?',
		],
		[
			inMapping({ fields: { 'network.peers': { metric: ['a'] } } }),
			'mappings.mine.fields["network.peers"].metric: unknown key',
			'did you mean metrics?',
		],
		[inMapping({ texts: { leader: {} } }), 'unknown key', 'known keys: identity.nodeId'],
		[
			inMapping({ fields: { 'consensus.view': { metrics: ['my-view'] } } }),
			'fields["consensus.view"].metrics[0]: is not the name of a metric',
			'',
		],
		[
			inMapping({ fields: { 'consensus.view': { metrics: ['a'], aggregate: 'avg' } } }),
			'aggregate: expected "sum", "max", "min", "first", "mean"',
			'',
		],
		[inMapping({ detect: [] }), 'mappings.mine.detect: expected 1 or more', ''],
		[inMapping({ paths: ['metrics'] }), 'mappings.mine.paths[0]: must begin with /', ''],
		[inMapping({ latencies: { 'p 99': { metrics: ['a'] } } }), 'must be a word in camelCase', ''],
		[{ mappings: { mine: {} } }, 'mappings.mine.detect: expected a list', ''],
		[{ mappings: { '-': { detect: ['a'] } } }, 'mappings.-: the name must be letters', ''],
		[
			{ profiles: { home: { mappings: { mine: { detects: ['a'] } } } } },
			'profiles.home.mappings.mine.detects: unknown key',
			'did you mean detect?',
		],
		[{ schemaVersion: 0 }, 'schemaVersion: expected 1', ''],
		[{ schemaVersion: 2 }, 'schemaVersion 2 is from a newer nodetop', 'update nodetop'],
		[[], 'the file: expected an object in { }', ''],
		['text', 'the file: expected an object in { }', ''],
		[null, 'the file: expected an object in { }', ''],
	])('refuses %j', async (value, message, step) => {
		const error = await failureOf(() => checkConfig(value, '/c.json'));
		expect(error).toBeInstanceOf(UserError);
		expect(error).toMatchObject({ exitCode: 78, message: expect.stringContaining(message) });
		expect(error).toHaveProperty(
			'nextSteps',
			expect.arrayContaining([expect.stringContaining(step)]),
		);
	});

	it('lists several mistakes, each on its line, and shows no value', async () => {
		const error = await failureOf(() =>
			checkConfig(
				{ theme: 'hunter2', ...inProfile({ ...node, token: 7, url: 'u:hunter2@' }) },
				'/c',
			),
		);
		expect(error).toHaveProperty(
			'message',
			[
				'/c:',
				'  theme: must be auto, dark, light, contrast, colorblind, mono, or the path of a theme file that ends in .json',
				'  profiles.home.nodes[0].url: the host is missing',
				'  profiles.home.nodes[0].token: expected text in double quotes',
			].join('\n'),
		);
	});

	it('gives back the value itself, its keys in their order', () => {
		const value = { theme: 'mono', schemaVersion: 1, $schema: 'x', ascii: true };
		expect(checkConfig(value, '/c')).toBe(value);
	});

	it('transforms nothing: what the schema gives is what it got', () => {
		const value = {
			schemaVersion: 1,
			...inProfile({
				...node,
				kind: 'evm',
				tags: ['a'],
				headers: { 'X-A': '${B}' },
				timeoutMs: 100,
			}),
		};
		expect(configFormat(channelKinds).schema.parse(value)).toEqual(value);
	});
});

describe('editConfigFile', () => {
	it.skipIf(isWindows)('makes the directory with mode 700 and the file with 600', async () => {
		const path = join(await temporaryDirectory(), 'new', 'config.json');
		await editConfigFile(path, () => ({ theme: 'light' }), { ...warnings(), now });
		expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ schemaVersion: 1, theme: 'light' });
		expect(await modeOf(path)).toBe('600');
		expect(await modeOf(join(path, '..'))).toBe('700');
		expect(await readdir(join(path, '..'))).toEqual(['config.json']);
	});

	it('keeps the order of what is there, closes an open mode, and needs no extension', async () => {
		const path = join(await temporaryDirectory(), 'nodetop.conf.d');
		await writeWithMode(path, '{"theme":"mono","$schema":"s","profiles":{"b.c":{},"a":{}}}', 0o644);
		await editConfigFile(path, (config) => ({ ...config, ascii: true }), { ...warnings(), now });
		expect(await readFile(path, 'utf8')).toBe(
			`${JSON.stringify(
				{
					schemaVersion: 1,
					theme: 'mono',
					$schema: 's',
					profiles: { 'b.c': {}, a: {} },
					ascii: true,
				},
				undefined,
				'\t',
			)}\n`,
		);
		expect(await modeOf(path)).toBe(isWindows ? '666' : '600');
	});

	it('keeps a corrupt file aside, says so, and never overwrites one kept before', async () => {
		const directory = await temporaryDirectory();
		const path = join(directory, 'config.json');
		const aside = `${path}.corrupt-20260102T030405Z`;
		await writeFile(aside, 'an earlier one');
		await writeWithMode(path, '{"profiles": ');
		const { warn, given } = warnings();
		const edited = await editConfigFile(path, () => ({ ascii: true }), { warn, now });
		expect(edited.keptAside).toBe(`${aside}-2`);
		expect(await readFile(`${aside}-2`, 'utf8')).toBe('{"profiles": ');
		expect(await readFile(aside, 'utf8')).toBe('an earlier one');
		expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ schemaVersion: 1, ascii: true });
		expect(given).toEqual([
			`${path} was not JSON (line 1, column 14); it is kept as ${aside}-2, and a new file is started`,
		]);
	});

	it('leaves a corrupt file where it is when the change is refused', async () => {
		const directory = await temporaryDirectory();
		const path = await writeWithMode(join(directory, 'config.json'), '{');
		const refuse = () => {
			throw new UserError('no');
		};
		expect(
			await failureOf(() => editConfigFile(path, refuse, { ...warnings(), now })),
		).toMatchObject({ message: 'no' });
		expect(await readdir(directory)).toEqual(['config.json']);
		expect(await readFile(path, 'utf8')).toBe('{');
	});

	it('refuses a file that is JSON but wrong, and a change that would make it wrong', async () => {
		const path = join(await temporaryDirectory(), 'config.json');
		const wrong = '{"themes":"dark"}';
		await writeWithMode(path, wrong);
		const options = { ...warnings(), now };
		expect(await failureOf(() => editConfigFile(path, (same) => same, options))).toMatchObject({
			message: `${path}: themes: unknown key`,
			exitCode: 78,
		});
		expect(await readFile(path, 'utf8')).toBe(wrong);
		await writeWithMode(path, '{}');
		expect(
			await failureOf(() => editConfigFile(path, () => ({ intervalMs: 1 }), options)),
		).toMatchObject({ message: `${path}: intervalMs: expected 100 or more` });
		expect(await readFile(path, 'utf8')).toBe('{}');
	});

	it.each([
		['breaks', '{"theme": ', 'not JSON'],
		['makes wrong', '{"themes": 1}', 'unknown key'],
		['changes', '{"theme": "mono"}', 'another program changed '],
		['removes', undefined, 'another program changed '],
	])(
		'writes nothing over a file that another program %s meanwhile',
		async (_verb, text, message) => {
			const path = await writeWithMode(
				join(await temporaryDirectory(), 'config.json'),
				'{"ascii":true}',
			);
			const edit = (config: object) => {
				if (text === undefined) rmSync(path);
				else writeFileSync(path, text);
				return { ...config, readOnly: true };
			};
			const options = { ...warnings(), now };
			expect(await failureOf(() => editConfigFile(path, edit, options))).toMatchObject({
				message: expect.stringContaining(message),
			});
			expect(existsSync(path) ? await readFile(path, 'utf8') : undefined).toBe(text);
		},
	);

	it.skipIf(isWindows)('writes through a link and keeps the link', async () => {
		const directory = await temporaryDirectory();
		const real = await writeWithMode(join(directory, 'real.json'), '{}');
		const path = join(directory, 'config.json');
		await symlink(real, path);
		await editConfigFile(path, () => ({ ascii: true }), { ...warnings(), now });
		expect(JSON.parse(await readFile(real, 'utf8'))).toEqual({ schemaVersion: 1, ascii: true });
		expect((await readdir(directory)).toSorted()).toEqual(['config.json', 'real.json']);
	});

	it.skipIf(isWindows)('says with exit code 73 why it could not write', async () => {
		const directory = await temporaryDirectory();
		await symlink(join(directory, 'gone'), join(directory, 'dangling'));
		const path = join(directory, 'dangling', 'config.json');
		expect(
			await failureOf(() => editConfigFile(path, () => ({}), { ...warnings(), now })),
		).toMatchObject({
			message: `${path} cannot be written: ENOENT`,
			nextSteps: [expect.stringContaining('leads nowhere')],
			exitCode: 73,
		});
		expect(await readdir(directory)).toEqual(['dangling']);
	});
});
