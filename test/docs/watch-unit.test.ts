import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const page = readFileSync(fileURLToPath(new URL('../../docs/watch.md', import.meta.url)), 'utf8');
const unit = /```ini\n([^]*?)```/.exec(page)?.[1] ?? '';
const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;
if (!hasSystemd) console.info('skipped: systemd-analyze is not installed');

const directory = mkdtempSync(path.join(tmpdir(), 'nodetop-unit-'));

afterAll(() => {
	rmSync(directory, { recursive: true, force: true });
});

function analyze(...args: readonly string[]) {
	const file = path.join(directory, 'nodetop-watch.service');
	// What stands there need not be installed here; that something does is asked.
	writeFileSync(file, unit.replace('/usr/bin/nodetop', process.execPath));
	const { status, stdout, stderr } = spawnSync('systemd-analyze', [...args, file], {
		encoding: 'utf8',
		env: { PATH: process.env['PATH'] ?? '', SYSTEMD_COLORS: '0' },
	});
	return { status, output: `${stdout}${stderr}` };
}

describe('the unit of the manual', () => {
	it('runs the watch over a configuration that only it may read', () => {
		expect(unit).toMatch(/^ExecStart=\S+ watch --config %d\/config\.json$/m);
		expect(unit).toMatch(/^DynamicUser=yes$/m);
	});

	it.skipIf(!hasSystemd)('is one that systemd takes without a word', () => {
		const { status, output } = analyze('verify', '--man=no');
		expect(output.split('\n').filter((line) => line.includes('nodetop-watch'))).toEqual([]);
		expect(status).toBe(0);
	});

	it.skipIf(!hasSystemd)('exposes little', () => {
		const { output } = analyze('security', '--offline=true', '--no-pager');
		const exposure = Number(/Overall exposure level for .*: ([\d.]+)/.exec(output)?.[1]);
		expect(exposure).toBeLessThan(2.5);
	});
});
