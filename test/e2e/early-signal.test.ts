import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { bin, emptyHome } from '../helpers/run-nodetop.ts';

/** Whether nodetop listens to signals: Node by itself catches SIGTERM, but not SIGHUP, signal 1. */
function hearsSignals(pid: number): boolean {
	const caught = /^SigCgt:\s*([\da-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
	return (BigInt(`0x${caught ?? '0'}`) & 1n) === 1n;
}

const waitMs = 10_000;

it.skipIf(process.platform !== 'linux')(
	'a signal while the demo’s networks start ends it (seen in /proc)',
	async () => {
		const child = spawn(process.execPath, [bin, 'demo', '--serve'], {
			stdio: 'ignore',
			env: { PATH: process.env['PATH'] ?? '', HOME: emptyHome() },
		});
		let exitCode: number | null | undefined;
		child.on('close', (code) => {
			exitCode = code;
		});
		const { pid } = child;
		if (pid === undefined) throw new Error('it did not start');
		try {
			await expect.poll(() => hearsSignals(pid), { timeout: waitMs, interval: 5 }).toBe(true);
			child.kill('SIGTERM');
			await expect.poll(() => exitCode, { timeout: waitMs }).toBe(143);
		} finally {
			child.kill('SIGKILL');
		}
	},
	3 * waitMs,
);
