import { lookup } from 'node:dns/promises';
import { connect, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { setTimeout as pause } from 'node:timers/promises';
import { isOurs, ownDelay } from '../domain/own-delay.ts';
import { reachOf } from '../domain/reach.ts';
import type { Target } from '../domain/target.ts';
import type { ConnectSample, PathProbe } from './case.ts';
import { timeReplies } from './time-replies.ts';
import { windowOf } from './stretches.ts';

export interface MeasureOptions {
	readonly signal: AbortSignal;
	readonly connects: number;
	readonly replies: number;
	/** From the start of one connection to that of the next, so that a burst is not mistaken for the path. */
	readonly gapMs: number;
	/** The same for replies; a little more or less each time, so that what stops regularly is met. */
	readonly replyGapMs: number;
}

/** A time in which this process was late says nothing about the path. */
const late = 'OWN_DELAY';
const unmeasured: ReadonlySet<string> = new Set(['ABORTED', late]);

/**
 * Measures the path to a node layer by layer: name, connections, TLS certificate, replies. Sends
 * marked GETs without credentials, for any reply tells the time it took. Never rejects: what failed
 * is part of the result. `undefined` for an address that has no network path (a socket, the host).
 */
export async function measurePath(
	target: Target,
	options: MeasureOptions,
): Promise<PathProbe | undefined> {
	const url = URL.canParse(target.url) ? new URL(target.url) : undefined;
	if (!url || url.hostname === '') return undefined;
	const host = url.hostname.replaceAll(/[[\]]/g, '');
	const port = Number(url.port) || (isSecure(url) ? 443 : 80);
	const base = { target: target.name, host };
	const dns = await resolve(host);
	if ('error' in dns) return { ...base, isLoopback: false, dns, connects: [], replies: [] };
	const { address, ms } = dns;
	const connects = await timeConnects(address, port, target.timeoutMs, options);
	const isReached = connects.some((sample) => 'ms' in sample);
	return {
		...base,
		isLoopback: reachOf(address) === 'loopback',
		isPrivate: reachOf(address) === 'private',
		...(isIP(host) === 0 && { dns: { ms } }),
		connects,
		...(isReached && isSecure(url) && { tls: await readCertificate(host, address, port, target) }),
		...(isReached && isHttp(url)
			? await timeReplies(url, target, windowOf(connects), options)
			: { replies: [] }),
	};
}

function isSecure({ protocol }: URL): boolean {
	return protocol === 'https:' || protocol === 'wss:';
}

function isHttp({ protocol }: URL): boolean {
	return protocol === 'http:' || protocol === 'https:';
}

async function resolve(
	host: string,
): Promise<{ readonly address: string; readonly ms: number } | { readonly error: string }> {
	const started = performance.now();
	try {
		const { address } = await lookup(host);
		return { address, ms: performance.now() - started };
	} catch (error) {
		return { error: codeOf(error) };
	}
}

/** Starts each when it is due, whether or not those before have ended: a silent host takes no longer. */
async function timeConnects(
	host: string,
	port: number,
	timeoutMs: number,
	{ connects, gapMs, signal }: MeasureOptions,
): Promise<ConnectSample[]> {
	const started = performance.now();
	const underway: Promise<ConnectSample>[] = [];
	for (let n = 0; n < connects && !signal.aborted; n++) {
		const waitMs = started + n * gapMs - performance.now();
		if (waitMs > 0) await pause(waitMs);
		underway.push(timeConnect(host, port, timeoutMs, signal));
	}
	const samples = await Promise.all(underway);
	return samples.filter((sample) => !('error' in sample && unmeasured.has(sample.error)));
}

function timeConnect(
	host: string,
	port: number,
	timeoutMs: number,
	signal: AbortSignal,
): Promise<ConnectSample> {
	return new Promise((done) => {
		const started = performance.now();
		const span = ownDelay.begin();
		const socket = connect({ host, port });
		let isEnded = false;
		const end = (sample: ConnectSample) => {
			if (isEnded) return;
			isEnded = true;
			signal.removeEventListener('abort', abort);
			socket.destroy();
			const isLate = isOurs(span.end(), 'ms' in sample ? sample.ms : timeoutMs);
			const isTimed = 'ms' in sample || sample.error === 'ETIMEDOUT';
			done(isTimed && isLate ? { error: late } : sample);
		};
		const abort = () => {
			end({ error: 'ABORTED' });
		};
		signal.addEventListener('abort', abort, { once: true });
		if (signal.aborted) abort();
		socket.setTimeout(timeoutMs, () => {
			end({ error: 'ETIMEDOUT' });
		});
		socket.once('connect', () => {
			end({ ms: performance.now() - started });
		});
		socket.once('error', (error) => {
			end({ error: codeOf(error) });
		});
	});
}

/** Whether the certificate is trusted is part of the answer, so the handshake itself accepts any. */
function readCertificate(
	servername: string,
	host: string,
	port: number,
	{ timeoutMs, insecure }: Target,
): Promise<NonNullable<PathProbe['tls']>> {
	return new Promise((done) => {
		const name = isIP(servername) === 0 ? { servername } : {};
		const socket = connectTls({ host, port, ...name, rejectUnauthorized: false });
		const end = (result: NonNullable<PathProbe['tls']>) => {
			socket.destroy();
			done(result);
		};
		socket.setTimeout(timeoutMs, () => {
			end({ error: 'ETIMEDOUT' });
		});
		socket.once('error', (error) => {
			end({ error: codeOf(error) });
		});
		socket.once('secureConnect', () => {
			const validTo = Date.parse(socket.getPeerCertificate().valid_to);
			const isExpired = validTo < Date.now();
			// The code itself, `CERT_HAS_EXPIRED`, though Node's types make it an Error.
			const refused = socket.authorized ? undefined : String(socket.authorizationError);
			if (refused !== undefined && insecure !== true && !isExpired) end({ error: refused });
			else if (Number.isNaN(validTo)) end({ error: 'no certificate' });
			else end({ validTo: new Date(validTo).toISOString() });
		});
	});
}

function codeOf(error: unknown): string {
	return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
