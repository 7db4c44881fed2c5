import { isIP } from 'node:net';
import { formatNames } from '../domain/format.ts';
import type { NodeSnapshot } from '../sections/snapshot.ts';
import type { ConnectionFault, PollErrorCode } from '../domain/words.ts';

/** Nodes on several hosts that stopped answering together: reason to doubt our own connection. */
export interface Suspicion {
	readonly failing: readonly string[];
	readonly hosts: readonly string[];
	/** Nodes on other hosts that answered after the first of these failed. */
	readonly answering: readonly string[];
	/** When each of `failing` was first seen to fail, Unix ms. */
	readonly since: ReadonlyMap<string, number>;
}

/** What can be found out without asking the nodes. */
export interface ConnectionFacts {
	/** Configured witnesses, and whether their host answered at all. */
	readonly witnesses: readonly { readonly name: string; readonly hasAnswered: boolean }[];
	/** Whether an interface besides loopback has an address. */
	readonly hasInterface: boolean;
	/** Absent if the system does not report it. */
	readonly hasDefaultRoute: boolean | undefined;
}

export interface ConnectionFinding {
	readonly verdict: ConnectionFault;
	readonly message: string;
	readonly evidence: readonly string[];
}

/** Nodes that could not be polled for a reason that this machine itself names. */
export interface OwnFault {
	readonly failing: readonly string[];
	readonly finding: ConnectionFinding;
}

/** Nodes that last answered within this of each other stopped together. */
const windowMs = 60_000;
const connectionCodes: ReadonlySet<string> = new Set(['unreachable', 'timeout']);

/**
 * The nodes that may fail because of us: two or more, on two or more hosts that are not this one,
 * unreachable or silent, and last heard at about the same time. One that failed long before the rest
 * is left out, and so is one that was never heard where others were. Nodes on loopback prove nothing
 * of a connection.
 */
export function findSuspicion(
	nodes: readonly NodeSnapshot[],
	before?: Suspicion,
): Suspicion | undefined {
	const remote = nodes.flatMap((node) => {
		const host = remoteHost(node.target.url);
		return host === undefined ? [] : [{ node, host }];
	});
	const failed = remote.filter(
		({ node: { poll } }) => poll.status === 'failed' && connectionCodes.has(poll.error?.code ?? ''),
	);
	const lastHeard = (node: NodeSnapshot) => Date.parse(node.poll.lastGoodAt ?? '') || 0;
	const newest = Math.max(0, ...failed.map(({ node }) => lastHeard(node)));
	const together = failed.filter(({ node }) => newest - lastHeard(node) <= windowMs);
	const hosts = [...new Set(together.map(({ host }) => host))];
	if (hosts.length < 2) return undefined;
	// A verdict changes the issues of the nodes, and with them their `since`: the first one counts.
	const since = new Map(
		together.map(({ node }) => {
			const { name } = node.target;
			return [name, before?.since.get(name) ?? failingSinceMs(node)] as const;
		}),
	);
	const beganMs = Math.min(...since.values());
	const answering = remote.filter(
		({ node }) => node.poll.status !== 'failed' && lastHeard(node) > beganMs,
	);
	return {
		failing: together.map(({ node }) => node.target.name),
		hosts,
		answering: answering.map(({ node }) => node.target.name),
		since,
	};
}

/** Nodes that could not be waited for because this machine was too busy. */
export function findOwnLoad(nodes: readonly NodeSnapshot[]): OwnFault | undefined {
	return findOwnFault(nodes, 'tooBusy', 'busy', 'this machine is too busy to judge');
}

/** Nodes to which this machine has no way at all: its own system said so before anything was sent. */
export function findNoWay(nodes: readonly NodeSnapshot[]): OwnFault | undefined {
	return findOwnFault(nodes, 'noNetwork', 'us', 'this machine has no network to reach');
}

function findOwnFault(
	nodes: readonly NodeSnapshot[],
	code: PollErrorCode,
	verdict: ConnectionFault,
	words: string,
): OwnFault | undefined {
	const unjudged = nodes.filter(({ poll }) => poll.error?.code === code);
	if (unjudged.length === 0) return undefined;
	const failing = unjudged.map(({ target }) => target.name);
	const nodesText = failing.length === 1 ? '1 node' : `${failing.length} nodes`;
	return {
		failing,
		finding: {
			verdict,
			message: `${words} ${nodesText}`,
			evidence: [unjudged[0]?.poll.error?.message ?? '', formatNames(failing)],
		},
	};
}

function failingSinceMs({ health, poll }: NodeSnapshot): number {
	const issue = health.issues.find(({ component }) => component === 'poll');
	return Date.parse(issue?.since ?? poll.at ?? '') || 0;
}

/** The host of an address that is not this machine; `undefined` for this machine and for sockets. */
export function remoteHost(url: string): string | undefined {
	const host = URL.parse(url)?.hostname.replace(/\.$/, '');
	if (host === undefined || host === '') return undefined;
	const isHere =
		host === 'localhost' ||
		host.endsWith('.localhost') ||
		host === '[::1]' ||
		/^127(\.\d+){3}$/.test(host);
	return isHere ? undefined : host;
}

/** Whose fault it is. A sign that something out there answers outweighs every sign against it. */
export function decide(
	suspicion: Omit<Suspicion, 'since'>,
	facts: ConnectionFacts,
): ConnectionFinding {
	const { failing, hosts, answering } = suspicion;
	const message = `${failing.length} nodes on ${hosts.length} hosts stopped answering together`;
	const conclude = (verdict: ConnectionFault, ...evidence: string[]): ConnectionFinding => ({
		verdict,
		message,
		evidence,
	});
	if (answering.length > 0) return conclude('them', `${formatNames(answering)} still answers`);
	const answered = facts.witnesses.filter(({ hasAnswered }) => hasAnswered);
	if (answered.length > 0) {
		const names = answered.map(({ name }) => name);
		return conclude('them', `witness ${formatNames(names)} answers`);
	}
	if (facts.witnesses.length > 0) {
		const names = facts.witnesses.map(({ name }) => name);
		return conclude('us', `no answer from witness ${formatNames(names)} either`);
	}
	if (!facts.hasInterface) return conclude('us', 'no network interface of this machine is up');
	if (facts.hasDefaultRoute === false && !hosts.every(isPrivate)) {
		return conclude('us', 'this machine has no default route');
	}
	return conclude('unknown', 'no witness is configured, and this machine’s interface is up');
}

/** Addresses that are reached without a default route, on a network of one's own (RFC 1918, RFC 4193). */
function isPrivate(host: string): boolean {
	const address = host.replace(/^\[|\]$/g, '');
	if (isIP(address) === 4) {
		return /^(?:10\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.)/.test(address);
	}
	return isIP(address) === 6 && /^(?:f[cd]|fe[89ab])/i.test(address);
}
