import { formatCountOf, formatMs, formatRate, formatRatio } from '../domain/format.ts';
import { shellWord } from '../domain/shell-word.ts';
import { nodeWord } from './case.ts';
import type { DiagnosisInput, Cause, Evidence, PathProbe, ReplySample } from './case.ts';
import {
	connectErrors,
	connectTimes,
	errorOf,
	isRefusal,
	isSlowThinking,
	lossOf,
	median,
	thinkingTime,
	transferRate,
} from './samples.ts';

const slowLoopbackMs = 15;
/** Networks of one's own are near, but for a VPN across a continent: so it is weak evidence. */
const slowPrivateMs = 30;
const slowPathMs = 150;
const slowRateBytesPerSecond = 2_500_000;
const crowdedSeconds = 0.25;
const tlsWarningMs = 14 * 24 * 3600 * 1000;

const says = (weight: Evidence['weight'], text: string): Evidence => ({ weight, text });

const otherNodesAre = (count: number): string =>
	formatCountOf(count, 'other node is', 'other nodes are');

function answering(paths: readonly PathProbe[]): PathProbe[] {
	return paths.filter((path) => connectTimes(path).length > 0);
}

export const nameNotResolved: Cause = {
	code: 'dns',
	place: 'path',
	title: 'the name of the node does not resolve',
	disproof: 'the name resolves here with `getent hosts NAME`',
	weigh({ path, otherPaths }) {
		const error = errorOf(path?.dns);
		if (error === undefined) return undefined;
		const others = answering(otherPaths).length;
		return {
			for: [
				says(4, `resolving ${path?.host ?? 'the name'} failed: ${error}`),
				...(others > 0 ? [says(1, `${otherNodesAre(others)} reached`)] : []),
			],
			against: [],
		};
	},
	next: ({ path }) => [
		`getent hosts ${path?.host ?? 'NAME'}`,
		'resolvectl status, or look at /etc/resolv.conf',
	],
};

export const noRoute: Cause = {
	code: 'noConnection',
	place: 'path',
	title: 'nothing answers at the node’s address: a firewall, a route, or the host is off',
	disproof: 'a connection from another network reaches the port',
	weigh({ path, otherPaths }) {
		const errors = connectErrors(path);
		const silent = errors.filter((code) => !isRefusal(code));
		if (!path || silent.length === 0 || connectTimes(path).length > 0) return undefined;
		const others = answering(otherPaths).length;
		return {
			for: [
				says(4, `${silent.length} of ${errors.length} connections got no answer (${silent[0]})`),
				...(others > 0 ? [says(1, `${otherNodesAre(others)} reached from here`)] : []),
			],
			against: otherPaths.length > 0 && others === 0 ? [says(2, 'no other node is reached')] : [],
		};
	},
	next: (input) => [
		`nodetop network test traceroute ${nodeWord(input)}`,
		'check the firewall and that the host is on',
	],
};

export const tlsExpiry: Cause = {
	code: 'tls',
	place: 'path',
	title: 'the TLS certificate is expired, near its end, or refused',
	disproof: 'openssl s_client shows a certificate that is valid for weeks',
	weigh({ path, nowMs }) {
		if (!path?.tls) return undefined;
		if ('error' in path.tls) {
			return { for: [says(4, `the TLS handshake failed: ${path.tls.error}`)], against: [] };
		}
		const leftMs = Date.parse(path.tls.validTo) - nowMs;
		if (leftMs > tlsWarningMs) return undefined;
		const days = Math.floor(leftMs / 86_400_000);
		const left = days === 0 ? 'less than a day' : formatCountOf(days, 'day', 'days');
		const text = leftMs < 0 ? 'the certificate has expired' : `the certificate ends in ${left}`;
		return { for: [says(leftMs < 0 ? 4 : 2, `${text} (${path.tls.validTo})`)], against: [] };
	},
	next: ({ node }) => [
		`openssl s_client -connect ${shellWord(hostAndPort(node.target.url))} </dev/null`,
		'renew the certificate',
	],
};

function hostAndPort(url: string): string {
	const { hostname = 'HOST', port = '' } = URL.parse(url) ?? {};
	return `${hostname}:${port === '' ? '443' : port}`;
}

