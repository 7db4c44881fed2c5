import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const bin = fileURLToPath(new URL('../../bin/nodetop.js', import.meta.url));

export interface RunResult {
	readonly exitCode: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

/** A directory of its own for configuration, so that tests never see the user's. */
export function emptyHome(): string {
	return mkdtempSync(path.join(tmpdir(), 'nodetop-home-'));
}

/** Runs the built program to its end, with a configuration directory of its own. */
export async function runNodetop(
	args: readonly string[],
	options: { readonly home?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<RunResult> {
	const home = options.home ?? emptyHome();
	const child = spawn(process.execPath, [bin, ...args], {
		stdio: ['ignore', 'pipe', 'pipe'],
		env: {
			PATH: process.env['PATH'] ?? '',
			HOME: home,
			XDG_CONFIG_HOME: path.join(home, '.config'),
			...options.env,
		},
	});
	let stdout = '';
	let stderr = '';
	child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
	child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
	const exitCode = await new Promise<number | null>((resolve) => {
		child.on('close', resolve);
	});
	return { exitCode, stdout, stderr };
}
