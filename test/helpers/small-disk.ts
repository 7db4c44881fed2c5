import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A mount of our own, which ends with its process; a user who is not root is root in it. */
const isRoot = process.getuid?.() === 0;
export const namespaces = isRoot ? ['--mount'] : ['--map-root-user', '--mount'];

/** Why no small disk can be made here; `undefined` where it can. */
export const whyNoDisk =
	spawnSync('unshare', [...namespaces, 'true']).status === 0
		? undefined
		: 'mount namespaces are not allowed here';

/** Runs a file of `test/entries`, which mounts its disk itself, with an empty directory; gives what it printed. */
export function runOnDisk(entry: string): { readonly stdout: string; readonly stderr: string } {
	const disk = mkdtempSync(join(tmpdir(), 'nodetop-disk-'));
	const file = fileURLToPath(new URL(`../entries/${entry}`, import.meta.url));
	const command = [...namespaces, process.execPath, file, disk];
	const { stdout, stderr } = spawnSync('unshare', command, { timeout: 50_000 });
	return { stdout: String(stdout), stderr: String(stderr) };
}

export interface SmallDisk {
	/** The command that runs another one where the disk is mounted. */
	readonly within: readonly string[];
	/** A path on the disk as this process sees it. */
	readonly seen: (path: string) => string;
	readonly fill: () => void;
	readonly makeRoom: () => void;
	/** No file of it may be open for writing. */
	readonly setReadOnly: (isReadOnly: boolean) => void;
	readonly close: () => Promise<void>;
}

/** A disk of some megabytes, mounted over `directory` in a namespace of its own. */
export async function mountSmallDisk(directory: string, megabytes: number): Promise<SmallDisk> {
	const script = `mount -t tmpfs -o size=${megabytes}m,mode=0700 tmpfs "$1" && echo mounted && exec sleep 1000000`;
	const holder = spawn('unshare', [...namespaces, 'sh', '-c', script, 'sh', directory]);
	await once(holder.stdout, 'data');
	const user = isRoot ? [] : ['--user', '--preserve-credentials'];
	const seen = (path: string): string => `/proc/${holder.pid}/root${path}`;
	const within = ['nsenter', ...user, '--mount', '--target', String(holder.pid)];
	const ballast = seen(`${directory}/ballast`);
	return {
		within,
		seen,
		fill() {
			const piece = 4096;
			const end = megabytes * 1024 * 1024;
			try {
				for (let at = 0; at < end; at += piece) {
					writeFileSync(ballast, Buffer.alloc(piece, 1), { flag: 'a' });
				}
			} catch {
				// The disk is full now.
			}
		},
		makeRoom() {
			rmSync(ballast);
		},
		setReadOnly(isReadOnly) {
			const [command = '', ...args] = within;
			const mode = isReadOnly ? 'ro' : 'rw';
			const remount = ['mount', '-o', `remount,${mode}`, directory];
			const { status, stderr } = spawnSync(command, [...args, ...remount]);
			if (status !== 0) throw new Error(`not mounted ${mode}: ${String(stderr)}`);
		},
		async close() {
			holder.kill('SIGKILL');
			await once(holder, 'close');
		},
	};
}
