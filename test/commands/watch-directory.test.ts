import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { watch } from '../../source/commands/watch/watch.ts';
import { exitCodes, UserError } from '../../source/domain/errors.ts';
import { temporaryDirectory, writeWithMode } from '../config/temporary-directory.ts';
import { runCommand } from './command-run.ts';

const node = { name: 'a', kind: 'evm', url: 'http://127.0.0.1:9' };

/** Begins a watch whose directory of alerts is what the test made of it. */
async function watchIn(home: string) {
	const config = path.join(home, 'config.json');
	await writeWithMode(config, JSON.stringify({ profiles: { default: { nodes: [node] } } }));
	return runCommand(watch, ['--config', config], { env: { XDG_STATE_HOME: home } });
}

describe('a watch whose directory cannot be used', () => {
	it('says so as something to mend, and not as a bug, where it cannot be made', async () => {
		const home = await temporaryDirectory();
		await writeFile(path.join(home, 'nodetop'), 'a file in its place');
		const { error } = await watchIn(home);
		expect(error).toBeInstanceOf(UserError);
		expect(error).toMatchObject({
			message: expect.stringMatching(/alerts\/default cannot be read or written: E\w+/),
			nextSteps: [expect.stringContaining('rights')],
			exitCode: exitCodes.cannotWrite,
		});
	});

	it('says so where its state is none that can be read, and lets go of the lock', async () => {
		const home = await temporaryDirectory();
		const directory = path.join(home, 'nodetop/alerts/default');
		await mkdir(path.join(directory, 'state.json'), { recursive: true });
		const { error } = await watchIn(home);
		expect(error).toMatchObject({ exitCode: exitCodes.cannotWrite });
		expect(await readdir(directory)).toEqual(['lock.1', 'state.json']);
		expect((await watchIn(home)).error).toMatchObject({ exitCode: exitCodes.cannotWrite });
	});
});
