import { isIP } from 'node:net';
import { reachOf } from '../domain/reach.ts';
import { formatMs } from '../domain/format.ts';
import { clockLimitMs } from '../sections/clock/findings.ts';
import { nodeWord } from './case.ts';
import type { Cause, Evidence, PathProbe } from './case.ts';
import { withTimes } from '../domain/evidence.ts';
import { evidenceOf } from './issues.ts';
import { finalityStands, standsStill, syncing } from './progress-causes.ts';
import {
	connectErrors,
	connectTimes,
	isRefusal,
	isSlowThinking,
	lossOf,
	median,
	pausesOf,
	thinkingTime,
} from './samples.ts';

const slowDiskMs = 100;

const says = (weight: Evidence['weight'], text: string): Evidence => ({ weight, text });

export const notRunning: Cause = {
	code: 'notRunning',
	place: 'node',
	title: 'the node’s process does not run, or listens on another port',
	disproof: 'the process is there and listens on this port',
	weigh({ path, node }) {
		const errors = connectErrors(path);
		const refused = errors.filter(isRefusal).length;
		if (refused === 0 || connectTimes(path).length > 0) return undefined;
		return {
			for: [
				says(4, `the host refuses the connection (${refused} of ${errors.length} times)`),
				...(node.poll.lastGoodAt === undefined
					? []
					: [says(1, withTimes(`the node last answered at ${node.poll.lastGoodAt}`))]),
			],
			against: [],
		};
	},
	next: () => [
		'systemctl status of the node’s unit, or its container',
		'the end of the node’s log',
	],
};

export const frozen: Cause = {
	code: 'frozen',
	place: 'node',
	title: 'the process is frozen: its socket accepts, but nothing answers',
	disproof: 'the process answers any other question of its API',
	weigh({ path, node }) {
		const times = connectTimes(path);
		const isSilent = node.poll.status === 'failed' && node.poll.error?.code === 'timeout';
		if (!isSilent || times.length === 0 || (path?.replies ?? []).length > 0) return undefined;
		return {
			for: [
				says(4, `a connection is accepted in ${formatMs(median(times) ?? 0)}, then no byte comes`),
				...(node.poll.failures > 1 ? [says(1, `${node.poll.failures} polls in a row`)] : []),
			],
			against: [],
		};
	},
	next: () => [
		'the state of the process: ps -o stat,wchan -p PID (T is stopped, D waits for a disk)',
		'a stack of its threads, before it is restarted',
	],
};

export const callsHang: Cause = {
	code: 'callsHang',
	place: 'node',
	title: 'the node answers small questions, but the calls of a poll hang',
	disproof: 'the same call by hand, on the node’s own host, is answered',
	weigh({ path, node }) {
		const isSilent = node.poll.status === 'failed' && node.poll.error?.code === 'timeout';
		const answers = (path?.replies ?? []).filter(({ stoppedAtMs }) => stoppedAtMs === undefined);
		if (!isSilent || answers.length === 0) return undefined;
		const text = `it answers another question in ${formatMs(thinkingTime(path) ?? 0)}, but no poll`;
		return { for: [says(2, text)], against: [] };
	},
	next: () => ['the call by hand on its own host', 'locks and slow queries in its log'],
};

export const slowToAnswer: Cause = {
	code: 'slowNode',
	place: 'node',
	title: 'the node is slow to answer: its event loop or its threads are held up',
	disproof: 'the first byte comes as soon as the connection stands',
	weigh({ path, node }) {
		const thinking = thinkingTime(path);
		const connect = median(connectTimes(path)) ?? 0;
		const busy = evidenceOf(node, { cpuBusy: 1, cpuThrottled: 1 });
		if (thinking !== undefined && isSlowThinking(thinking, connect)) {
			const text = `${formatMs(connect)} to connect, but ${formatMs(thinking)} until the first byte`;
			return { for: [says(4, text), ...busy], against: [] };
		}
		const pauses = pausesOf(path);
		if (!pauses) return undefined;
		const { slowMs, usualMs, of } = pauses;
		const range = `${formatMs(slowMs[0] ?? 0)} to ${formatMs(slowMs.at(-1) ?? 0)}`;
		const text = `${slowMs.length} of ${of} answers began after ${range}, the others after about ${formatMs(usualMs)}: it stops at times`;
		const isLossy = (lossOf(path)?.lost ?? 0) > 0;
		return {
			for: [says(4, text), ...busy],
			against: isLossy ? [says(4, 'packets are lost, which delays answers too')] : [],
		};
	},
	next: (input) => [
		`nodetop network test latency ${nodeWord(input)}`,
		'CPU and garbage collection of the process; slow calls in its log',
	],
};

