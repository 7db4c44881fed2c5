import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createLogMaker } from '../adapters/storj/log/generated-log.ts';
import { bin, emptyHome } from '../helpers/run-nodetop.ts';

/** 1000 in `npm run test:slow`. */
const megabytes = Number(process.env['NODETOP_LOG_MB'] ?? 100);
/** A watch of one node has about 130 MB at its peak; the log may add 60. */
const mostKilobytes = 190_000;

function writeLog(path: string): void {
	const maker = createLogMaker();
	let block = '';
	while (block.length < 4e6) block += maker.transfer();
	const file = openSync(path, 'w');
	for (let written = 0; written < megabytes * 1e6; written += block.length) writeSync(file, block);
	closeSync(file);
}

/** A number that the kernel keeps of a process. */
const kernelSays = (pid: number | undefined, file: string, name: string) =>
	Number(
		new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/${file}`, 'utf8'))?.[1],
	);

it.runIf(process.platform === 'linux')(
	`a watch reads ${megabytes} MB of a storage node's old log in little memory`,
	async () => {
		const home = emptyHome();
		const log = join(home, 'node.log');
		writeLog(log);
		const child = spawn(process.execPath, [bin, 'watch', '--no-history', `attic:${log}`], {
			stdio: 'ignore',
			env: { PATH: process.env['PATH'] ?? '', HOME: home, XDG_CONFIG_HOME: join(home, '.config') },
		});
		onTestFinished(async () => {
			if (child.exitCode === null && child.kill('SIGKILL')) await once(child, 'close');
			rmSync(home, { recursive: true, force: true });
		});
		await expect
			.poll(() => kernelSays(child.pid, 'io', 'rchar'), { timeout: 500_000, interval: 200 })
			.toBeGreaterThan(megabytes * 1e6);
		expect(kernelSays(child.pid, 'status', 'VmHWM')).toBeLessThan(mostKilobytes);
	},
	600_000,
);
