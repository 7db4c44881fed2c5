import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '../../test/helpers/free-ports.ts';

/** A program beside which nodetop is measured. */
export interface Rival {
	readonly pid: number;
	stop(): Promise<void>;
}

/** Whether the program is installed; says what is left out where it is not. */
export function isInstalled(program: string): boolean {
	const found = spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;
	if (!found) process.stderr.write(`left out: ${program} is not installed\n`);
	return found;
}

/** A Prometheus that scrapes these addresses each second and stores what it reads. */
export async function startPrometheus(urls: readonly string[], directory: string): Promise<Rival> {
	const [port] = await freePorts(1);
	const file = join(directory, 'prometheus.yml');
	const hosts = urls.map((url) => new URL(url).host);
	const config = {
		global: { scrape_interval: '1s', scrape_timeout: '1s' },
		scrape_configs: [{ job_name: 'nodes', static_configs: [{ targets: hosts }] }],
	};
	// JSON is YAML.
	writeFileSync(file, JSON.stringify(config));
	const child = spawn(
		'prometheus',
		[
			`--config.file=${file}`,
			`--storage.tsdb.path=${join(directory, 'data')}`,
			`--web.listen-address=127.0.0.1:${port}`,
		],
		{ stdio: 'ignore' },
	);
	const ended = once(child, 'exit');
	if (child.pid === undefined) throw new Error('prometheus did not start');
	return {
		pid: child.pid,
		async stop() {
			child.kill('SIGTERM');
			await ended;
		},
	};
}
