import { startServer } from './http-server.ts';
import type { TestServer } from './http-server.ts';

/** A real node whose one telling figure the test sets: the files that its process has open. */
export interface MetricNode extends TestServer {
	openFiles: number;
}

/** Prometheus text over HTTP, as a HotStuff-2 replica gives it: of the kind `bft`, at `url`. */
export async function startMetricNode(): Promise<MetricNode> {
	const state = { openFiles: 5 };
	const server = await startServer((_request, response) => {
		response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' });
		response.end(metricsPage(state.openFiles));
	});
	return Object.assign(state, { ...server, url: `${server.url}/metrics` });
}

/** Its view moves with the clock, so that it never seems to stand still. */
export function metricsPage(openFiles: number): string {
	return `hotstuff2_current_view ${Math.floor(Date.now() / 1000)}
# TYPE process_open_fds gauge
process_open_fds ${openFiles}
# TYPE process_max_fds gauge
process_max_fds 1048576
# TYPE process_resident_memory_bytes gauge
process_resident_memory_bytes 100000000
`;
}
