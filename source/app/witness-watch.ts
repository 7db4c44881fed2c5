import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { decide, findSuspicion } from '../analysis/witness.ts';
import type { Suspicion, WitnessFacts, WitnessFinding } from '../analysis/witness.ts';
import type { Witness } from '../sections/group/schema.ts';
import type { NodeSnapshot } from '../sections/snapshot.ts';

/** Finds out whether it is us when several nodes fail at once. */
export interface WitnessWatch {
	/** What is known now; asks in the background where it has to, and never waits. */
	readonly consider: (nodes: readonly NodeSnapshot[]) => Witness | undefined;
	/** Resolves when no question is under way. */
	readonly settled: () => Promise<void>;
}

const connectTimeoutMs = 2000;
const askAgainMs = 5000;

/**
 * Asks the configured witnesses (URLs with a host) by opening a connection and closing it: nothing is
 * sent, and a refusal is an answer. Asks nobody while there is no reason to doubt.
 */
export function createWitnessWatch(
	witnesses: readonly string[],
	now: () => number,
	onFound: () => void,
): WitnessWatch {
	let facts: WitnessFacts | undefined;
	let asking: Promise<void> | undefined;
	let askedAtMs = Number.NEGATIVE_INFINITY;
	let last: Witness | undefined;

	async function ask(): Promise<void> {
		facts = await gatherFacts(witnesses);
		askedAtMs = now();
		asking = undefined;
		onFound();
	}

	function consider(nodes: readonly NodeSnapshot[]): Witness | undefined {
		const suspicion = findSuspicion(nodes);
		if (!suspicion) {
			facts = undefined;
			askedAtMs = Number.NEGATIVE_INFINITY;
			last = undefined;
			return undefined;
		}
		if (!asking && now() - askedAtMs >= askAgainMs) asking = ask();
		if (facts) last = toWitness(suspicion, decide(suspicion, facts), last, now());
		return last;
	}

	return { consider, settled: async () => asking };
}

function toWitness(
	{ failing }: Suspicion,
	{ verdict, message, evidence }: WitnessFinding,
	last: Witness | undefined,
	nowMs: number,
): Witness {
	const at = new Date(nowMs).toISOString();
	const since = last?.verdict === verdict ? last.since : at;
	return { verdict, at, since, message, evidence: [...evidence], failing: [...failing] };
}

async function gatherFacts(witnesses: readonly string[]): Promise<WitnessFacts> {
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

function askWitness(url: string): Promise<WitnessFacts['witnesses'][number]> {
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

/** Linux tells its IPv4 routes in a file, in hexadecimal; elsewhere, or with IPv6 alone, it is not known. */
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
