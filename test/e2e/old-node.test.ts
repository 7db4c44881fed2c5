import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
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

describe('what npm ci says at its end', () => {
	const notice = (npmRunsOn: string) =>
		spawnSync(
			process.execPath,
			[fileURLToPath(new URL('../../scripts/node-notice.ts', import.meta.url))],
			{
				encoding: 'utf8',
				env: { ...process.env, npm_config_user_agent: `npm/10.8.2 node/${npmRunsOn} linux x64` },
			},
		).stdout;

	it('explains in one line the warning that npm prints on an old Node', () => {
		expect(notice('v20.20.2')).toMatch(
			/^npm warns \(EBADENGINE\) because it runs on Node\.js 20\.20: that is intended, .*\n$/,
		);
		expect(notice('v22.12.0')).toMatch(/^npm warns .*\n$/);
	});

	it('is nothing on a Node that is new enough', () => {
		expect(notice('v22.13.0') + notice('v24.1.0')).toBe('');
	});

	it('is printed by npm after it has installed', () => {
		const { scripts } = JSON.parse(
			readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
		) as {
			scripts: Record<string, string>;
		};
		expect(scripts['prepare']).toBe('node scripts/node-notice.ts');
	});
});
