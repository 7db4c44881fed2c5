import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { ConnectionFacts } from '../analysis/connection-verdict.ts';

const connectTimeoutMs = 2000;

/**
 * What this machine can find out about its own connection without the watched nodes. Each configured
 * witness (a URL with a host) gets a connection that is opened and closed: nothing is sent, and a refusal
 * counts as an answer.
 */
export async function gatherConnectionFacts(
	witnesses: readonly string[],
): Promise<ConnectionFacts> {
	const [answers, hasDefaultRoute] = await Promise.all([
		Promise.all(witnesses.map(askWitness)),
		findDefaultRoute(),
	]);
	const interfaces = Object.values(networkInterfaces()).flat();
	return {
		witnesses: answers,
		hasInterface: interfaces.some((each) => each?.internal === false),
		hasDefaultRoute,
	};
}

function askWitness(url: string): Promise<ConnectionFacts['witnesses'][number]> {
	const { hostname, port, protocol, host } = new URL(url);
	const isSecure = protocol === 'https:' || protocol === 'wss:';
	const usualPort = isSecure ? 443 : 80;
	const socket = connect({
		host: hostname.replace(/^\[|\]$/g, ''),
		port: port === '' ? usualPort : Number(port),
		timeout: connectTimeoutMs,
	});
	return new Promise((resolve) => {
		const end = (hasAnswered: boolean): void => {
			socket.destroy();
			resolve({ name: host, hasAnswered });
		};
		socket.once('connect', () => {
			end(true);
		});
		socket.once('timeout', () => {
			end(false);
		});
		socket.once('error', (error: NodeJS.ErrnoException) => {
			end(error.code === 'ECONNREFUSED' || error.code === 'ECONNRESET');
		});
	});
}

/** Flag of a route that is up (linux/route.h). */
const routeUp = 1;

/** Linux lists its IPv4 routes in a file, in hexadecimal; elsewhere, or with IPv6 alone, it is unknown. */
async function findDefaultRoute(): Promise<boolean | undefined> {
	let text: string;
	try {
		text = await readFile('/proc/net/route', 'utf8');
	} catch {
		return undefined;
	}
	const isDefault = (line: string): boolean => {
		const [, destination, , flags = '0', , , , mask] = line.trim().split(/\s+/);
		const isUp = (Number.parseInt(flags, 16) & routeUp) === routeUp;
		return destination === '00000000' && mask === '00000000' && isUp;
	};
	const hasIpv6 = Object.values(networkInterfaces())
		.flat()
		.some((each) => each?.family === 'IPv6' && !each.internal && !each.address.startsWith('fe80'));
	return text.split('\n').slice(1).some(isDefault) || (hasIpv6 ? undefined : false);
}
