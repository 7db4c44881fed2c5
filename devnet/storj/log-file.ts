import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NodeLog } from './node-log.ts';

/** A devnet that runs for weeks keeps the newest lines only. */
const mostBytes = 16 * 1024 * 1024;

/** The log of a node as a file of its own directory, which is removed at the end. */
export interface LogFile {
	readonly path: string;
	close(): void;
}

export function createLogFile(name: string, log: NodeLog): LogFile {
	const directory = mkdtempSync(join(tmpdir(), 'nodetop-devnet-'));
	const path = join(directory, `${name}.log`);
	writeFileSync(path, '');
	let bytes = 0;

	const onRotate = () => {
		renameSync(path, `${path}.1`);
		writeFileSync(path, '');
		bytes = 0;
	};
	const stop = log.listen({
		onLine(line) {
			appendFileSync(path, `${line}\n`);
			bytes += line.length + 1;
			if (bytes > mostBytes) onRotate();
		},
		onRotate,
	});
	return {
		path,
		close() {
			stop();
			rmSync(directory, { recursive: true, force: true });
		},
	};
}
