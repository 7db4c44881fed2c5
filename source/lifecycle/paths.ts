import { createHash } from 'node:crypto';
import { join } from 'node:path';

/** Where a supervisor keeps everything of one node. */
export interface ProcessPlace {
	readonly directory: string;
	readonly spec: string;
	readonly node: string;
	readonly machine: string;
	readonly journal: string;
	readonly socket: string;
	readonly stdout: string;
	readonly stderr: string;
	readonly log: string;
	readonly supervisorLog: string;
	/** Where binaries of upgrades are kept. */
	readonly releases: string;
}

/** The length that fits into `sun_path` of every system: 104 bytes on macOS, with its end. */
const longestSocketPath = 103;

/** `root` holds a directory for each node. `runtime` is short, for a socket whose path would be too long. Pure. */
export function placeOf(root: string, name: string, runtime: string): ProcessPlace {
	const directory = join(root, name);
	const socket = join(directory, 'socket');
	const isLong = Buffer.byteLength(socket) > longestSocketPath;
	const hash = createHash('sha256').update(directory).digest('hex').slice(0, 20);
	return {
		directory,
		spec: join(directory, 'spec.json'),
		node: join(directory, 'node.json'),
		machine: join(directory, 'state.json'),
		journal: join(directory, 'journal.jsonl'),
		socket: isLong ? join(runtime, `${hash}.socket`) : socket,
		stdout: join(directory, 'stdout'),
		stderr: join(directory, 'stderr'),
		log: join(directory, 'log'),
		supervisorLog: join(directory, 'supervisor.log'),
		releases: join(directory, 'releases'),
	};
}

/** The lock of a data directory, whichever node uses it. */
export function dataLockOf(root: string, dataDirectory: string): string {
	const hash = createHash('sha256').update(dataDirectory).digest('hex').slice(0, 32);
	return join(root, '.data', hash);
}