export const highLatency: Cause = {
	code: 'highLatency',
	place: 'path',
	title: 'the path to the node is slow',
	disproof: 'a connection takes a few milliseconds when measured again',
	weigh({ path, otherPaths }) {
		const middle = median(connectTimes(path));
		const isPrivate = path?.isPrivate === true;
		const isNear = isPrivate || path?.isLoopback === true;
		const limit =
			path?.isLoopback === true ? slowLoopbackMs : isPrivate ? slowPrivateMs : slowPathMs;
		if (middle === undefined || middle < limit) return undefined;
		const others = answering(otherPaths);
		const slow = others.filter((other) => (median(connectTimes(other)) ?? 0) >= limit);
		const thinking = thinkingTime(path) ?? 0;
		return {
			for: [
				says(
					middle < slowPathMs && isNear ? 2 : 4,
					`a connection takes ${formatMs(middle)}, before the node does anything${isPrivate ? ', in a private network' : isNear ? ', on this machine: it may be busy' : ''}`,
				),
				...(others.length > 0 && slow.length === 0
					? [
							says(
								2,
								`the other ${others.length === 1 ? 'node is' : `${others.length} nodes are`} reached in less`,
							),
						]
					: []),
			],
			against:
				thinking > middle * 4 ? [says(2, `the node itself takes ${formatMs(thinking)}`)] : [],
		};
	},
	next: (input) => [
		`nodetop network test traceroute ${nodeWord(input)}`,
		`nodetop network test ping ${nodeWord(input)}`,
	],
};

export const packetLoss: Cause = {
	code: 'packetLoss',
	place: 'path',
	title: 'packets are lost on the path to the node',
	disproof: 'a hundred connections in a row all take the same time',
	weigh({ path, node }) {
		// What is late on loopback waited for a processor, not for a packet.
		if (path?.isLoopback === true) return undefined;
		const loss = lossOf(path);
		if (!loss || loss.lost === 0 || loss.lost === loss.of) return undefined;
		const share = formatRatio(loss.lost / loss.of);
		const text = `${loss.lost} of ${loss.of} connections (${share}) waited for a packet to be sent again`;
		const isMute = (path?.replies ?? []).length === 0 && node.poll.error?.code === 'timeout';
		return {
			for: [says(loss.lost > 1 ? 4 : 2, text)],
			against: [
				...(isMute
					? [says(2, 'the node answers nothing: connections in its full queue look the same')]
					: []),
				...(isCrowded(path) ? [says(1, 'the path is so narrow that our own polls fill it')] : []),
			],
		};
	},
	next: (input) => [
		`nodetop network test ping ${nodeWord(input)} --count 200`,
		`nodetop network test traceroute ${nodeWord(input)}`,
	],
};

/** Whether a reply takes so long that connections meet it on the way, in a queue that drops what it cannot hold. */
function isCrowded(path: PathProbe | undefined): boolean {
	const rate = transferRate(path);
	const longest = Math.max(0, ...(path?.replies ?? []).map(({ bytes }) => bytes));
	return rate !== undefined && longest / rate.atMost > crowdedSeconds;
}

/** So small that it fits into one packet on every path, with its headers. */
const smallBytes = 900;
/** More than any packet of the usual size carries. */
const largeBytes = 1500;

/** What passes a tunnel or a VPN only in small packets, where nobody says that the large ones are too large. */
export const largePacketsLost: Cause = {
	code: 'largePacketsLost',
	place: 'path',
	title: 'small answers arrive and large ones do not: the path loses large packets (MTU)',
	disproof: 'a large answer arrives, or ping -M do -s 1472 does',
	weigh({ path, node }) {
		const replies = path?.replies ?? [];
		const whole = replies.filter(({ stoppedAtMs }) => stoppedAtMs === undefined);
		const stopped = replies.filter(isStopped);
		const small = whole.filter(({ bytes }) => bytes <= smallBytes);
		const isSilent = node.poll.status === 'failed' && node.poll.error?.code === 'timeout';
		if (whole.some(({ bytes }) => bytes >= largeBytes)) return undefined;
		const first = median(small.map(({ firstByteMs }) => firstByteMs).toSorted((a, b) => a - b));
		const found = [
			...(isSilent && first !== undefined
				? [
						says(
							4,
							`answers of at most ${smallBytes} B arrive in ${formatMs(first)}, those of the polls do not`,
						),
					]
				: []),
			...(stopped.length > 1
				? [
						says(
							4,
							`${stopped.length} of ${replies.length} answers begin, and then nothing more of them comes`,
						),
					]
				: []),
		];
		const thinking = thinkingTime(path);
		const isSlow =
			thinking !== undefined && isSlowThinking(thinking, median(connectTimes(path)) ?? 0);
		const against = isSlow
			? [says(4, `small answers are slow too (${formatMs(thinking)}), and a poll asks several`)]
			: [];
		return found.length === 0 ? undefined : { for: found, against };
	},
	next: ({ path }) => [
		`ping -M do -s 1472 ${shellWord(path?.host ?? 'HOST')}, and with smaller sizes until one arrives`,
		'the MTU of tunnels and VPNs on the way; let ICMP “fragmentation needed” through',
	],
};

