import { spawn } from 'node:child_process';
import { hostname } from 'node:os';
import {
	chmod,
	mkdir,
	readdir,
	readFile,
	rename,
	symlink,
	utimes,
	writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { acquireLock } from '../../source/domain/lock.ts';
import { UserError } from '../../source/domain/errors.ts';
import { failureOf } from '../config/temporary-directory.ts';
import { stateDirectory } from '../alerts/delivery/helpers.ts';

async function directoryWith(lock?: object | string): Promise<string> {
	const directory = await stateDirectory();
	await mkdir(directory, { recursive: true });
	if (lock !== undefined) {
		const text = typeof lock === 'string' ? lock : JSON.stringify(lock);
		await writeFile(path.join(directory, 'lock.7'), text);
	}
	return directory;
}

const mine = { pid: process.pid, host: hostname() };

describe('the lock', () => {
	it('is for one of many that try at once', async () => {
		const directory = await directoryWith();
		const tries = await Promise.allSettled(
			Array.from({ length: 20 }, () => acquireLock(directory)),
		);
		expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
		const reasons = tries.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
		expect(reasons.every((reason) => reason instanceof UserError)).toBe(true);
		expect(await readdir(directory)).toEqual(['lock.1']);
	});

	it.skipIf(process.platform === 'win32')(
		'refuses a directory in which others may write',
		async () => {
			const directory = await directoryWith();
			await chmod(directory, 0o777);
			expect(await failureOf(() => acquireLock(directory))).toMatchObject({
				message: `${directory} is writable by other users (mode 0777)`,
				exitCode: 78,
			});
			expect(await readdir(directory)).toEqual([]);
			await chmod(directory, 0o750);
			await (await acquireLock(directory)).release();
		},
	);

	it.skipIf(process.platform === 'win32')('follows no link to a directory', async () => {
		const directory = await directoryWith();
		const other = `${directory}-other`;
		await rename(directory, other);
		await symlink(other, directory);
		expect(await failureOf(() => acquireLock(directory))).toMatchObject({
			message: `${directory} is a link: nodetop does not follow links to its state`,
			exitCode: 78,
		});
		expect(await readdir(other)).toEqual([]);
	});

	it('can be taken again after its release, and keeps counting', async () => {
		const directory = await directoryWith();
		await (await acquireLock(directory)).release();
		await (await acquireLock(directory)).release();
		expect(await readdir(directory)).toEqual(['lock.2']);
	});

	it.each([
		['of a process that is gone', { ...mine, pid: 2 ** 22 + 1, startedAt: 'x' }],
		['of an earlier process with the same pid', { ...mine, startedAt: 'another boot 1' }],
		['that nobody can read', 'garbage'],
		['that is empty', ''],
	])('takes over one %s', async (_, lock) => {
		const directory = await directoryWith(lock);
		const { release } = await acquireLock(directory);
		expect(await readdir(directory)).toEqual(['lock.8']);
		expect(JSON.parse(await readFile(path.join(directory, 'lock.8'), 'utf8'))).toMatchObject(mine);
		await release();
	});

	it('waits for a holder that is just ending', async () => {
		const directory = await directoryWith();
		const first = await acquireLock(directory);
		const second = acquireLock(directory);
		await first.release();
		await (await second).release();
		expect(await readdir(directory)).toEqual(['lock.2']);
	});

	it.skipIf(process.platform !== 'linux')(
		'takes over one of a process that was killed',
		async () => {
			const directory = await directoryWith();
			const child = spawn('sleep', ['60']);
			const status = await readFile(`/proc/${child.pid}/stat`, 'utf8');
			const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
			const startedAt = `${boot} ${status.split(' ')[21]}`;
			await writeFile(
				path.join(directory, 'lock.7'),
				JSON.stringify({ pid: child.pid, startedAt, host: hostname() }),
			);
			const refused = await failureOf(() => acquireLock(directory));
			child.kill('SIGKILL');
			expect(refused).toMatchObject({ message: expect.stringContaining(`process ${child.pid} `) });
			await (await acquireLock(directory)).release();
		},
	);

	it('believes another host for a minute', async () => {
		const directory = await directoryWith({ pid: 1, startedAt: '', host: 'elsewhere' });
		const error = await failureOf(() => acquireLock(directory));
		expect(error).toMatchObject({ message: expect.stringContaining('process 1 on elsewhere') });
		const longAgo = new Date(Date.now() - 61_000);
		await utimes(path.join(directory, 'lock.7'), longAgo, longAgo);
		await (await acquireLock(directory)).release();
	});
});
