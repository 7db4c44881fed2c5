import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/** TCP ports that are free on loopback; all held open until all are known, so that none comes twice. */
export async function freePorts(count: number): Promise<number[]> {
	const servers = Array.from({ length: count }, () => createServer());
	const ports = await Promise.all(
		servers.map(
			(server) =>
				new Promise<number>((resolve) => {
					server.listen(0, '127.0.0.1', () => {
						resolve((server.address() as AddressInfo).port); // A TCP server has one.
					});
				}),
		),
	);
	await Promise.all(
		servers.map(
			(server) =>
				new Promise((resolve) => {
					server.close(resolve);
				}),
		),
	);
	return ports;
}
