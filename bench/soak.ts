import { fork, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { cpuSecondsOf, residentBytesOf } from './measure.ts';

/**
 * Runs `nodetop watch` on the demo and on further nodes, beside processes that keep a core busy each:
 * npm run soak -- --minutes 60 --nodes 200 --busy 2. Prints as JSON which alerts fired (the one about the busy machine,
 * which is right, apart), how long the first message took, and what memory and processor time were used. With --paused 0.8 the watch itself stands still for
 * 80 % of the time, in short stretches: it is late for everything, as on a machine that is far too busy.
 */
const { values } = parseArgs({
	options: {
		minutes: { type: 'string', default: '60' },
		nodes: { type: 'string', default: '200' },
		busy: { type: 'string', default: '2' },
		interval: { type: 'string', default: '2000' },
		paused: { type: 'string', default: '0' },
	},
});
const minutes = Number(values.minutes);
const bin = fileURLToPath(new URL('../bin/nodetop.js', import.meta.url));
const sampleEveryMs = 10_000;
/** Before that the heap still grows into its size. */
const warmUpShare = 1 / 6;

const children: ChildProcess[] = [];
const directory = await mkdtemp(path.join(tmpdir(), 'nodetop-soak-'));
const env = { ...process.env, HOME: directory, XDG_STATE_HOME: directory };

interface ServedNode {
	readonly name: string;
	readonly url: string;
	readonly kind: string;
}

async function startDemo(): Promise<readonly ServedNode[]> {
	const demo = spawn(process.execPath, [bin, 'demo', '--serve'], { env });
	children.push(demo);
	demo.stderr.pipe(process.stderr);
	const ended = once(demo, 'exit').then(() => Promise.reject(new Error('the demo ended')));
	const [line] = await Promise.race([once(createInterface(demo.stdout), 'line'), ended]);
	// The format of `demo --serve` is documented in docs/devnet.md.
	return (JSON.parse(String(line)) as { nodes: ServedNode[] }).nodes;
}

async function startFurtherNodes(): Promise<{
	readonly nodes: readonly ServedNode[];
	readonly breakOne: () => void;
}> {
	const nodes = fork(fileURLToPath(new URL('soak-nodes.ts', import.meta.url)), [values.nodes]);
	children.push(nodes);
	// It sends what soak-nodes.ts says.
	const [urls] = (await once(nodes, 'message')) as [string[]];
	return {
		nodes: urls.map((url, index) => ({ name: `more-${index + 1}`, url, kind: 'bft' })),
		breakOne: () => nodes.send('break'),
	};
}

function startBusyLoops(): void {
	for (let count = 0; count < Number(values.busy); count += 1) {
		children.push(spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }));
	}
}

/** Stops and continues a process until it has ended. */
async function pauseAtTimes(child: ChildProcess, share: number): Promise<void> {
	if (share === 0) return;
	while (child.exitCode === null && child.signalCode === null) {
		const roundMs = 20 + Math.random() * 200;
		child.kill('SIGSTOP');
		await pause(roundMs * share);
		child.kill('SIGCONT');
		await pause(roundMs * (1 - share));
	}
}

const arrivals: number[] = [];
const receiver = createServer((request, response) => {
	request.resume();
	arrivals.push(performance.now());
	response.end();
});
receiver.listen(0, '127.0.0.1');
await once(receiver, 'listening');
const { port } = receiver.address() as AddressInfo; // Of a TCP server.

try {
	const further = await startFurtherNodes();
	const nodes = [...(await startDemo()), ...further.nodes];
	const profile = {
		intervalMs: Number(values.interval),
		nodes: nodes.map(({ name, url, kind }) => ({ name, url, kind })),
		rules: {
			'many-files': {
				condition: { value: { field: 'resources.openFiles' }, above: 500_000 },
				severity: 'critical',
				forMs: 0,
				message: '{node} has {value} open files',
			},
		},
		channels: { hook: { type: 'webhook', url: `http://127.0.0.1:${port}` } },
	};
	const config = path.join(directory, 'config.json');
	await writeFile(config, JSON.stringify({ profiles: { default: profile } }), { mode: 0o600 });
	startBusyLoops();
	const watch = spawn(process.execPath, [bin, 'watch', '--json', '-c', config], { env });
	children.push(watch);
	const fired: string[] = [];
	const aboutTheLoad: string[] = [];
	createInterface(watch.stdout).on('line', (line) => {
		// A line of `watch --json`.
		const { event, incident } = JSON.parse(line) as {
			event: string;
			incident: { rule: string; message: string; evidence?: string };
		};
		const { rule, message, evidence = '' } = incident;
		const isTheLoad = rule === 'cpu-busy' && Number(values.busy) > 0;
		if (event === 'fired')
			(isTheLoad ? aboutTheLoad : fired).push(`${rule}: ${message} (${evidence})`);
	});
	watch.stderr.resume();
	const { pid = 0 } = watch;
	void pauseAtTimes(watch, Number(values.paused));
	const startedMs = performance.now();
	const resident: number[] = [];
	const loads: number[] = [];
	const cpuAtStart = cpuSecondsOf(pid);
	while (performance.now() - startedMs < minutes * 60_000) {
		await pause(sampleEveryMs);
		resident.push(residentBytesOf(pid));
		loads.push(loadavg()[0] ?? 0);
		if (resident.length % 60 === 0)
			process.stderr.write(
				`${resident.length / 6} min, ${megabytes(resident.at(-1))} MB, ${fired.length} alerts\n`,
			);
	}
	const seconds = (performance.now() - startedMs) / 1000;
	const cpuRatio = (cpuSecondsOf(pid) - cpuAtStart) / seconds;
	const alerts = [...fired];
	const told = arrivals.length;
	const brokenMs = performance.now();
	further.breakOne();
	while (arrivals.length === told && performance.now() - brokenMs < 120_000) await pause(20);
	const steady = resident.slice(Math.floor(resident.length * warmUpShare));
	const half = Math.floor(steady.length / 2);
	process.stdout.write(
		`${JSON.stringify(
			{
				minutes,
				nodes: nodes.length,
				busy: Number(values.busy),
				load: mean(loads).toFixed(1),
				alerts,
				aboutTheLoad,
				firstMessageSeconds: ((performance.now() - brokenMs) / 1000).toFixed(1),
				cpuRatio: cpuRatio.toFixed(3),
				residentMegabytes: {
					firstHalf: megabytes(mean(steady.slice(0, half))),
					secondHalf: megabytes(mean(steady.slice(half))),
					most: megabytes(Math.max(...resident)),
					eachMinute: resident
						.filter((_, index) => index % 6 === 5)
						.map((bytes) => megabytes(bytes)),
				},
			},
			undefined,
			'\t',
		)}\n`,
	);
} finally {
	for (const child of children) child.kill('SIGKILL');
	receiver.close();
	await rm(directory, { recursive: true, force: true });
}

function mean(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function megabytes(bytes = 0): number {
	return Math.round(bytes / 1e6);
}
