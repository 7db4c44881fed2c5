import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { UserError, exitCodes } from '../source/domain/errors.ts';
import type { DevnetNode } from './devnet.ts';
import { devnetMessageSchema } from './devnet-message.ts';

export interface ForkOptions {
	/** Path of the built entry, `dist/devnet.js`. */
	readonly entry: string;
	/** The version that the nodes report as theirs. */
	readonly version: string;
	/** 4 to 64. */
	readonly nodes?: number;
	/** 0 to 8; none when absent. */
	readonly storageNodes?: number | undefined;
	/** 32 bits, not negative. */
	readonly seed?: number;
	/** The first port; the control server has the one after the nodes. Free ports when absent. */
	readonly basePort?: number | undefined;
}

/** The embedded network in a process of its own. */
export interface Devnet {
	readonly nodes: readonly DevnetNode[];
	/** Where faults are started and ended: see `control-server.ts`. */
	readonly controlUrl: string;
	readonly pid: number;
	/** Resolves when the process has ended. */
	stop(): Promise<void>;
}

const readyTimeoutMs = 20_000;
const stopTimeoutMs = 3000;
const maxErrorBytes = 4000;

/**
 * Starts the networks and resolves when their nodes answer. Rejects with a `UserError` when the process
 * reports a failure, ends, or is not ready in 20 s. The process always ends with this one.
 */
export async function forkDevnet(options: ForkOptions): Promise<Devnet> {
	const child = fork(options.entry, toArguments(options), {
		stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
		execArgv: [],
		env: { ...process.env, NODE_OPTIONS: '' },
	});
	// Registered first, so that an early `exit` is not missed.
	const ended = new Promise<void>((resolve) => {
		child.once('exit', () => {
			resolve();
		});
		child.once('error', () => {
			if (child.pid === undefined) resolve();
		});
	});
	try {
		const { control, nodes } = await ready(child);
		return {
			nodes,
			controlUrl: control,
			pid: child.pid ?? 0,
			stop: () => stop(child, ended),
		};
	} catch (error) {
		await stop(child, ended);
		throw error;
	}
}

function toArguments({ version, nodes, storageNodes, seed, basePort }: ForkOptions): string[] {
	return [
		'--version',
		version,
		...(nodes === undefined ? [] : ['--nodes', String(nodes)]),
		...(storageNodes === undefined ? [] : ['--storage-nodes', String(storageNodes)]),
		...(seed === undefined ? [] : ['--seed', String(seed)]),
		...(basePort === undefined ? [] : ['--base-port', String(basePort)]),
	];
}

interface Ready {
	readonly control: string;
	readonly nodes: Devnet['nodes'];
}

function ready(child: ChildProcess): Promise<Ready> {
	return new Promise((resolve, reject) => {
		let printed = '';
		child.stderr?.setEncoding('utf8').on('data', (text: string) => {
			printed = (printed + text).slice(-maxErrorBytes);
		});
		const fail = (message: string, nextSteps: readonly string[] = [], cause?: unknown) => {
			clearTimeout(timer);
			const exitCode = exitCodes.unavailable;
			reject(new UserError(message, { nextSteps, exitCode, cause }));
		};
		const timer = setTimeout(() => {
			fail('the demo network was not ready in 20 s', ['try again when the machine is less busy']);
		}, readyTimeoutMs);
		child.once('message', (received) => {
			const message = devnetMessageSchema.safeParse(received);
			if (!message.success) fail('the demo network sent a message that nodetop cannot read');
			else if (message.data.type === 'failed') fail(message.data.message, message.data.nextSteps);
			else {
				clearTimeout(timer);
				resolve(message.data);
			}
		});
		child.once('error', (cause) => {
			fail(`the demo network could not be started: ${cause.message}`, [], cause);
		});
		// `close` comes after the last of stderr, `exit` may come before.
		child.once('close', (code, signal) => {
			const lastLine = printed
				.trim()
				.split('\n')
				.findLast((line) => /\w*Error\b/.test(line));
			fail(
				`the demo network ended before it was ready (${signal ?? `exit code ${code}`})`,
				lastLine === undefined ? [] : [`it printed: ${lastLine.trim()}`],
			);
		});
	});
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
	if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
	const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
	await ended;
	clearTimeout(timer);
}
