import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { remove } from '../../source/commands/remove/remove.ts';
import { UserError } from '../../source/domain/errors.ts';
import { temporaryDirectory, writeWithMode } from '../config/temporary-directory.ts';
import { runCommand } from './command-run.ts';

const content = {
	profiles: {
		default: {
			nodes: [
				{ name: 'a', url: 'h:1', token: 'hunter2' },
				{ name: 'b', url: 'h:2' },
			],
		},
		home: { theme: 'mono', nodes: [{ name: 'a', url: 'h:3' }] },
	},
};

async function removing(argv: readonly string[], text = JSON.stringify(content)) {
	const path = join(await temporaryDirectory(), 'config.json');
	await writeWithMode(path, text);
	const run = await runCommand(remove, argv, { env: { NODETOP_CONFIG: path } });
	return { ...run, path, text: await readFile(path, 'utf8') };
}

describe('remove', () => {
	it('forgets one node and leaves all else', async () => {
		const run = await removing(['a']);
		expect(run.exitCode).toBe(0);
		expect(run.stdout).toBe('removed a from the profile default\n');
		expect(JSON.parse(run.text)).toEqual({
			schemaVersion: 1,
			profiles: { ...content.profiles, default: { nodes: [{ name: 'b', url: 'h:2' }] } },
		});
	});

	it('keeps the profile when its last node goes', async () => {
		const run = await removing(['a', '--profile', 'home']);
		expect(run.stdout).toBe('removed a from the profile home\n');
		expect(JSON.parse(run.text)).toMatchObject({
			profiles: { home: { theme: 'mono', nodes: [] } },
		});
	});

	it.each([
		[[], 'remove takes the name of one node, but got 0', 'config print'],
		[['a', 'b'], 'remove takes the name of one node, but got 2', 'config print'],
		[['c'], 'the profile "default" has no node "c"', 'its nodes: a, b'],
		[['A'], 'the profile "default" has no node "A"', 'did you mean a?'],
		[['a', '--profile', 'hoem'], 'there is no profile "hoem"', 'did you mean home?'],
		[['a', '--yes'], 'unknown flag --yes', 'known flags: --profile --config'],
	])('refuses %j', async (argv, message, step) => {
		const run = await removing(argv);
		expect(run.error).toBeInstanceOf(UserError);
		expect(run.error).toMatchObject({ exitCode: 64, message: expect.stringContaining(message) });
		expect(run.everything).toContain(step);
		expect(run.everything).not.toContain('hunter2');
		expect(run.text).toBe(JSON.stringify(content));
	});

	it('makes no file where there was none', async () => {
		const directory = await temporaryDirectory();
		const run = await runCommand(remove, ['a', '-c', join(directory, 'x', 'c.json')]);
		expect(run.error).toMatchObject({ message: 'the profile "default" has no node "a"' });
		expect(await readdir(directory)).toEqual([]);
	});
});
