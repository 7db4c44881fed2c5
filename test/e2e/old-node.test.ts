import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { bin } from '../helpers/run-nodetop.ts';

/** A Node older than 22.13 on this machine's PATH; the one that runs the tests is newer. */
function findOldNode(): string | undefined {
	return (process.env['PATH'] ?? '')
		.split(path.delimiter)
		.map((directory) => path.join(directory, 'node'))
		.filter((file) => existsSync(file))
		.find((file) => {
			const { stdout } = spawnSync(file, ['-p', 'process.versions.node'], { encoding: 'utf8' });
			const [major = 0, minor = 0] = stdout.trim().split('.').map(Number);
			return major > 0 && (major < 22 || (major === 22 && minor < 13));
		});
}

const oldNode = findOldNode();
if (oldNode === undefined)
	console.info('skipped: an old Node is told what is needed (none on PATH)');

describe('the bin on an old Node', () => {
	it.skipIf(oldNode === undefined)('says in one line what is needed and exits with 1', () => {
		const { status, stdout, stderr } = spawnSync(oldNode ?? '', [bin, '--version'], {
			encoding: 'utf8',
		});
		expect(status).toBe(1);
		expect(stdout).toBe('');
		expect(stderr).toMatch(
			/^nodetop needs Node\.js 22\.13 or newer, but this is v\d+\.\d+\.\d+ \(.*\)\n$/,
		);
	});
});
