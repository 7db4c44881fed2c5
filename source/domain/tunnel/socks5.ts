import { isIP } from 'node:net';
import type { Socket } from 'node:net';
import type { Proxy } from './proxy.ts';
import { readAnswer } from './read-answer.ts';
import { TunnelError } from './tunnel-error.ts';
import type { TunnelFault } from './tunnel-error.ts';

/** What a proxy answers to a request (RFC 1928, section 6), and whose fault that is. */
const replies: Readonly<Record<number, readonly [TunnelFault, string]>> = {
	1: ['proxy', 'general failure'],
	2: ['us', 'not allowed by its rules'],
	3: ['destination', 'network unreachable'],
	4: ['destination', 'host unreachable'],
	5: ['destination', 'connection refused'],
	6: ['destination', 'expired on the way'],
	7: ['proxy', 'it cannot connect on'],
	8: ['proxy', 'it does not know this kind of address'],
};

const noPassword = 0;
const byPassword = 2;

/** Asks a SOCKS 5 proxy to connect on (RFC 1928), with a user and a password if it wants them (RFC 1929). */
export async function connectOverSocks(
	socket: Socket,
	proxy: Proxy,
	{ host, port }: { readonly host: string; readonly port: number },
): Promise<void> {
	const { user, password } = proxy;
	const hasCredentials = user !== undefined || password !== undefined;
	const methods = hasCredentials ? [noPassword, byPassword] : [noPassword];
	socket.write(Buffer.from([5, methods.length, ...methods]));
	const [version, method] = await readAnswer(socket, () => 2);
	if (version !== 5) throw new TunnelError('proxy', 'what answers there is no SOCKS 5 proxy');
	if (method === byPassword && hasCredentials) await logIn(socket, proxy);
	else if (method !== noPassword)
		throw new TunnelError('us', 'the proxy wants a user and a password');
	socket.write(Buffer.concat([Buffer.from([5, 1, 0]), addressOf(host), portOf(port)]));
	const answer = await readAnswer(socket, lengthOfReply);
	const code = answer[1] ?? 1;
	if (code === 0) return;
	const [fault, words] = replies[code] ?? ['proxy', `unknown reply ${code}`];
	throw new TunnelError(fault, `the proxy answers: ${words}`);
}

async function logIn(socket: Socket, { user, password }: Proxy): Promise<void> {
	const [name, word] = [user, password].map((secret) => Buffer.from(secret?.reveal() ?? ''));
	if (!name || !word || name.length > 255 || word.length > 255)
		throw new TunnelError('us', 'its user or password is longer than SOCKS allows');
	const parts = [Buffer.from([1, name.length]), name, Buffer.from([word.length]), word];
	socket.write(Buffer.concat(parts));
	const [, status] = await readAnswer(socket, () => 2);
	if (status !== 0) throw new TunnelError('us', 'the proxy refuses our user or password');
}

/** A name as it is, for the proxy to look up; an address as its bytes. */
function addressOf(host: string): Buffer {
	if (isIP(host) === 4) return Buffer.from([1, ...host.split('.').map(Number)]);
	const groups = isIP(host) === 6 ? groupsOf(host) : undefined;
	if (groups) return Buffer.from([4, ...groups.flatMap((group) => [group >> 8, group & 255])]);
	const name = Buffer.from(host);
	if (name.length > 255)
		throw new TunnelError('destination', 'its name is longer than SOCKS allows');
	return Buffer.concat([Buffer.from([3, name.length]), name]);
}

/** The eight groups of an IPv6 address, as URL parsers write it: no IPv4 at its end. */
function groupsOf(host: string): number[] | undefined {
	const written = URL.parse(`http://[${host}]`)?.hostname.slice(1, -1);
	if (written === undefined) return undefined;
	const [before = '', after = ''] = written.split('::', 2).map((part) => part);
	const [head, tail] = [before, after].map((part) => part.split(':').filter((text) => text !== ''));
	if (!head || !tail) return undefined;
	const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
	return [...head, ...zeros, ...tail].map((text) => Number.parseInt(text, 16));
}

function portOf(port: number): Buffer {
	return Buffer.from([port >> 8, port & 255]);
}

/** Of a reply that has an address in it. */
function lengthOfReply(soFar: Buffer): number | undefined {
	const [, code, , kind, first] = soFar;
	// A refusal may be cut after its code.
	if (code !== undefined && code !== 0) return 2;
	if (kind === undefined || first === undefined) return undefined;
	const addressLength = kind === 1 ? 4 : kind === 4 ? 16 : 1 + first;
	return 4 + addressLength + 2;
}
