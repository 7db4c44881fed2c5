/** Writes the series of many targets to a VictoriaMetrics, as often as a scraper would, for bench/prometheus-fleet.ts. */
const [url = '', targets = '0', intervalMs = '5000'] = process.argv.slice(2);
const startedAt = Math.floor(Date.now() / 1000) - 86_400;

function pageOf(index: number, atMs: number): string {
	const labels = `job="replicas",instance="replica-${String(index).padStart(5, '0')}:9100"`;
	const view = Math.floor(atMs / 1000);
	const numbers = {
		up: index % 500 === 499 ? 0 : 1,
		hotstuff2_current_view: view,
		process_cpu_seconds_total: view / 50 + index,
		process_open_fds: 40 + (index % 7),
		process_max_fds: 1_048_576,
		process_resident_memory_bytes: 100_000_000 + index * 1000 + (view % 1000),
		process_start_time_seconds: startedAt + index,
	};
	return Object.entries(numbers)
		.map(([name, value]) => `${name}{${labels}} ${value} ${atMs}\n`)
		.join('');
}

async function write(): Promise<void> {
	const atMs = Date.now();
	const body = Array.from({ length: Number(targets) }, (_, index) => pageOf(index, atMs)).join('');
	await fetch(`${url}/api/v1/import/prometheus`, { method: 'POST', body });
}

await write();
process.send?.('ready');
setInterval(() => void write(), Number(intervalMs));
