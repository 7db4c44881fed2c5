import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { config, createConfig } from '../../source/commands/config/config.ts';
import { UserError } from '../../source/domain/errors.ts';
import { temporaryDirectory, writeWithMode } from '../config/temporary-directory.ts';
import { runCommand } from './command-run.ts';

const secretText = 'hunter2';
const content = {
	theme: 'mono',
	profiles: {
		default: {
			nodes: [
				{
					name: '本',
					kind: 'evm',
					url: `http://user:${secretText}@h:1/?apikey=${secretText}`,
					token: secretText,
					headers: { 'X-Key': secretText, Authorization: '${AUTH}' },
				},
			],
		},
	},
};

async function running(
	argv: readonly string[],
	{
		text = JSON.stringify(content),
		env = {},
	}: { text?: string; env?: Record<string, string> } = {},
) {
	const directory = await temporaryDirectory();
	const path = join(directory, 'config.json');
	await writeWithMode(path, text);
	const command = createConfig(() => Promise.resolve(['evm', 'host']));
	const run = await runCommand(command, argv, { env: { NODETOP_CONFIG: path, ...env } });
	expect(await readdir(directory)).toEqual(['config.json']);
	expect(await readFile(path, 'utf8')).toBe(text);
	return { ...run, path, directory };
}

describe('config', () => {
	it('path prints where the file is, whether it is there or not', async () => {
		const { stdout, path } = await running(['path']);
		expect(stdout).toBe(`${path}\n`);
		expect((await running(['path', '-c', '/nowhere/c.json'])).stdout).toBe('/nowhere/c.json\n');
	});

	it('print shows all but the secrets', async () => {
		const run = await running(['print']);
		expect(JSON.parse(run.stdout)).toEqual({
			theme: 'mono',
			profiles: {
				default: {
					nodes: [
						{
							name: '本',
							kind: 'evm',
							url: 'http://***@h:1/?apikey=***',
							token: '***',
							headers: { 'X-Key': '***', Authorization: '${AUTH}' },
						},
					],
				},
			},
		});
		expect(run.everything).not.toContain(secretText);
	});

	it('print says when there is no file', async () => {
		const run = await running(['print', '-c', '/nowhere/c.json']);
		expect(run.stdout).toBe('{}\n');
		expect(run.stderr).toBe('nodetop: there is no file /nowhere/c.json; the defaults apply\n');
	});

	it('schema prints a JSON Schema that forbids unknown keys', async () => {
		const schema: unknown = JSON.parse((await running(['schema'])).stdout);
		expect(schema).toMatchObject({
			$schema: 'https://json-schema.org/draft/2020-12/schema',
			title: 'nodetop configuration',
			additionalProperties: false,
			properties: {
				intervalMs: { type: 'integer', minimum: 100, maximum: 3_600_000 },
				theme: { type: 'string' },
				profiles: {
					additionalProperties: {
						properties: { nodes: { items: { required: ['name', 'url'] } } },
					},
				},
			},
		});
	});

	it('explain prints an aligned table', async () => {
		const run = await running(['explain', '--interval', '1s'], { env: { NO_COLOR: '1' } });
		const at = (key: string) => `profiles.default.nodes[0].${key} in ${run.path}`;
		const [header = '', ...lines] = run.stdout.trimEnd().split('\n');
		expect(header).toMatch(/^KEY +VALUE +ORIGIN +WHERE$/);
		expect(lines.map((line) => line.split(/ {2,}/))).toEqual([
			['configuration', run.path, 'environment', 'NODETOP_CONFIG'],
			['profile', 'default', 'default', 'built in'],
			['intervalMs', '1000', 'flag', '--interval'],
			['timeoutMs', '5000', 'default', 'built in'],
			['healthIntervalMs', '30000', 'default', 'built in'],
			['framesPerSecond', '1', 'default', 'built in'],
			['theme', 'mono', 'file', `theme in ${run.path}`],
			['color', 'never', 'environment', 'NO_COLOR'],
			['ascii', 'false', 'default', 'built in'],
			['readOnly', 'false', 'default', 'built in'],
			['nodes.本.url', 'http://***@h:1/?apikey=***', 'profile', at('url')],
			['nodes.本.kind', 'evm', 'profile', at('kind')],
			['nodes.本.token', '***', 'profile', at('token')],
			['nodes.本.headers.X-Key', '***', 'profile', at('headers.X-Key')],
			[
				'nodes.本.headers.Authorization',
				'***',
				'profile',
				`${at('headers.Authorization')}, from $AUTH`,
			],
		]);
		// 本 is two cells wide, so its lines are one character shorter up to the next column.
		const valueColumn = header.indexOf('VALUE');
		const lineOf = (key: string) => lines.find((line) => line.startsWith(`${key} `));
		expect(lineOf('ascii')?.indexOf('false')).toBe(valueColumn);
		expect(lineOf('nodes.本.url')?.indexOf('http')).toBe(valueColumn - 1);
		expect(run.everything).not.toContain(secretText);
	});

	it('explain prints JSON, and the nodes named', async () => {
		const run = await running(['explain', 'x=h:9', '--json']);
		const rows: unknown = JSON.parse(run.stdout);
		expect(rows).toEqual(
			expect.arrayContaining([
				{ key: 'theme', value: 'mono', origin: 'file', where: `theme in ${run.path}` },
				{ key: 'nodes.x.url', value: 'http://h:9', origin: 'flag', where: 'command line' },
			]),
		);
		expect(run.stdout).not.toContain('本');
	});
});

