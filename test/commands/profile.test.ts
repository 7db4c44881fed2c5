import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { profile } from '../../source/commands/profile/profile.ts';
import { UserError } from '../../source/domain/errors.ts';
import { temporaryDirectory, writeWithMode } from '../config/temporary-directory.ts';
import { runCommand } from './command-run.ts';

const content = {
	theme: 'mono',
	profiles: {
		home: { ascii: true, nodes: [{ name: 'a', url: 'h:1', token: 'hunter2' }] },
		work: {},
		default: {
			nodes: [
				{ name: 'b', url: 'h:2' },
				{ name: 'c', url: 'h:3' },
			],
		},
	},
};

async function running(
	argv: readonly string[],
	{ file = content, env = {} }: { file?: object | undefined; env?: Record<string, string> } = {},
) {
	const path = join(await temporaryDirectory(), 'config.json');
	await writeWithMode(path, JSON.stringify(file));
	const run = await runCommand(profile, argv, { env: { NODETOP_CONFIG: path, ...env } });
	const written: unknown = JSON.parse(await readFile(path, 'utf8'));
	return { ...run, path, written };
}

describe('profile list', () => {
	it('marks the one in use, and writes nothing', async () => {
		const run = await running(['list']);
		expect(run.stdout).toBe('  home     1 node\n  work     0 nodes\n* default  2 nodes, in use\n');
		expect(run.written).toEqual(content);
	});

	it.each([
		[[], { NODETOP_PROFILE: 'work' }, 'work'],
		[['--profile', 'home'], { NODETOP_PROFILE: 'work' }, 'home'],
	])('heeds %j and %j', async (argv, env, active) => {
		const { stdout } = await running(['list', ...argv], { env });
		expect(stdout.split('\n').filter((line) => line.startsWith('*'))).toEqual([
			expect.stringContaining(`* ${active} `),
		]);
	});

	it('prints JSON', async () => {
		const run = await running(['list', '--json'], { file: { ...content, profile: 'home' } });
		expect(JSON.parse(run.stdout)).toEqual([
			{ name: 'home', active: true, nodes: 1 },
			{ name: 'work', active: false, nodes: 0 },
			{ name: 'default', active: false, nodes: 2 },
		]);
	});

	it('shows the default one where none is saved', async () => {
		expect((await running(['list'], { file: {} })).stdout).toBe('* default  0 nodes, in use\n');
	});
});

describe('profile use', () => {
	it('writes the choice at the top', async () => {
		const run = await running(['use', 'home'], { file: { schemaVersion: 1, ...content } });
		expect(run.stdout).toBe('the profile home is in use\n');
		expect(JSON.stringify(run.written)).toBe(
			JSON.stringify({ schemaVersion: 1, profile: 'home', ...content }),
		);
	});

	it('replaces an earlier choice where it stands', async () => {
		const file = { theme: 'mono', profile: 'home', profiles: content.profiles };
		const run = await running(['use', 'default'], { file });
		expect(JSON.stringify(run.written)).toBe(
			JSON.stringify({ schemaVersion: 1, ...file, profile: 'default' }),
		);
	});

	it('says when the environment has another', async () => {
		const run = await running(['use', 'home'], { env: { NODETOP_PROFILE: 'work' } });
		expect(run.stderr).toBe(
			'nodetop: NODETOP_PROFILE is set, so the profile work stays in use in this shell\n',
		);
	});
});

