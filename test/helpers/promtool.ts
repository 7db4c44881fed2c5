import { spawnSync } from 'node:child_process';

const isInstalled = spawnSync('promtool', ['--version'], { stdio: 'ignore' }).status === 0;

/** Whether promtool is installed; prints what is skipped where it is not. */
export function hasPromtool(what: string): boolean {
	if (!isInstalled) console.info(`skipped: ${what} (promtool is not installed)`);
	return isInstalled;
}

/** What promtool prints about a text on its standard input, and how it exits. */
export function promtool(
	args: readonly string[],
	options: { readonly input?: string; readonly cwd?: string } = {},
): { readonly exitCode: number | null; readonly output: string } {
	const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8', ...options });
	return { exitCode: status, output: stdout + stderr };
}
