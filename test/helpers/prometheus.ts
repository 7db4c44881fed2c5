import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePorts } from './free-ports.ts';

/** Why tests with a real Prometheus cannot run; undefined where they can. */
export function whyNoPrometheus(): string | undefined {
	const isThere = (program: string): boolean =>
		spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
	return isThere('prometheus') && isThere('promtool') ? undefined : 'Prometheus is not installed';
}

export interface RealPrometheus {
	readonly url: string;
	readonly stop: () => Promise<void>;
}

/** A Prometheus whose database holds these lines of OpenMetrics text, with a time each. */
export async function startPrometheus(
	directory: string,
	openMetrics: string,
): Promise<RealPrometheus> {
	const data = join(directory, 'data');
	await mkdir(data, { recursive: true });
	await writeFile(join(directory, 'past.om'), openMetrics);
	await writeFile(join(directory, 'prometheus.yml'), 'global: {}\n');
	const past = join(directory, 'past.om');
	const made = spawnSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', past, data]);
	if (made.status !== 0) throw new Error(String(made.stderr));
	const [port] = await freePorts(1);
	const child = spawn(
		'prometheus',
		[
			`--config.file=${join(directory, 'prometheus.yml')}`,
			`--storage.tsdb.path=${data}`,
			'--storage.tsdb.retention.time=100y',
			`--web.listen-address=127.0.0.1:${port}`,
		],
		{ stdio: 'ignore' },
	);
	const url = `http://127.0.0.1:${port}`;
	const stop = async (): Promise<void> => {
		const ended = once(child, 'exit');
		child.kill('SIGKILL');
		await ended;
	};
	for (let tries = 0; tries < 600; tries += 1) {
		const isReady = await fetch(`${url}/-/ready`).then(
			({ ok }) => ok,
			() => false,
		);
		if (isReady) return { url, stop };
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	await stop();
	throw new Error('Prometheus does not become ready');
}
