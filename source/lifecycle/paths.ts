import { existsSync, readdirSync } from 'node:fs';
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
	return {
		directory,
		spec: join(directory, 'spec.json'),
		node: join(directory, 'node.json'),
		machine: join(directory, 'state.json'),
		journal: join(directory, 'journal.jsonl'),
		socket: isLong ? join(runtime, `${hashOf(directory).slice(0, 20)}.socket`) : socket,
		stdout: join(directory, 'stdout'),
		stderr: join(directory, 'stderr'),
		log: join(directory, 'log'),
		supervisorLog: join(directory, 'supervisor.log'),
		releases: join(directory, 'releases'),
	};
}

/** The lock of a data directory, whichever node uses it. */
export function dataLockOf(root: string, dataDirectory: string): string {
	return join(root, '.data', hashOf(dataDirectory).slice(0, 32));
}

/** The module costs 3 MB of memory, which most commands do not need: hardly any path is too long. */
function hashOf(text: string): string {
	return process.getBuiltinModule('node:crypto').hash('sha256', text);
}

/** What a node may be called: one part of a path. */
export function isNodeName(name: string): boolean {
	// The tables of all letters take memory that most names do not need.
	return /^[a-z\d][\w.-]{0,59}$/i.test(name) || /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,59}$/u.test(name);
}

/** The nodes that were ever started here, by name. */
export function knownNodes(root: string): readonly string[] {
	try {
		return readdirSync(root, { withFileTypes: true })
			.filter((entry) => entry.isDirectory() && isNodeName(entry.name))
			.map(({ name }) => name)
			.filter((name) => existsSync(placeOf(root, name, '').spec))
			.toSorted();
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
		throw error;
	}
}
