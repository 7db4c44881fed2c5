import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Healthy nodes for the soak and the benchmark: each is a port that answers Prometheus text as a HotStuff-2 replica does. */
const count = Number(process.argv[2]);
const startedAt = Math.floor(Date.now() / 1000) - 86_400;
let openFilesOfLast = 40;
let answers = 0;

function page(index: number): string {
	const view = Math.floor(Date.now() / 1000);
	const openFiles = index === count - 1 ? openFilesOfLast : 40;
	return `hotstuff2_current_view ${view}
# TYPE process_open_fds gauge
process_open_fds ${openFiles}
# TYPE process_max_fds gauge
process_max_fds 1048576
# TYPE process_resident_memory_bytes gauge
process_resident_memory_bytes ${100_000_000 + index}
# TYPE process_start_time_seconds gauge
process_start_time_seconds ${startedAt + index}
`;
}

const urls = await Promise.all(
	Array.from({ length: count }, async (_, index) => {
		const server = createServer((request, response) => {
			if (request.url !== '/metrics') {
				response.writeHead(404).end();
				return;
			}
			answers += 1;
			response.setHeader('content-type', 'text/plain; version=0.0.4');
			response.end(page(index));
		});
		await new Promise<void>((resolve) => {
			server.listen(0, '127.0.0.1', resolve);
		});
		const { port } = server.address() as AddressInfo; // Of a TCP server.
		return `http://127.0.0.1:${port}/metrics`;
	}),
);
process.send?.(urls);
process.on('message', (message) => {
	if (message === 'count') process.send?.(answers);
	else openFilesOfLast = 600_000;
});
