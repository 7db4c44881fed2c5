import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePorts } from './free-ports.ts';

/** Servers that scrape, and answer the HTTP API of Prometheus. */
export type ScrapingProgram = 'prometheus' | 'victoria-metrics';

/** Whether the program is installed; prints what is skipped where it is not. */
export function hasPrometheus(what: string, program: ScrapingProgram = 'prometheus'): boolean {
	const isInstalled = spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
	if (!isInstalled) console.info(`skipped: ${what} (${program} is not installed)`);
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

export interface ScrapingOptions {
	/** A rule file, as JSON, which is YAML. VictoriaMetrics evaluates none. */
	readonly rules?: object;
	readonly program?: ScrapingProgram;
	/** Keeps exemplars. VictoriaMetrics has none. */
	readonly keepsExemplars?: boolean;
}

/** A real server that scrapes every two seconds. */
export async function startPrometheus(
	jobs: readonly Job[],
	{ rules = { groups: [] }, program = 'prometheus', keepsExemplars = false }: ScrapingOptions = {},
): Promise<PrometheusServer> {
	const directory = mkdtempSync(path.join(tmpdir(), 'nodetop-prometheus-'));
	const [port] = await freePorts(1);
	writeFileSync(path.join(directory, 'rules.yml'), JSON.stringify(rules));
	const global = { scrape_interval: '2s', scrape_timeout: '2s' };
	const rulesOf = { global: { ...global, evaluation_interval: '1s' }, rule_files: ['rules.yml'] };
	const config = {
		...(program === 'prometheus' ? rulesOf : { global }),
		scrape_configs: jobs.map(({ targets, ...job }) => ({
			...job,
			static_configs: [{ targets: targets.map((url) => new URL(url).host) }],
		})),
	};
	writeFileSync(path.join(directory, 'prometheus.yml'), JSON.stringify(config));
	const flags = keepsExemplars ? ['--enable-feature=exemplar-storage'] : [];
	const args = [...argumentsOf[program](directory, port), ...flags];
	const child = spawn(program, args, { stdio: 'ignore' });
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

const argumentsOf: Readonly<
	Record<ScrapingProgram, (directory: string, port: number | undefined) => string[]>
> = {
	prometheus: (directory, port) => [
		`--config.file=${path.join(directory, 'prometheus.yml')}`,
		`--storage.tsdb.path=${path.join(directory, 'data')}`,
		`--web.listen-address=127.0.0.1:${port}`,
	],
	'victoria-metrics': (directory, port) => [
		`-promscrape.config=${path.join(directory, 'prometheus.yml')}`,
		`-storageDataPath=${path.join(directory, 'data')}`,
		`-httpListenAddr=127.0.0.1:${port}`,
		// By default the newest 30 s are not answered.
		'-search.latencyOffset=0s',
	],
};

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
