import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

export interface Anvil {
	readonly url: string;
	readonly pid: number;
	/** Asks it to end and waits until it has. */
	stop(): Promise<void>;
	/** Ends it without warning and waits until it is gone. */
	kill(): Promise<void>;
}

export interface AnvilOptions {
	/** Seconds from block to block; without it a block comes with each transaction only. */
	readonly blockTime?: number;
	readonly chainId?: number;
	/** Of the genesis block, Unix seconds: with the chain id it makes the genesis hash. */
	readonly timestamp?: number;
	/** A free one unless given, as for a node that comes back. */
	readonly port?: number;
}

/** Where the real anvil is, if this platform's package is installed. */
export function anvilBinary(): string | undefined {
	const file = path.resolve('node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil');
	return process.platform === 'linux' && process.arch === 'x64' && existsSync(file)
		? file
		: undefined;
}

const startTimeoutMs = 10_000;
const retryMs = 25;

/** Starts a real anvil on loopback; resolves when it answers. */
export async function startAnvil(options: AnvilOptions = {}): Promise<Anvil> {
	const binary = anvilBinary();
	if (binary === undefined) throw new Error('anvil is not installed on this platform');
	const port = options.port ?? (await freePort());
	const interval = options.blockTime === undefined ? [] : ['--block-time', `${options.blockTime}`];
	const identity = [
		...(options.chainId === undefined ? [] : ['--chain-id', `${options.chainId}`]),
		...(options.timestamp === undefined ? [] : ['--timestamp', `${options.timestamp}`]),
	];
	const child = spawn(
		binary,
		['--host', '127.0.0.1', '--port', `${port}`, '--silent', ...interval, ...identity],
		{
			stdio: 'ignore',
		},
	);
	const exited = new Promise<void>((resolve) => {
		child.once('exit', () => {
			resolve();
		});
		child.once('error', () => {
			resolve();
		});
	});
	const end = async (signal: NodeJS.Signals) => {
		child.kill(signal);
		await exited;
	};
	const url = `http://127.0.0.1:${port}`;
	try {
		await untilAnswering(url, () => child.exitCode !== null);
	} catch (error) {
		await end('SIGKILL');
		throw error;
	}
	return {
		url,
		pid: child.pid ?? 0,
		stop: () => end('SIGTERM'),
		kill: () => end('SIGKILL'),
	};
}

/** One question to a node, without any code of ours between. */
export async function askRaw(
	url: string,
	method: string,
	params: unknown[] = [],
): Promise<unknown> {
	const response = await fetch(url, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
	});
	const { result } = (await response.json()) as { result: unknown }; // A node that is known.
	return result;
}

async function untilAnswering(url: string, hasEnded: () => boolean): Promise<void> {
	const giveUpAt = Date.now() + startTimeoutMs;
	for (;;) {
		try {
			await askRaw(url, 'web3_clientVersion');
			return;
		} catch (error) {
			if (hasEnded() || Date.now() > giveUpAt) {
				throw new Error(`anvil does not answer at ${url}`, { cause: error });
			}
			await new Promise((resolve) => {
				setTimeout(resolve, retryMs);
			});
		}
	}
}

async function freePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>((resolve) => {
		server.listen(0, '127.0.0.1', resolve);
	});
	const { port } = server.address() as AddressInfo; // A TCP server has one.
	await new Promise((resolve) => {
		server.close(resolve);
	});
	return port;
}