const diskWeights = {
	diskLow: 4,
	spaceLow: 4,
	storageUnreachable: 4,
	writesSlow: 4,
} as const;

export const diskTrouble: Cause = {
	code: 'disk',
	place: 'node',
	title: 'the disk of the node is full or slow',
	disproof: 'df and iostat show space and short waits',
	weigh({ node }) {
		const found = [...evidenceOf(node, diskWeights)];
		for (const [phase, latency] of Object.entries(node.consensus?.latenciesMs ?? {})) {
			const isDisk = /disk|sync|wal|backend/i.test(phase);
			if (isDisk && (latency.p99 ?? 0) > slowDiskMs) {
				found.push(says(4, `${phase} takes ${formatMs(latency.p99 ?? 0)} at p99`));
			}
		}
		return found.length === 0 ? undefined : { for: found, against: [] };
	},
	next: () => ['df -h; iostat -x 1 5', 'make room, or move the database to a faster disk'],
};

export const damagedData: Cause = {
	code: 'damagedData',
	place: 'node',
	title: 'the data of the node is damaged',
	disproof: 'its own check of the data finds nothing',
	weigh({ node }) {
		const found = evidenceOf(node, { dataCorrupt: 4 });
		return found.length === 0 ? undefined : { for: found, against: [] };
	},
	next: () => [
		'keep the data as it is; its log from the first error on',
		'smartctl and dmesg on its host',
		'its data again from a snapshot or from its peers',
	],
};

/** What the node itself says is wrong, where nothing else was found. */
export const ownWords: Cause = {
	code: 'selfReported',
	place: 'node',
	title: 'the node says itself what is wrong',
	disproof: 'it says so no more',
	weigh({ node }) {
		const reasons = node.selfReport?.reasons ?? [];
		const found = reasons.length === 0 ? [] : evidenceOf(node, { selfReported: 4 });
		return found.length === 0 ? undefined : { for: found, against: [] };
	},
	next: () => ['the components that it names', 'its log'],
};

/** Old answers say nothing of the node. */
export const cachedAnswers: Cause = {
	code: 'cachedAnswers',
	place: 'path',
	title: 'what answers is old: a cache, a gateway or a scrape in between kept it',
	disproof: 'the node asked past the cache says the same',
	weigh({ node }) {
		const found = evidenceOf(node, { answersCached: 4 });
		return found.length === 0 ? undefined : { for: found, against: [] };
	},
	next: () => [
		'the same question to the node past the cache',
		'the configuration of the proxy; whether what collects its figures still runs',
	],
};

export const overloaded: Cause = {
	code: 'overloaded',
	place: 'node',
	title: 'the node has no CPU or memory to spare',
	disproof: 'top on its host shows both idle',
	weigh({ node }) {
		const found = evidenceOf(node, {
			cpuBusy: 2,
			cpuThrottled: 2,
			memoryLow: 2,
			memoryPressure: 2,
		});
		return found.length === 0 ? undefined : { for: found, against: [] };
	},
	next: () => ['top, free -m, dmesg | grep -i oom on its host'],
};

export const clockSkew: Cause = {
	code: 'clockSkew',
	place: 'node',
	title: 'the node’s clock is wrong',
	disproof: 'timedatectl on its host says it is synchronised',
	weigh({ node, fleet, group, path }) {
		// Of a node that fails only the path may know a clock of now.
		const hasFailed = node.poll.status === 'failed';
		const clock = hasFailed ? path?.clock : node.clock;
		const isJudged = group?.clock && !hasFailed;
		const found = isJudged ? evidenceOf(node, { clockSkewed: 4 }) : againstOurs(clock);
		if (found.length === 0) return undefined;
		const others = fleet.filter((other) => other !== node && other.clock !== undefined);
		const alike = others.filter((other) => isAlike(clock, other.clock));
		return {
			for: [
				...found,
				...(others.length > 0 && alike.length === 0
					? [
							says(
								1,
								`the ${others.length === 1 ? 'clock of another node agrees' : `clocks of ${others.length} other nodes agree`} with ours`,
							),
						]
					: []),
			],
			against:
				others.length > 0 && alike.length === others.length
					? [says(4, 'all nodes are off by as much: it is our clock')]
					: [],
		};
	},
	next: () => ['timedatectl; chronyc tracking on its host'],
};

