import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bin } from './run-nodetop.ts';

/** Where a `nodetop watch` of a test has its configuration and its state. */
export interface WatchHome {
	readonly directory: string;
	readonly configFile: string;
	/** Of the profile `default`. */
	readonly alertDirectory: string;
	readonly env: Readonly<Record<string, string>>;
}

export function watchHome(directory: string): WatchHome {
	return {
		directory,
		configFile: path.join(directory, 'config.json'),
		alertDirectory: path.join(directory, 'nodetop', 'alerts', 'default'),
		env: { PATH: process.env['PATH'] ?? '', HOME: directory, XDG_STATE_HOME: directory },
	};
}

/** Replaces the configuration as a whole, as an editor does. */
export async function writeConfig(home: WatchHome, profile: object): Promise<void> {
	const text = JSON.stringify({ profiles: { default: profile } });
	await writeFile(`${home.configFile}.new`, text, { mode: 0o600 });
	await rename(`${home.configFile}.new`, home.configFile);
}

export interface WatchProcess {
	readonly child: ChildProcess;
	stdout(): string;
	stderr(): string;
	readonly exited: Promise<number | null>;
}

/** The built `nodetop watch`, as a process of its own; `within` is the command that starts it elsewhere. */
export function startWatchProcess(
	home: WatchHome,
	args: readonly string[] = [],
	within: readonly string[] = [],
): WatchProcess {
	const nodetop = [process.execPath, bin, 'watch', '-c', home.configFile, ...args];
	const [program = '', ...rest] = [...within, ...nodetop];
	const child = spawn(program, rest, {
		stdio: ['ignore', 'pipe', 'pipe'],
		env: home.env,
	});
	let stdout = '';
	let stderr = '';
	child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
	child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
	const exited = new Promise<number | null>((resolve) => {
		child.on('close', resolve);
	});
	return { child, stdout: () => stdout, stderr: () => stderr, exited };
}