describe('profile save', () => {
	it('keeps the whole profile in use under another name', async () => {
		const run = await running(['save', 'copy', '--profile', 'home']);
		expect(run.stdout).toBe('saved the profile copy with 1 node\n');
		expect(run.written).toEqual({
			schemaVersion: 1,
			theme: 'mono',
			profiles: { ...content.profiles, copy: content.profiles.home },
		});
		expect(run.everything).not.toContain('hunter2');
	});

	it('keeps the nodes named, by address or by name', async () => {
		const run = await running(['save', 'new', 'x=tcp://h:9', 'c'], {
			env: { NODETOP_NODES: 'ignored:1' },
		});
		expect(run.stdout).toBe('saved the profile new with 2 nodes\n');
		expect(run.written).toMatchObject({
			profiles: {
				new: {
					nodes: [
						{ name: 'x', url: 'tcp://h:9' },
						{ name: 'c', url: 'h:3' },
					],
				},
			},
		});
	});

	it('replaces one only with --yes', async () => {
		const refused = await running(['save', 'home', 'h:9']);
		expect(refused.error).toMatchObject({
			message: 'the profile "home" already exists',
			nextSteps: ['add --yes to replace it, or choose another name'],
		});
		expect(refused.written).toEqual(content);
		const run = await running(['save', 'home', 'h:9', '--yes']);
		expect(run.written).toMatchObject({
			profiles: { home: { nodes: [{ name: 'h:9', url: 'http://h:9' }] } },
		});
		expect(JSON.stringify(run.written)).not.toContain('ascii');
	});
});

describe('profile rm', () => {
	it('removes an empty one at once', async () => {
		const run = await running(['rm', 'work']);
		expect(run.stdout).toBe('removed the profile work; in use: default\n');
		const { work: _work, ...rest } = content.profiles;
		expect(run.written).toEqual({ schemaVersion: 1, theme: 'mono', profiles: rest });
	});

	it.each([
		['home', {}, 'the profile "home" has 1 node'],
		['default', {}, 'the profile "default" is in use and has 2 nodes'],
		['work', { NODETOP_PROFILE: 'work' }, 'the profile "work" is in use'],
	])('asks for --yes for %s with %j', async (name, env, message) => {
		const run = await running(['rm', name], { env });
		expect(run.error).toMatchObject({
			message,
			nextSteps: ['add --yes to remove it anyway'],
			exitCode: 64,
		});
		expect(run.written).toEqual(content);
	});

	it('leaves no choice behind that no profile has', async () => {
		const run = await running(['rm', 'home', '-y'], { file: { ...content, profile: 'home' } });
		expect(run.stdout).toBe('removed the profile home; in use: default\n');
		const { home: _home, ...rest } = content.profiles;
		expect(run.written).toEqual({ schemaVersion: 1, theme: 'mono', profiles: rest });
	});
});

describe('profile refuses', () => {
	it.each([
		[[], 'profile needs a subcommand', 'one of: list, use, save, remove, rm'],
		[['lst'], 'profile has no "lst"', 'did you mean nodetop profile list?'],
		[['constructor'], 'profile has no "constructor"', 'one of: '],
		[['list', 'x'], 'profile list takes no name', 'profile list'],
		[['use'], 'profile use takes one name', 'profile list'],
		[['use', 'a', 'b'], 'profile use takes one name', 'profile list'],
		[['use', 'hoem'], 'there is no profile "hoem"', 'did you mean home?'],
		[['rm'], 'profile remove takes one name', 'profile list'],
		[['rm', 'hoem', '--yes'], 'there is no profile "hoem"', 'did you mean home?'],
		[['save'], 'profile save needs a name', ''],
		[['save', 'new', '--profile', 'none'], 'there is no profile "none"', 'profiles: home, work'],
		[['save', 'new', 'h:1', 'h:1'], 'two nodes have the name "h:1"', 'name=URL'],
		[['save', 'new', 'nobody'], 'has no node "nobody"', 'its nodes: b, c'],
	])('%j', async (argv, message, step) => {
		const run = await running(argv);
		expect(run.error).toBeInstanceOf(UserError);
		expect(run.error).toMatchObject({ exitCode: 64, message: expect.stringContaining(message) });
		expect(run.everything).toContain(step);
		expect(run.written).toEqual(content);
	});

	it('a name that no profile may have', async () => {
		const run = await running(['save', '../x', 'h:1']);
		expect(run.error).toMatchObject({
			message: expect.stringContaining('profiles["../x"]: the name must be letters'),
			exitCode: 78,
		});
		expect(run.written).toEqual(content);
	});

	it('to save nothing', async () => {
		const run = await running(['save', 'new'], { file: {} });
		expect(run.error).toMatchObject({ message: 'there are no nodes to save' });
	});
});
