import type { NodeSlot } from '../node-process.ts';
import { startNodeServer } from '../node-server.ts';
import type { NodeServer } from '../node-server.ts';
import type { Host, Part } from '../part.ts';
import { createConsoleApp } from './console-app.ts';
import { startForwarder } from './forwarder.ts';
import { createLogFile } from './log-file.ts';
import type { NodeLog } from './node-log.ts';
import { createDebugApp, createHealthApp } from './side-apps.ts';
import type { StorageNode } from './storage-node.ts';
import { createStorjNetwork } from './storj-network.ts';
import type { StorjNetwork, StorjNetworkOptions } from './storj-network.ts';

/** The storage nodes, each with its console, public port, debug port, log file and forwarder. */
export function createStorjPart(
	options: StorjNetworkOptions,
): Part<StorageNode> & { readonly network: StorjNetwork } {
	const network = createStorjNetwork(options);
	return {
		network,
		kind: 'storj',
		networkId: 'nodetop-devnet-storj',
		stateOf: ({ satellites }) =>
			satellites.some(({ disqualifiedAtMs }) => disqualifiedAtMs !== undefined)
				? 'disqualified'
				: 'active',
		serve: (slot, port, host) =>
			serveNode({
				slot,
				port,
				host,
				log: network.logOf(slot.name),
				isForwarded: network.slots.indexOf(slot) % 2 === 1,
			}),
	};
}

interface ServeOptions {
	readonly slot: NodeSlot<StorageNode>;
	readonly port: number;
	readonly host: Host;
	readonly log: NodeLog;
	/** Whether its users read its log from the forwarder, not from the file. */
	readonly isForwarded: boolean;
}

async function serveNode({
	slot,
	port,
	host,
	log,
	isForwarded,
}: ServeOptions): Promise<NodeServer> {
	const closers: (() => Promise<void> | void)[] = [];
	const close = async () => {
		await Promise.all(closers.map(async (each) => each()));
	};
	const serve = async (app: Parameters<typeof startNodeServer>[0]['app'], at: number) => {
		const server = await startNodeServer({ slot, port: at, app, isSide: at !== port });
		closers.push(() => server.close());
		return server;
	};
	try {
		const console = await serve(createConsoleApp(slot, host), port);
		const health = await serve(createHealthApp(slot, host), host.sidePort());
		const debug = await serve(createDebugApp(slot, host), host.sidePort());
		const forwarder = await startForwarder(log, host.sidePort());
		closers.push(() => forwarder.close());
		const file = createLogFile(slot.name, log);
		closers.push(() => {
			file.close();
		});
		return {
			url: console.url,
			places: {
				log: isForwarded ? `tcp://127.0.0.1:${forwarder.port}` : file.path,
				fallbackUrls: [health.url],
				metricsUrl: debug.url,
			},
			async follow() {
				await Promise.all([console, health, debug].map((server) => server.follow()));
				await forwarder.follow(slot.node?.isForwarding === true);
			},
			close,
		};
	} catch (error) {
		await close();
		throw error;
	}
}
