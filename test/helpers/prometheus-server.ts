import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePorts } from './free-ports.ts';

/** Whether Prometheus is installed; prints what is skipped where it is not. */
export function hasPrometheus(what: string): boolean {
	const isInstalled = spawnSync('prometheus', ['--version'], { stdio: 'ignore' }).status === 0;
	if (!isInstalled) console.info(`skipped: ${what} (prometheus is not installed)`);
	return isInstalled;
}

export interface PrometheusServer {
	readonly url: string;
	/** Resolves when every target was scraped after this call, and answered. */
	scraped(): Promise<void>;
	close(): Promise<void>;
}

export interface Job {
	readonly job_name: string;
	readonly targets: readonly string[];
	readonly metrics_path?: string;
}

/** A real Prometheus that scrapes every two seconds, with these rules (as JSON, which is YAML). */
export async function startPrometheus(
	jobs: readonly Job[],
	rules: object = { groups: [] },
): Promise<PrometheusServer> {
	const directory = mkdtempSync(path.join(tmpdir(), 'nodetop-prometheus-'));
	const [port] = await freePorts(1);
	writeFileSync(path.join(directory, 'rules.yml'), JSON.stringify(rules));
	const config = {
		global: { scrape_interval: '2s', scrape_timeout: '2s', evaluation_interval: '1s' },
		rule_files: ['rules.yml'],
		scrape_configs: jobs.map(({ targets, ...job }) => ({
			...job,
			static_configs: [{ targets: targets.map((url) => new URL(url).host) }],
		})),
	};
	writeFileSync(path.join(directory, 'prometheus.yml'), JSON.stringify(config));
	const child = spawn(
		'prometheus',
		[
			`--config.file=${path.join(directory, 'prometheus.yml')}`,
			`--storage.tsdb.path=${path.join(directory, 'data')}`,
			`--web.listen-address=127.0.0.1:${port}`,
		],
		{ stdio: 'ignore' },
	);
	const ended = new Promise((resolve) => child.once('exit', resolve));
	const url = `http://127.0.0.1:${port}`;
	const count = jobs.reduce((sum, { targets }) => sum + targets.length, 0);
	return {
		url,
		async scraped() {
			const since = Date.now() / 1000;
			const wanted = `count((up == 1) and (timestamp(up) > ${since}))`;
			for (let attempt = 0; attempt < 300; attempt += 1) {
				if ((await valueOf(url, wanted)) === count) return;
				await new Promise((resolve) => {
					setTimeout(resolve, 100);
				});
			}
			throw new Error(`Prometheus did not scrape its ${count} targets`);
		},
		async close() {
			child.kill('SIGKILL');
			await ended;
			rmSync(directory, { recursive: true, force: true });
		},
	};
}

/** The value of a query with one series; undefined while the server does not answer. */
export async function valueOf(url: string, query: string): Promise<number | undefined> {
	try {
		const reply = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query }).toString()}`);
		const { data } = (await reply.json()) as { data: { result: { value: [number, string] }[] } };
		const [first] = data.result;
		return first && Number(first.value[1]);
	} catch {
		return undefined;
	}
}
