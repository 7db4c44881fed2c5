import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface LinkFigures {
	readonly delayMs?: number;
	/** Either way of the delay. */
	readonly jitterMs?: number;
	/** Of the packets towards the server. */
	readonly lossRatio?: number;
	/** From the server. */
	readonly bitsPerSecond?: number;
}

export interface SlowLink {
	/** Runs a program in the client's or the server's network namespace. */
	spawn(side: 'client' | 'server', file: string, args: readonly string[]): ChildProcess;
	readonly serverAddress: string;
	/** Gives the link other figures, for packets from now on. */
	change(figures: LinkFigures): void;
	close(): void;
}

const clientAddress = '10.78.0.1';
const serverAddress = '10.78.0.2';
const relay = fileURLToPath(new URL('tun-link.py', import.meta.url));

function ip(...args: readonly string[]): void {
	execFileSync('ip', args, { stdio: 'ignore' });
}

function isPossible(attempt: () => void): boolean {
	try {
		attempt();
		return true;
	} catch {
		return false;
	}
}

/** How links can be made here: by the kernel's netem, by our relay between TUN devices, or not at all. */
export function linkKind(): 'netem' | 'tun' | undefined {
	const name = `nt-try-${process.pid}`;
	const canSplit = process.platform === 'linux' && isPossible(() => ip('netns', 'add', name));
	if (!canSplit) return undefined;
	try {
		const netem = ['-n', name, 'qdisc', 'add', 'dev', 'lo', 'root', 'netem', 'delay', '1ms'];
		if (isPossible(() => execFileSync('tc', netem, { stdio: 'ignore' }))) return 'netem';
		const python = ['-c', 'import fcntl, os; os.close(os.open("/dev/net/tun", os.O_RDWR))'];
		return isPossible(() => execFileSync('python3', python, { stdio: 'ignore' }))
			? 'tun'
			: undefined;
	} finally {
		ip('netns', 'del', name);
	}
}

let links = 0;

/** Two network namespaces and a link of those figures between them. */
export async function openSlowLink(kind: 'netem' | 'tun', figures: LinkFigures): Promise<SlowLink> {
	links += 1;
	const client = `nt-a-${process.pid}-${links}`;
	const server = `nt-b-${process.pid}-${links}`;
	for (const name of [client, server]) ip('netns', 'add', name);
	const disableV6 = ['sysctl', '-qw', 'net.ipv6.conf.all.disable_ipv6=1'];
	for (const name of [client, server]) isPossible(() => ip('netns', 'exec', name, ...disableV6));
	const relayed =
		kind === 'netem'
			? joinByNetem(client, server, figures)
			: await relayBetween(client, server, figures);
	ip('-n', client, 'addr', 'add', clientAddress, 'peer', serverAddress, 'dev', 'link0');
	ip('-n', server, 'addr', 'add', serverAddress, 'peer', clientAddress, 'dev', 'link0');
	for (const name of [client, server]) {
		ip('-n', name, 'link', 'set', 'link0', 'up');
		ip('-n', name, 'link', 'set', 'lo', 'up');
	}
	const children: ChildProcess[] = [];
	return {
		serverAddress,
		change: relayed.change,
		spawn(side, file, args) {
			const name = side === 'client' ? client : server;
			const child = spawn('ip', ['netns', 'exec', name, file, ...args], {
				stdio: ['ignore', 'pipe', 'inherit'],
			});
			children.push(child);
			return child;
		},
		close() {
			for (const child of children) child.kill('SIGKILL');
			relayed.stop();
			for (const name of [client, server]) isPossible(() => ip('netns', 'del', name));
		},
	};
}

interface Relayed {
	change(figures: LinkFigures): void;
	stop(): void;
}

function joinByNetem(client: string, server: string, figures: LinkFigures): Relayed {
	const peer = ['peer', 'name', 'link0', 'netns', server];
	ip('link', 'add', 'link0', 'netns', client, 'type', 'veth', ...peer);
	const netem = (verb: 'add' | 'change', name: string, ...words: readonly string[]) => {
		const args = ['-n', name, 'qdisc', verb, 'dev', 'link0', 'root', 'netem', ...words];
		execFileSync('tc', args, { stdio: 'ignore' });
	};
	const set = (verb: 'add' | 'change', told: LinkFigures) => {
		const { delayMs = 0, jitterMs = 0, lossRatio = 0, bitsPerSecond = 0 } = told;
		netem(verb, client, 'loss', `${lossRatio * 100}%`);
		const rate = bitsPerSecond > 0 ? ['rate', `${bitsPerSecond}bit`] : [];
		netem(verb, server, 'delay', `${delayMs}ms`, `${jitterMs}ms`, ...rate);
	};
	set('add', figures);
	return {
		change: (told) => {
			set('change', told);
		},
		stop: () => undefined,
	};
}

async function relayBetween(
	client: string,
	server: string,
	figures: LinkFigures,
): Promise<Relayed> {
	const wordsOf = ({
		delayMs = 0,
		jitterMs = 0,
		lossRatio = 0,
		bitsPerSecond = 0,
	}: LinkFigures): string[] => [delayMs, jitterMs, lossRatio, bitsPerSecond].map(String);
	const child = spawn('python3', [relay, client, server, ...wordsOf(figures)], {
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	await once(child.stdout, 'data');
	return {
		change(told) {
			child.stdin.write(`${wordsOf(told).join(' ')}\n`);
		},
		stop() {
			child.kill('SIGKILL');
		},
	};
}