/** Nothing came in the last half of the time that was allowed. */
function isStopped({ stoppedAtMs, totalMs }: ReplySample): boolean {
	return stoppedAtMs !== undefined && stoppedAtMs < totalMs / 2;
}

export const throttled: Cause = {
	code: 'throttled',
	place: 'path',
	title: 'the bandwidth to the node is limited',
	disproof: 'a long reply arrives at more than 20 Mbit/s',
	weigh({ path }) {
		const rate = transferRate(path);
		if (rate === undefined || rate.atMost > slowRateBytesPerSecond) return undefined;
		const connect = median(connectTimes(path));
		return {
			for: [
				says(4, `long replies arrive at ${formatRate(rate.measured)}`),
				...(connect !== undefined && connect < slowPathMs
					? [says(1, `though a connection takes only ${formatMs(connect)}`)]
					: []),
			],
			against:
				lossOf(path)?.lost && !isCrowded(path)
					? [says(1, 'packets are lost, which slows transfers too')]
					: [],
		};
	},
	next: (input) => [
		`nodetop diagnose ${nodeWord(input)} --for 30s, at another hour too`,
		'a large file from its host by other means: where that is as slow, the limits of its provider or of ours',
	],
};

/** Loopback needs no connection of ours. */
function remote(paths: readonly (PathProbe | undefined)[]): PathProbe[] {
	return paths.filter((path) => path !== undefined).filter(({ isLoopback }) => !isLoopback);
}

/** Said by the system itself, before anything is sent, or by a router when nothing else is reached. */
function isWithoutWay(path: PathProbe | undefined): boolean {
	const errors = connectErrors(path);
	return (
		errors.length > 0 &&
		connectTimes(path).length === 0 &&
		errors.every((code) => code === 'ENETUNREACH' || code === 'ENETDOWN')
	);
}

export const ownConnection: Cause = {
	code: 'ownConnection',
	place: 'us',
	title: 'this machine’s own connection is down',
	disproof: 'any address outside this machine answers',
	weigh(input: DiagnosisInput) {
		const paths = remote([input.path, ...input.otherPaths]);
		if (input.path?.isLoopback !== false || paths.length === 0) return undefined;
		const reached = answering(paths).length;
		const { witness } = input;
		const hasNoWay = isWithoutWay(input.path);
		const isNoneReached = paths.length > 1 && reached === 0;
		if (witness?.verdict !== 'us' && !isNoneReached && !hasNoWay) return undefined;
		return {
			for: [
				...(witness?.verdict === 'us' ? [says(4, witness.message)] : []),
				...(witness?.verdict === 'us' ? witness.evidence.map((text) => says(1, text)) : []),
				...(hasNoWay ? [says(4, 'this machine has no route to its address (ENETUNREACH)')] : []),
				...(reached === 0 && paths.length > 1
					? [says(4, `none of ${paths.length} remote nodes is reached`)]
					: []),
			],
			against: [
				...(reached > 0
					? [says(4, `${formatCountOf(reached, 'remote node is', 'remote nodes are')} reached`)]
					: []),
				...(witness?.verdict === 'them' ? [says(4, 'the witness is reached')] : []),
			],
		};
	},
	next: () => ['ip route', 'ip link', 'ask someone else whether the nodes answer'],
};

export const pathCauses: readonly Cause[] = [
	ownConnection,
	nameNotResolved,
	noRoute,
	tlsExpiry,
	highLatency,
	packetLoss,
	largePacketsLost,
	throttled,
];