type NodeClock = PathProbe['clock'];

/** Where a network has no median clock, ours is all there is to compare with. */
function againstOurs(clock: NodeClock): readonly Evidence[] {
	if (!clock || Math.abs(clock.offsetMs) - clock.uncertaintyMs < clockLimitMs) return [];
	const side = clock.offsetMs > 0 ? 'ahead of' : 'behind';
	const off = `${formatMs(Math.abs(clock.offsetMs))} (± ${formatMs(clock.uncertaintyMs)})`;
	return [says(4, `it is ${off} ${side} ours`)];
}

function isAlike(a: NodeClock, b: NodeClock): boolean {
	if (!a || !b) return false;
	return Math.abs(a.offsetMs - b.offsetMs) < a.uncertaintyMs + b.uncertaintyMs;
}

export const noPeers: Cause = {
	code: 'noPeers',
	place: 'node',
	title: 'the node has no peers',
	disproof: 'its peer list is not empty',
	weigh({ node }) {
		const found = evidenceOf(node, { peersNone: 4 });
		return found.length === 0 ? undefined : { for: found, against: [] };
	},
	next: () => [
		'its P2P port open in the firewall? its bootnodes right?',
		'the log of its P2P layer',
	],
};

/** Peers that all come from one place show a node what they like. */
export const eclipse: Cause = {
	code: 'eclipse',
	place: 'node',
	title: 'all peers are of one address block: they may show the node what they like (eclipse)',
	disproof: 'peers from other networks connect, and the head agrees with another source',
	weigh(input) {
		const addresses = new Set(
			(input.node.network?.peerList ?? []).flatMap(({ address }) => addressOf(address) ?? []),
		);
		const blocks = [...addresses].map(blockOf);
		const [block] = blocks;
		// Of one address listed often, or of one's own network, nothing is to be learnt.
		if (blocks.length < 4 || new Set(blocks).size > 1 || block === undefined) return undefined;
		if ([...addresses].some((address) => reachOf(address) !== 'public')) return undefined;
		const apart = evidenceOf(input.node, { behind: 4, networkForked: 4 });
		return {
			for: [
				says(apart.length > 0 ? 2 : 4, `all ${blocks.length} addresses of peers are in ${block}`),
				...apart,
			],
			against: [],
		};
	},
	next: () => ['add peers you know by hand', 'compare its head hash with a public explorer'],
};

/** The IP address in whatever form a node writes a peer’s. */
function addressOf(written: string | undefined): string | undefined {
	const parts = (written ?? '').split(/[/@]|%[^\]/]*/).flatMap((part) => {
		const bare = /^\[([^\]]+)\]/.exec(part)?.[1] ?? part;
		return [bare, bare.replace(/[:?].*$/, '')];
	});
	return parts.find((part) => isIP(part) !== 0);
}

/** An IPv4 /16 or an IPv6 /32: as much as one hosting account easily gets. */
function blockOf(address: string): string {
	if (isIP(address) === 4) return `${address.split('.').slice(0, 2).join('.')}.0.0/16`;
	const long = URL.parse(`http://[${address}]`)?.hostname.slice(1, -1) ?? address;
	const [first = '0', second = '0'] = (long.split('::')[0] ?? '').split(':').filter(Boolean);
	return `${first}:${second}::/32`;
}

export const refusedUs: Cause = {
	code: 'refusedUs',
	place: 'us',
	title:
		'the node answers, but not as asked: credentials, rate limit, an error of its own, or another program',
	disproof: 'the same question by hand gets an answer',
	weigh({ node }) {
		const { error, status } = node.poll;
		const codes = ['unauthorized', 'rateLimited', 'badResponse', 'unsupported'];
		if (status !== 'failed' || !error || !codes.includes(error.code)) return undefined;
		return { for: [says(4, `${error.code}: ${error.message}`)], against: [] };
	},
	next: ({ node }) => [node.poll.error?.nextStep ?? 'check URL, kind and credentials'],
};

export const nodeCauses: readonly Cause[] = [
	notRunning,
	frozen,
	callsHang,
	refusedUs,
	cachedAnswers,
	damagedData,
	diskTrouble,
	clockSkew,
	eclipse,
	noPeers,
	slowToAnswer,
	syncing,
	finalityStands,
	standsStill,
	overloaded,
	ownWords,
];
