import type { Socket } from 'node:net';
import { clean } from '../clean.ts';
import type { Proxy } from './proxy.ts';
import { readAnswer } from './read-answer.ts';
import { TunnelError } from './tunnel-error.ts';
import type { TunnelFault } from './tunnel-error.ts';

const excerptCells = 60;

/** Asks an HTTP proxy to connect on (RFC 9110, section 9.3.6). */
export async function connectOverHttp(
	socket: Socket,
	{ user, password }: Proxy,
	destination: string,
): Promise<void> {
	const lines = [`CONNECT ${destination} HTTP/1.1`, `Host: ${destination}`, 'User-Agent: nodetop'];
	if (user !== undefined || password !== undefined) {
		const pair = `${user?.reveal() ?? ''}:${password?.reveal() ?? ''}`;
		lines.push(`Proxy-Authorization: Basic ${Buffer.from(pair).toString('base64')}`);
	}
	socket.write(`${lines.join('\r\n')}\r\n\r\n`);
	const answer = await readAnswer(socket, (soFar) => {
		const end = soFar.indexOf('\r\n\r\n');
		return end === -1 ? undefined : end + 4;
	});
	const [first = ''] = answer.toString('latin1').split('\r\n', 1);
	const [, status] = /^HTTP\/1\.[01] (\d{3})/.exec(first) ?? [];
	if (status === undefined) throw new TunnelError('proxy', 'what answers there is no HTTP proxy');
	if (status.startsWith('2')) return;
	throw new TunnelError(
		faultOf(status),
		`the proxy answers: ${clean(first.replace(/^HTTP\/1\.[01] /, ''), excerptCells)}`,
	);
}

function faultOf(status: string): TunnelFault {
	if (status === '407' || status === '401' || status === '403') return 'us';
	return status.startsWith('5') ? 'destination' : 'proxy';
}
