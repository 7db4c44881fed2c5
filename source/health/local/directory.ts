import { formatMs } from '../../domain/format.ts';
import { randomUUID } from 'node:crypto';
import { access, constants, open, statfs, unlink } from 'node:fs/promises';
import path from 'node:path';

/** Facts about the disk of a directory on this machine. */
export interface DirectoryFacts {
	readonly totalBytes: number;
	readonly availableBytes: number;
	/** Absent on file systems that make them as needed. */
	readonly inodes?: { readonly total: number; readonly free: number };
	/** How long it took to write, sync and remove 4 KiB, or what went wrong; absent unless asked for. */
	readonly write?: { readonly ms: number } | { readonly problem: string };
}

export type DirectoryResult = DirectoryFacts | { readonly problem: string };

export interface DirectoryProbe {
	/** Looks at a directory; a look that does not come back, as on a lost NFS server, is a problem. */
	look(directory: string, mayWrite: boolean): Promise<DirectoryResult>;
}

const testBytes = 4096;

interface Look {
	readonly result: Promise<DirectoryResult>;
	isLate: boolean;
}

/** A look that hangs keeps one of Node's few threads for files, so none is sent after it until it ends. */
export function createDirectoryProbe(timeoutMs: number, lookInto = lookAt): DirectoryProbe {
	const looks = new Map<string, Look>();

	function begin(key: string, directory: string, mayWrite: boolean): Look {
		const result = lookInto(directory, mayWrite).finally(() => looks.delete(key));
		const look = { result, isLate: false };
		looks.set(key, look);
		return look;
	}

	function within(look: Look): Promise<DirectoryResult> {
		return new Promise((resolve, reject) => {
			const timer = setTimeout(() => {
				look.isLate = true;
				resolve({ problem: `no answer within ${formatMs(timeoutMs)}` });
			}, timeoutMs);
			look.result.then(resolve, reject).finally(() => {
				clearTimeout(timer);
			});
		});
	}

	return {
		look(directory, mayWrite) {
			const key = `${mayWrite} ${directory}`;
			const look = looks.get(key) ?? begin(key, directory, mayWrite);
			return look.isLate
				? Promise.resolve({ problem: 'an earlier look still hangs' })
				: within(look);
		},
	};
}

async function lookAt(directory: string, mayWrite: boolean): Promise<DirectoryResult> {
	try {
		await access(directory, constants.R_OK);
		const { bsize, blocks, bavail, files, ffree } = await statfs(directory);
		const write = mayWrite ? await writeTest(directory) : undefined;
		return {
			totalBytes: bsize * blocks,
			availableBytes: bsize * bavail,
			...(files > 0 && { inodes: { total: files, free: ffree } }),
			...(write !== undefined && { write }),
		};
	} catch (error) {
		return { problem: problemOf(error) };
	}
}

/** A new file with a name of its own: it neither follows a link nor touches what is there. */
async function writeTest(directory: string): Promise<NonNullable<DirectoryFacts['write']>> {
	const file = path.join(directory, `.nodetop-write-test-${randomUUID()}`);
	const startedAtMs = performance.now();
	try {
		const handle = await open(file, 'wx', 0o600);
		try {
			await handle.write(Buffer.alloc(testBytes));
			await handle.datasync();
		} finally {
			await handle.close();
			await unlink(file);
		}
		return { ms: performance.now() - startedAtMs };
	} catch (error) {
		return { problem: problemOf(error) };
	}
}

/** The system's code alone: a message would carry the path. */
function problemOf(error: unknown): string {
	if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
		return error.code;
	}
	throw error;
}