describe('config validate', () => {
	it('counts what is right', async () => {
		const { stdout, path } = await running(['validate']);
		expect(stdout).toBe(`${path} is right: 1 profile, 1 node\n`);
	});

	it('takes a file', async () => {
		const directory = await temporaryDirectory();
		const file = await writeWithMode(join(directory, 'other.json'), '{"profiles":{"a":{},"b":{}}}');
		expect((await running(['validate', file])).stdout).toBe(
			`${file} is right: 2 profiles, 0 nodes\n`,
		);
	});

	it('is content without a file, unless one was named', async () => {
		const env = { NODETOP_CONFIG: '/nowhere/c.json' };
		expect((await running(['validate'], { env })).stdout).toBe(
			'there is no file /nowhere/c.json; the defaults apply\n',
		);
		for (const argv of [['/nowhere/d.json'], ['-c', '/nowhere/d.json']]) {
			expect((await running(['validate', ...argv])).error).toMatchObject({
				message: 'there is no file /nowhere/d.json',
				exitCode: 78,
			});
		}
	});

	it.each([
		[
			`{"token": ${secretText}}`,
			':1:11: not JSON: a value was expected',
			'correct line 1, column 11',
		],
		[`{"themes": "${secretText}"}`, 'themes: unknown key', 'did you mean theme?'],
		[`{"theme": "${secretText}"}`, 'theme: must be auto, dark', 'config schema'],
		['{"profile": "hoem", "profiles": {"home": {}}}', 'there is no profile "hoem"', 'home?'],
		[
			'{"profiles": {"p": {"nodes": [{"name": "n", "url": "h:1", "kind": "hots"}]}}}',
			'profiles.p.nodes[0].kind: "hots" is no kind of node',
			'did you mean host?',
		],
	])('refuses %s', async (text, message, step) => {
		const run = await running(['validate'], { text });
		expect(run.error).toBeInstanceOf(UserError);
		expect(run.error).toMatchObject({ exitCode: 78, message: expect.stringContaining(message) });
		expect(run.everything).toContain(step);
		expect(run.everything).not.toContain(secretText);
	});

	it('knows the adapters’ kinds', async () => {
		const text = '{"profiles": {"p": {"nodes": [{"name": "n", "url": "h:1", "kind": "evm"}]}}}';
		const path = await writeWithMode(join(await temporaryDirectory(), 'c.json'), text);
		expect((await runCommand(config, ['validate', path])).exitCode).toBe(0);
	});
});

describe('config refuses', () => {
	it.each([
		[[], 'config needs a subcommand', 'one of: path, print, schema, explain, validate'],
		[['pirnt'], 'config has no "pirnt"', 'did you mean nodetop config print?'],
		[['path', 'x'], 'config path takes no arguments', '--config FILE'],
		[['print', 'x'], 'config print takes no arguments', '--config FILE'],
		[['schema', 'x'], 'config schema takes no arguments', '--config FILE'],
		[['validate', 'a', 'b'], 'config validate takes one file', ''],
		[['explain', '--interval', 'abc'], '--interval: "abc" is not a duration', ''],
		[['explain', 'nobody'], 'has no node "nobody"', 'its nodes: 本'],
		[['explain', '--intervall', '1s'], 'unknown flag --intervall', 'did you mean --interval?'],
	])('%j', async (argv, message, step) => {
		const run = await running(argv);
		expect(run.error).toBeInstanceOf(UserError);
		expect(run.error).toMatchObject({ exitCode: 64, message: expect.stringContaining(message) });
		expect(run.everything).toContain(step);
		expect(run.everything).not.toContain(secretText);
	});
});
