import { createConnection } from 'node:net';
import type { Socket } from 'node:net';
import { addAbortSignal } from 'node:stream';
import { PollError } from '../../domain/errors.ts';
import { openTunnel } from '../../domain/tunnel/open-tunnel.ts';
import type { Proxy } from '../../domain/tunnel/proxy.ts';
import { systemCode, transportError } from '../http-errors.ts';
import { showAddress } from './address.ts';
import type { RpcAddress } from './address.ts';
import { createFrameReader } from './rpc-frame.ts';

export interface ExchangeOptions {
	readonly signal: AbortSignal;
	readonly timeoutMs: number;
	readonly proxy?: Proxy | undefined;
	/** Called once the connection stands, for the server counts it from then on. */
	readonly onConnected: () => void;
}

export interface ExchangeResult {
	readonly content: Buffer;
	/** From connecting to the reply's last byte. */
	readonly latencyMs: number;
}

/** Past this, a silent close is a reader that gave up, not a limit on connections. */
const instantMs = 1000;

/** A server that closes with our request unread makes the system reset the connection. */
const hangUpCodes = new Set(['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE']);

/**
 * Sends one frame and reads one, on a connection of its own, as QuDAG's RPC wants it. Rejects with
 * `PollError`: the socket's fault, a frame that is none, a reply cut short, or silence.
 */
export async function exchange(
	address: RpcAddress,
	frame: Buffer,
	{ signal, timeoutMs, proxy, onConnected }: ExchangeOptions,
): Promise<ExchangeResult> {
	const bounded = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
	const started = performance.now();
	const reader = createFrameReader(address.transport === 'tcp' ? address.port : undefined);
	let socket: Socket | undefined;
	let connectedAt: number | undefined;
	const stand = (): void => {
		connectedAt = performance.now();
		onConnected();
	};
	try {
		socket = await connect(address, bounded, proxy, stand);
		socket.write(frame);
		for await (const chunk of socket) {
			// A socket without an encoding yields buffers; its iterator is typed as `any`.
			const bytes: Buffer = chunk;
			const content = reader.push(bytes);
			if (content) return { content, latencyMs: performance.now() - started };
		}
	} catch (error) {
		const isHangUp = connectedAt !== undefined && hangUpCodes.has(systemCode(error) ?? '');
		if (!isHangUp) throw transportError(error, showAddress(address), timeoutMs, bounded);
	} finally {
		socket?.destroy();
	}
	throw hangUpError(address, reader.progress(), performance.now() - (connectedAt ?? started));
}

/** Through a proxy it stands when this resolves, else when `onStands` is called. */
async function connect(
	address: RpcAddress,
	signal: AbortSignal,
	proxy: Proxy | undefined,
	onStands: () => void,
): Promise<Socket> {
	if (proxy && address.transport === 'tcp') {
		const { host, port } = address;
		const tunnel = await openTunnel(proxy, { host, port, signal });
		onStands();
		return addAbortSignal(signal, tunnel);
	}
	const socket =
		address.transport === 'unix'
			? createConnection({ path: address.path, signal })
			: createConnection({ host: address.host, port: address.port, signal });
	return socket.once('connect', onStands);
}

function hangUpError(
	address: RpcAddress,
	progress: string | undefined,
	silenceMs: number,
): PollError {
	const name = showAddress(address);
	if (progress !== undefined) {
		return new PollError('badResponse', `the reply of ${name} ended early: ${progress}`, {
			nextStep: 'the node hung up while answering: look at its log',
		});
	}
	if (address.transport === 'tcp' && silenceMs < instantMs) {
		return new PollError('rateLimited', `${name} hung up without a word`, {
			nextStep:
				'QuDAG does so past 60 connections a minute from one address, and to requests it cannot read: ask less often, and check that this is its RPC port',
		});
	}
	return new PollError('badResponse', `${name} hung up without an answer`, {
		nextStep:
			'QuDAG does so to requests it cannot read, and its libp2p port after a while: check that this is its RPC',
	});
}
