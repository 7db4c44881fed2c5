/**
 * What supervising a node costs, each beside the same work without nodetop in the same run, so that ratios count and
 * not the machine: `node bench/lifecycle.ts [MEGABYTES]` after `npm run build`.
 */
import { spawnSync } from 'node:child_process';
import {
	closeSync,
	mkdtempSync,
	openSync,
	readFileSync,
	readSync,
	rmSync,
	writeFileSync,
	writeSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { systemClock } from '../source/domain/clock.ts';
import { flagWarnings } from '../source/lifecycle/flags/flag-warnings.ts';
import { HealthChecker } from '../source/lifecycle/health/checker.ts';
import { LogPump } from '../source/lifecycle/log/pump.ts';
import { readPattern } from '../source/lifecycle/log/pattern.ts';
import { eachLine } from '../source/lifecycle/log/query.ts';
import { defaultRetention } from '../source/lifecycle/log/segments.ts';
import { separateFlags } from '../source/lifecycle/separate-flags.ts';

const megabytes = Number(process.argv[2] ?? 100);
const directory = mkdtempSync(join(tmpdir(), 'nodetop-bench-'));

function tell(what: string, ours: number, bare: number, unit: string, than: string): void {
	const ratio = (ours / bare).toFixed(2);
	console.log(
		`${what}: ${ours.toFixed(2)} ${unit}, ${ratio} times ${than} (${bare.toFixed(2)} ${unit})`,
	);
}

/** The quickest of some runs: what others do on the machine only makes a run longer. */
async function quickest(rounds: number, run: () => unknown): Promise<number> {
	let best = Number.POSITIVE_INFINITY;
	for (let round = 0; round < rounds; round += 1) {
		const before = performance.now();
		await run();
		best = Math.min(best, performance.now() - before);
	}
	return best;
}

/** The least processor time of some runs, for work within this process. */
async function leastProcessor(rounds: number, run: () => unknown): Promise<number> {
	let best = Number.POSITIVE_INFINITY;
	for (let round = 0; round < rounds; round += 1) {
		const before = process.cpuUsage();
		await run();
		const { user, system } = process.cpuUsage(before);
		best = Math.min(best, (user + system) / 1000);
	}
	return best;
}

async function benchStart(): Promise<void> {
	const env = { ...process.env, HOME: directory, XDG_STATE_HOME: join(directory, 'state') };
	const run = (...args: readonly string[]): void => {
		const { status, stderr } = spawnSync(process.execPath, args, { env });
		if (status !== 0) throw new Error(String(stderr));
	};
	const bin = resolve('bin/nodetop.js');
	let number = 0;
	const ours = await quickest(5, () => {
		number += 1;
		run(bin, 'start', '--name', `bench-${number}`, '--', '/bin/sleep', '600');
	});
	for (let each = 1; each <= number; each += 1) run(bin, 'stop', `bench-${each}`);
	tell(
		'start',
		ours,
		await quickest(5, () => {
			run('-e', '0');
		}),
		'ms',
		'a start of Node',
	);
}

const replies: Readonly<Record<string, unknown>> = {
	eth_syncing: false,
	net_peerCount: '0x9',
	web3_clientVersion: 'Geth/v1.17.4',
	eth_chainId: '0x1',
	eth_blockNumber: '0x10',
};

async function benchHealth(): Promise<void> {
	const server = createServer((request, response) => {
		let body = '';
		request.on('data', (chunk) => (body += String(chunk)));
		request.on('end', () => {
			const { id, method } = JSON.parse(body) as { readonly id: number; readonly method: string };
			response.end(JSON.stringify({ jsonrpc: '2.0', id, result: replies[method] ?? null }));
		});
	});
	await new Promise<void>((after) => {
		server.listen(0, '127.0.0.1', after);
	});
	const address = server.address();
	const url = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
	const checker = new HealthChecker({
		url,
		dataDirectory: directory,
		timeoutMs: 5000,
		minPeers: 1,
	});
	const ours = await quickest(100, () => checker.check(process.pid, Date.now()));
	const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_syncing', params: [] });
	const bare = await quickest(100, async () => (await fetch(url, { method: 'POST', body })).text());
	tell('health check', ours, bare, 'ms', 'one request');
	server.closeAllConnections();
	server.close();
}

async function benchArguments(): Promise<void> {
	const flags = [
		'networkid=1',
		'port=30303',
		'maxpeers=50',
		'http',
		'http.port=8545',
		'ws',
		'cache=4096',
	];
	const argv = [
		'--name',
		'a',
		'--',
		'/usr/bin/geth',
		...flags.map((flag) => `--${flag}`),
		'--datadir',
		'/data',
	];
	const facts = {
		version: '1.17.4',
		cwd: '/',
		home: '/',
		usedPorts: new Set([30_303]),
		usedDirectories: new Map<string, string>(),
		rpcUrl: undefined,
	};
	const rounds = 2000;
	const ours = await leastProcessor(10, () => {
		for (let round = 0; round < rounds; round += 1) {
			const { command } = separateFlags(argv, (flag) => flag === '--name');
			flagWarnings(command, facts);
		}
	});
	const bare = await leastProcessor(10, () => {
		for (let round = 0; round < rounds; round += 1) JSON.parse(JSON.stringify(argv));
	});
	tell('arguments of geth', (ours * 1000) / rounds, (bare * 1000) / rounds, 'µs', 'a copy as JSON');
}

const block = Buffer.from(
	Array.from(
		{ length: 8000 },
		(_, index) =>
			`INFO [01-02|03:04:05.678] Imported new potential chain segment number=${index} blocks=1\n`,
	).join(''),
);

async function benchLog(): Promise<void> {
	const [stdout, stderr, log] = ['stdout', 'stderr', 'log'].map((name) => join(directory, name));
	const bytes = Math.ceil((megabytes * 1e6) / block.length) * block.length;
	const output = openSync(stdout ?? '', 'w');
	for (let at = 0; at < bytes; at += block.length) writeSync(output, block);
	closeSync(output);
	writeFileSync(stderr ?? '', '');
	const pump = new LogPump({
		stdout: stdout ?? '',
		stderr: stderr ?? '',
		directory: log ?? '',
		retention: { ...defaultRetention, segmentBytes: 1e12 },
		clock: systemClock,
		onProblem: (about, problem) => {
			console.log(about, problem);
		},
		mostUnreadBytes: 1e12,
	});
	const copied = await leastProcessor(1, () => {
		copy(stdout ?? '', join(directory, 'copy'));
	});
	const kept = await leastProcessor(1, () => pump.drain(true));
	await pump.close();
	tell(`keeping ${megabytes} MB of output`, kept, copied, 'ms of processor time', 'a copy of it');
	const ignored = join(directory, 'ignored');
	const read = await leastProcessor(2, () => {
		copy(join(log ?? '', '000001.log'), ignored);
	});
	for (const pattern of ['number=7777 ', 'numb[e]r=7777 ']) {
		const filter = await readPattern(pattern, false);
		const found = await leastProcessor(2, () =>
			eachLine(
				log ?? '',
				filter,
				() => undefined,
				() => Promise.resolve(),
			),
		);
		tell(`searching it for ${pattern}`, found, read, 'ms of processor time', 'a copy of the log');
	}
}

/** Writes at 200 MB/s, in pieces as a log has them, and says at its end how long that took in all, in ms. */
const fastWriter = `
	import { writeFileSync, writeSync } from 'node:fs';
	const line = 'INFO [01-02|03:04:05.678] Imported new potential chain segment number=1234567 blocks=1\\n';
	const piece = Buffer.from(line.repeat(2300));
	const [seconds, result] = process.argv.slice(1);
	const pieces = Math.round((200e6 * Number(seconds)) / piece.length);
	const startedMs = performance.now();
	for (let number = 1; number <= pieces; number += 1) {
		for (let at = 0; at < piece.length;) at += writeSync(1, piece, at);
		const dueMs = startedMs + (number * piece.length) / 200e3;
		const waitMs = dueMs - performance.now();
		if (waitMs > 2) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, waitMs);
	}
	writeFileSync(result, String(performance.now() - startedMs));
`;
const writesSeconds = 4;

/** Whether a node that writes much is slowed: the same program under nodetop, and with a plain file. */
async function benchFastNode(): Promise<void> {
	const env = { ...process.env, HOME: directory, XDG_STATE_HOME: join(directory, 'state') };
	const bin = resolve('bin/nodetop.js');
	const result = join(directory, 'took');
	const tookMs = () => Number(readFileSync(result, 'utf8'));
	const words = ['--input-type=module', '-e', fastWriter, '--', String(writesSeconds), result];
	const supervised: number[] = [];
	const bare: number[] = [];
	for (let round = 0; round < 3; round += 1) {
		const output = openSync(join(directory, 'plain'), 'w');
		spawnSync(process.execPath, words, { stdio: ['ignore', output, 'inherit'] });
		closeSync(output);
		bare.push(tookMs());
		rmSync(result);
		const run = [bin, 'run', '--name', `fast-${round}`, '--', process.execPath, ...words];
		// What it prints is not asked for: reading it would be work of this machine, too.
		spawnSync(process.execPath, run, { env, stdio: ['ignore', 'ignore', 'ignore'] });
		supervised.push(tookMs());
		rmSync(result);
		rmSync(join(directory, 'state'), { recursive: true, force: true });
	}
	const [ours, than] = [Math.min(...supervised), Math.min(...bare)];
	tell(`writing ${200 * writesSeconds} MB at 200 MB/s`, ours, than, 'ms', 'a plain file');
}

function copy(from: string, to: string): void {
	const [source, target] = [openSync(from, 'r'), openSync(to, 'w')];
	const buffer = Buffer.allocUnsafe(1_048_576);
	for (let count = 1; count > 0;) {
		count = readSync(source, buffer);
		writeSync(target, buffer, 0, count);
	}
	closeSync(source);
	closeSync(target);
}

try {
	await benchArguments();
	await benchHealth();
	await benchLog();
	await benchFastNode();
	await benchStart();
} finally {
	rmSync(directory, { recursive: true, force: true });
}
