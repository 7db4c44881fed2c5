import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { freePorts } from '../test/helpers/free-ports.ts';
import { startInTerminal } from '../test/helpers/terminal.ts';
import { quantile } from './figures.ts';
import { measureUsage, timeKeys } from './measure.ts';

/**
 * A fleet that nodetop reads from a real VictoriaMetrics: requests a poll, processor time, memory and keys. The
 * series of the targets are generated, and written by another process as a scraper would.
 *
 *   node bench/prometheus-fleet.ts [--targets N] [--seconds N]
 */
const { values } = parseArgs({
	options: {
		targets: { type: 'string', default: '5000' },
		seconds: { type: 'string', default: '60' },
	},
});
const intervalMs = 5000;
const windowMs = Number(values.seconds) * 1000;
const bin = fileURLToPath(new URL('../bin/nodetop.js', import.meta.url));
const feeder = fileURLToPath(new URL('prometheus-feeder.ts', import.meta.url));

const directory = mkdtempSync(path.join(tmpdir(), 'nodetop-fleet-'));
const [port] = await freePorts(1);
const url = `http://127.0.0.1:${port}`;
const database = spawn(
	'victoria-metrics',
	[
		`-storageDataPath=${directory}/data`,
		`-httpListenAddr=127.0.0.1:${port}`,
		'-search.latencyOffset=0s',
	],
	{ stdio: 'ignore' },
);
const ended = once(database, 'exit');
try {
	while (!(await isUp())) await pause(50);
	const feeding = fork(feeder, [url, values.targets, String(intervalMs)]);
	await once(feeding, 'message');
	await measure('screen', []);
	await measure('watch', ['watch']);
	feeding.kill('SIGKILL');
} finally {
	database.kill('SIGKILL');
	await ended;
	rmSync(directory, { recursive: true, force: true });
}

async function measure(name: string, command: readonly string[]): Promise<void> {
	const home = path.join(directory, name);
	const env = { XDG_STATE_HOME: home, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home };
	const args = [bin, ...command, '--interval', `${intervalMs}ms`, `fleet=${url}`];
	const terminal = startInTerminal(process.execPath, args, { env });
	await pause(windowMs);
	const before = await queries();
	const usage = await measureUsage(terminal, 0, windowMs);
	const polls = windowMs / intervalMs;
	print(`${name}, requests a poll`, (((await queries()) - before) / polls).toFixed(1));
	print(`${name}, of a core`, `${(usage.cpuRatio * 100).toFixed(1)} %`);
	print(`${name}, resident`, `${(usage.residentBytes / 1e6).toFixed(0)} MB`);
	if (command.length === 0) {
		const keys = await timeKeys(terminal, 'j', 100, 37);
		const [middle, late] = [quantile(keys, 0.5), quantile(keys, 0.95)];
		print('key to repaint, p50 and p95', `${middle.toFixed(1)} and ${late.toFixed(1)} ms`);
	}
	terminal.close();
}

function print(what: string, measured: string): void {
	process.stdout.write(`${what.padEnd(32)}${measured}\n`);
}

function isUp(): Promise<boolean> {
	return fetch(`${url}/health`).then(
		({ ok }) => ok,
		() => false,
	);
}

/** Requests to the query API that the server has answered. */
async function queries(): Promise<number> {
	const text = await (await fetch(`${url}/metrics`)).text();
	const paths =
		/^vm_http_requests_total\{path="\/(?:prometheus\/)?api\/v1\/[^"]*query[^"]*"\} (\d+)$|^vm_http_requests_total\{path="\/api\/v1\/label\/[^"]*"\} (\d+)$/gm;
	return [...text.matchAll(paths)].reduce(
		(sum, [, asked, names]) => sum + Number(asked ?? names),
		0,
	);
}
