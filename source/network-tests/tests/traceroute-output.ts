import { isIP } from 'node:net';

/** One hop of a route, as a system tool printed it. */
export interface Hop {
	readonly hop: number;
	/** The first router that answered; absent when none did. */
	readonly address?: string;
	readonly rttMs: readonly number[];
	readonly lostProbes: number;
}

export interface Tool {
	readonly name: 'traceroute' | 'tracepath' | 'mtr';
	/** Arguments for an IP address; callers pass nothing else. */
	readonly argv: (address: string) => readonly string[];
	/** Reads one line; `undefined` when it is not a hop. */
	readonly readLine: (line: string) => Hop | undefined;
}

const probes = 3;
const mostHops = 30;

/** ` 3  192.0.2.1  1.2 ms  1.1 ms *`, of traceroute 2.1 (Linux), inetutils and BSD with `-n`. */
function readTraceroute(line: string): Hop | undefined {
	const found = /^\s*(\d{1,3})\s+(.+)$/.exec(line);
	if (!found) return undefined;
	const words = (found[2] ?? '').split(/\s+/);
	const address = words.find((word) => isIP(word) !== 0);
	const rttMs = words
		.map((word, index) => (words[index + 1] === 'ms' ? Number(word) : Number.NaN))
		.filter((ms) => Number.isFinite(ms));
	const lostProbes = words.filter((word) => word === '*').length;
	if (address === undefined && lostProbes === 0) return undefined;
	return { hop: Number(found[1]), ...(address !== undefined && { address }), rttMs, lostProbes };
}

/** ` 3:  192.0.2.1  1.204ms reached`, of iputils 20210722 and later with `-n`. */
function readTracepath(line: string): Hop | undefined {
	const found = /^\s*(\d{1,3}):\s+(.+)$/.exec(line);
	if (!found) return undefined;
	const hop = Number(found[1]);
	const rest = found[2] ?? '';
	if (rest.startsWith('no reply')) return { hop, rttMs: [], lostProbes: 1 };
	const [address = '', time = ''] = rest.split(/\s+/);
	const ms = /^([\d.]+)ms$/.exec(time)?.[1];
	if (isIP(address) === 0 || ms === undefined) return undefined;
	return { hop, address, rttMs: [Number(ms)], lostProbes: 0 };
}

/** `  2.|-- 192.0.2.1  0.0%  3  0.1  0.2  0.1  0.4  0.2`, of `mtr --report-wide` (0.95). */
function readMtr(line: string): Hop | undefined {
	const found = /^\s*(\d{1,3})\.\|--\s+(\S+)\s+([\d.]+)%?\s+(\d+)\s+([\d.\s]+)$/.exec(line);
	if (!found) return undefined;
	const [, hop, host = '', loss, sent, times = ''] = found;
	const [, avg, best, worst] = times.trim().split(/\s+/).map(Number);
	const lostProbes = Math.round((Number(loss) / 100) * Number(sent));
	const isKnown = isIP(host) !== 0 && lostProbes < Number(sent);
	return {
		hop: Number(hop),
		...(isKnown && { address: host }),
		rttMs: isKnown ? [best, avg, worst].filter((ms) => ms !== undefined) : [],
		lostProbes,
	};
}

/** The programs that may be installed, best first. None needs root for these arguments. */
export const tools: readonly Tool[] = [
	{
		name: 'traceroute',
		argv: (address) => ['-n', '-q', `${probes}`, '-w', '2', '-m', `${mostHops}`, address],
		readLine: readTraceroute,
	},
	{
		name: 'tracepath',
		argv: (address) => ['-n', '-m', `${mostHops}`, address],
		readLine: readTracepath,
	},
	{
		name: 'mtr',
		argv: (address) => [
			'--report-wide',
			'--report-cycles',
			`${probes}`,
			'--no-dns',
			'--max-ttl',
			`${mostHops}`,
			address,
		],
		readLine: readMtr,
	},
];
