import { expect, it } from 'vitest';
import { runNodetop } from '../helpers/run-nodetop.ts';

const beyondAscii = /[^\n\t\u0020-\u007E]/u;

it.each([
	[['--help'], 0],
	[['diagnose', '--help'], 0],
	[['alerts', '--help'], 0],
	[['staus'], 64],
	[['diagnose', '--for', 'soon'], 64],
])('with LC_ALL=C, %j writes ASCII alone', async (args, exitCode) => {
	const plain = await runNodetop(args, { env: { LC_ALL: 'C' } });
	expect(plain.exitCode).toBe(exitCode);
	expect(plain.stdout + plain.stderr).not.toMatch(beyondAscii);
	expect((plain.stdout + plain.stderr).length).toBeGreaterThan(20);
});
