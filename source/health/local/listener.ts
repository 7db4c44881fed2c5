import { readdir, readlink } from 'node:fs/promises';
import path from 'node:path';
import { readIfThere } from './seen.ts';
import type { Seen, SystemRoots } from './seen.ts';

/** State LISTEN in `/proc/net/tcp` (include/net/tcp_states.h of Linux). */
const listening = '0A';
/** 127.0.0.1, 0.0.0.0, ::1, ::, ::ffff:127.0.0.1 as `/proc/net/tcp` and `tcp6` write them on little-endian machines. */
const localAddresses: ReadonlySet<string> = new Set([
	'0100007F',
	'00000000',
	'00000000000000000000000001000000',
	'00000000000000000000000000000000',
	'0000000000000000FFFF00000100007F',
]);

/** Programs that listen for a node that runs elsewhere: in a container, or behind them. */
const forwarders: ReadonlySet<string> = new Set([
	'docker-proxy',
	'rootlessport',
	'slirp4netns',
	'pasta',
	'passt',
	'gvproxy',
	'kubectl',
	'ssh',
	'sshd',
	'autossh',
	'socat',
	'stunnel',
	'haproxy',
	'nginx',
	'envoy',
	'caddy',
	'traefik',
]);

/** Finds the process that listens on a port of this machine. */
export interface ListenerFinder {
	/** Its pid, or why it is not known. Reads all processes of this user at most every few seconds. */
	find(port: number): Promise<Seen<number>>;
}

const scanAgainMs = 10_000;

/**
 * From `/proc/net/tcp` and `tcp6` the socket's inode, and from `/proc/PID/fd` who has it open
 * (proc_pid_net(5), proc_pid_fd(5)): Linux only, and only processes that this user may look into.
 */
export function createListenerFinder(roots: SystemRoots, now: () => number): ListenerFinder {
	/** By port. */
	const found = new Map<number, Owner>();
	let scan: Promise<ReadonlyMap<string, Owner>> | undefined;
	let scannedAtMs = Number.NEGATIVE_INFINITY;

	async function ownerOf(inodes: readonly string[]): Promise<Owner | undefined> {
		const known = scan && firstOf(await scan, inodes);
		if (known && (await isOpen(known))) return known;
		if (scan === undefined || now() - scannedAtMs >= scanAgainMs) {
			scannedAtMs = now();
			scan = scanSockets(roots);
		}
		return firstOf(await scan, inodes);
	}

	async function search(port: number): Promise<Seen<Owner>> {
		const inodes = await listeningInodes(roots, port);
		if (inodes === undefined) return { because: 'only Linux shows which process listens' };
		if (inodes.length === 0) return { because: `nothing on this machine listens on port ${port}` };
		const owner = await ownerOf(inodes);
		if (owner) return { value: owner };
		return {
			because: `another user’s process listens on port ${port}; run nodetop as that user`,
		};
	}

	return {
		async find(port) {
			// While it is open it listens there, and the kernel's list of all connections is long.
			const last = found.get(port);
			const seen = last && (await isOpen(last)) ? { value: last } : await search(port);
			found.delete(port);
			if (!('value' in seen)) return seen;
			const { value: owner } = seen;
			found.set(port, owner);
			const comm = await readIfThere(path.join(roots.proc, String(owner.pid), 'comm'));
			const name = comm?.trim() ?? '';
			return forwarders.has(name)
				? { because: `${name} listens on port ${port} for a node that runs elsewhere` }
				: { value: owner.pid };
		},
	};
}

/** A process that has a socket open. */
interface Owner {
	readonly pid: number;
	readonly inode: string;
	/** Its link to the socket. */
	readonly file: string;
}

function firstOf(
	owners: ReadonlyMap<string, Owner> | undefined,
	inodes: readonly string[],
): Owner | undefined {
	for (const inode of inodes) {
		const owner = owners?.get(inode);
		if (owner !== undefined) return owner;
	}
	return undefined;
}

async function isOpen({ file, inode }: Owner): Promise<boolean> {
	return inodeIn(await linkOf(file)) === inode;
}

/** `undefined` where the system has no such files. */
async function listeningInodes(
	{ proc }: SystemRoots,
	port: number,
): Promise<readonly string[] | undefined> {
	const tables = await Promise.all(
		['tcp', 'tcp6'].map((name) => readIfThere(path.join(proc, 'net', name))),
	);
	if (tables.every((table) => table === undefined)) return undefined;
	const wanted = port.toString(16).toUpperCase().padStart(4, '0');
	return tables.flatMap((table = '') =>
		table.split('\n').flatMap((line) => {
			// A busy machine has thousands of lines, and this is asked for each node.
			if (!line.includes(`:${wanted} `)) return [];
			const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
			const [address = '', localPort] = local.split(':');
			const fits = state === listening && localPort === wanted && localAddresses.has(address);
			return fits && inode !== undefined ? [inode] : [];
		}),
	);
}

/** Every socket that a readable process has open, by its inode. */
async function scanSockets({ proc }: SystemRoots): Promise<ReadonlyMap<string, Owner>> {
	const owners = new Map<string, Owner>();
	const pids = (await namesIn(proc)).filter((name) => /^\d+$/.test(name));
	for (const pid of pids) {
		for (const owner of await socketsOf(proc, pid)) {
			if (!owners.has(owner.inode)) owners.set(owner.inode, owner);
		}
	}
	return owners;
}

async function socketsOf(proc: string, pid: string): Promise<readonly Owner[]> {
	const directory = path.join(proc, pid, 'fd');
	const owners = await Promise.all(
		(await namesIn(directory)).map(async (fd): Promise<Owner[]> => {
			const file = path.join(directory, fd);
			const inode = inodeIn(await linkOf(file));
			return inode === undefined ? [] : [{ pid: Number(pid), inode, file }];
		}),
	);
	return owners.flat();
}

function inodeIn(link: string): string | undefined {
	return /^socket:\[(\d+)\]$/.exec(link)?.[1];
}

/** Empty for what has ended meanwhile, and for other users' processes. */
async function namesIn(directory: string): Promise<readonly string[]> {
	try {
		return await readdir(directory);
	} catch (error) {
		if (error instanceof Error && 'code' in error) return [];
		throw error;
	}
}

async function linkOf(file: string): Promise<string> {
	try {
		return await readlink(file);
	} catch (error) {
		if (error instanceof Error && 'code' in error) return '';
		throw error;
	}
}
