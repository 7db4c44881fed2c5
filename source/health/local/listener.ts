import { readdirSync, readlinkSync } from 'node:fs';
import { isIPv4, isIPv6 } from 'node:net';
import path from 'node:path';
import { takeTurns } from '../../domain/turns.ts';
import { readIfThere } from './seen.ts';
import type { Seen, SystemRoots } from './seen.ts';

/** State LISTEN in `/proc/net/tcp` (include/net/tcp_states.h of Linux). */
const listening = '0A';
/** Addresses as `/proc/net/tcp` and `tcp6` write them on little-endian machines. */
const any4 = '00000000';
const any6 = '00000000000000000000000000000000';
const loopback6 = '00000000000000000000000001000000';
const mappedBefore = '0000000000000000FFFF0000';

/**
 * The addresses of a listener that answers a connection to a host of this machine, the most exact first, as the kernel
 * chooses. One at :: also answers what comes for 127.0.0.1.
 */
function addressesServing(host: string): readonly string[] {
	if (host.includes(':') && isIPv6(host)) return [loopback6, any6];
	const bytes = (isIPv4(host) ? host : '127.0.0.1').split('.').map(Number).toReversed();
	const exact = Buffer.from(bytes).toString('hex').toUpperCase();
	const exact6 = isIPv4(host) ? [] : [loopback6];
	return [exact, `${mappedBefore}${exact}`, ...exact6, any4, any6];
}

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

/** Where a node listens on this machine: the host as its address names it, IPv6 without brackets. */
export interface ListeningPlace {
	readonly host: string;
	readonly port: number;
}

/** Finds the process that listens at an address of this machine. */
export interface ListenerFinder {
	/** Its pid, or why it is not known. Looks through the processes of this user at most every few seconds. */
	find(place: ListeningPlace): Promise<Seen<number>>;
}

const scanAgainMs = 10_000;

/**
 * From `/proc/net/tcp` and `tcp6` the socket's inode, and from `/proc/PID/fd` who has it open
 * (proc_pid_net(5), proc_pid_fd(5)): Linux only, and only processes that this user may look into.
 */
export function createListenerFinder(roots: SystemRoots, now: () => number): ListenerFinder {
	/** By host and port: two programs can have one port, each at an address of its own. */
	const found = new Map<string, Owner>();
	let scan: SocketScan | undefined;
	let scannedAtMs = Number.NEGATIVE_INFINITY;

	async function ownerOf(inodes: readonly string[]): Promise<Owner | undefined> {
		const known = await scan?.ownerOf(inodes);
		if (known && isOpen(known)) return known;
		if (scan === undefined || now() - scannedAtMs >= scanAgainMs) {
			scannedAtMs = now();
			scan = scanSockets(roots);
		}
		return scan.ownerOf(inodes);
	}

	async function search({ host, port }: ListeningPlace): Promise<Seen<Owner>> {
		const inodes = await listeningInodes(roots, port, addressesServing(host));
		if (inodes === undefined) return { because: 'only Linux shows which process listens' };
		if (inodes.length === 0) return { because: `nothing on this machine listens on port ${port}` };
		const owner = await ownerOf(inodes);
		if (owner) return { value: owner };
		return {
			because: `another user’s process listens on port ${port}; run nodetop as that user`,
		};
	}

	return {
		async find(place) {
			const { host, port } = place;
			const key = `${host} ${port}`;
			// While it is open it listens there, and the kernel's list of all connections is long.
			const last = found.get(key);
			const seen = last && isOpen(last) ? { value: last } : await search(place);
			found.delete(key);
			if (!('value' in seen)) return seen;
			const { value: owner } = seen;
			found.set(key, owner);
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

function isOpen({ file, inode }: Owner): boolean {
	return inodeIn(linkOf(file)) === inode;
}

/** Of the sockets at the most exact of the addresses; `undefined` where the system has no such files. */
async function listeningInodes(
	{ proc }: SystemRoots,
	port: number,
	addresses: readonly string[],
): Promise<readonly string[] | undefined> {
	const tables = await Promise.all(
		['tcp', 'tcp6'].map((name) => readIfThere(path.join(proc, 'net', name))),
	);
	if (tables.every((table) => table === undefined)) return undefined;
	const wanted = port.toString(16).toUpperCase().padStart(4, '0');
	const sockets = tables.flatMap((table = '') =>
		table.split('\n').flatMap((line) => {
			// A busy machine has thousands of lines, and this is asked for each node.
			if (!line.includes(`:${wanted} `)) return [];
			const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
			const [address = '', localPort] = local.split(':');
			const listens = state === listening && localPort === wanted && inode !== undefined;
			return listens ? [{ address, inode }] : [];
		}),
	);
	const best = addresses.find((address) => sockets.some((each) => each.address === address));
	return sockets.filter(({ address }) => address === best).map(({ inode }) => inode);
}

/** The sockets that readable processes have open. */
interface SocketScan {
	/** Who has one of these open; reads on, process by process, until it is found. */
	ownerOf(inodes: readonly string[]): Promise<Owner | undefined>;
}

/**
 * Of the processes that run now. Without the pool of threads: the system answers at once, and handing over a
 * thousand such questions takes longer than they do.
 */
function scanSockets({ proc }: SystemRoots): SocketScan {
	const owners = new Map<string, Owner>();
	const pids = namesIn(proc).filter((name) => /^\d+$/.test(name));
	const rest = pids.values();
	return {
		async ownerOf(inodes) {
			const takeTurn = takeTurns();
			for (;;) {
				const found = inodes.map((inode) => owners.get(inode)).find((owner) => owner);
				if (found) return found;
				const { value: pid } = rest.next();
				if (pid === undefined) return undefined;
				for (const owner of socketsOf(proc, pid))
					if (!owners.has(owner.inode)) owners.set(owner.inode, owner);
				await takeTurn();
			}
		},
	};
}

function socketsOf(proc: string, pid: string): readonly Owner[] {
	const directory = path.join(proc, pid, 'fd');
	return namesIn(directory).flatMap((fd) => {
		const file = `${directory}/${fd}`;
		const inode = inodeIn(linkOf(file));
		return inode === undefined ? [] : [{ pid: Number(pid), inode, file }];
	});
}

function inodeIn(link: string): string | undefined {
	return /^socket:\[(\d+)\]$/.exec(link)?.[1];
}

/** Empty for what has ended meanwhile, and for other users' processes. */
function namesIn(directory: string): readonly string[] {
	try {
		return readdirSync(directory);
	} catch (error) {
		if (error instanceof Error && 'code' in error) return [];
		throw error;
	}
}

function linkOf(file: string): string {
	try {
		return readlinkSync(file);
	} catch (error) {
		if (error instanceof Error && 'code' in error) return '';
		throw error;
	}
}
