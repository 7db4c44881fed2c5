import { startControlServer } from './control-server.ts';
import { createDagPart } from './dag/part.ts';
import type { DagNetwork, DagNetworkOptions } from './dag/dag-network.ts';
import { createDriver } from './driver.ts';
import type { Driver } from './driver.ts';
import type { EvmNetwork, EvmNetworkOptions } from './evm/evm-network.ts';
import { createEvmPart } from './evm/part.ts';
import type { HotstuffNetwork, HotstuffNetworkOptions } from './hotstuff/hotstuff-network.ts';
import { createHotstuffPart } from './hotstuff/part.ts';
import type { NodePlaces, NodeServer } from './node-server.ts';
import { openPart } from './part.ts';
import type { Host, OpenedPart } from './part.ts';
import { createProcessMeter } from './process-meter.ts';
import { createStorjPart } from './storj/part.ts';
import type { StorjNetwork, StorjNetworkOptions } from './storj/storj-network.ts';

export interface DevnetOptions {
	/** Nodes in the DAG network, 4 to 64. */
	readonly nodeCount: number;
	readonly seed: number;
	readonly version: string;
	/** Storage nodes, 0 to 8; none when absent. */
	readonly storageNodes?: number;
	/**
	 * The first port; the control server has the one after the nodes, and the further servers of storage
	 * nodes those behind it. 0 takes free ports.
	 */
	readonly basePort: number;
	/** With `manual` the caller advances virtual time, for tests. */
	readonly clock: 'wall' | 'manual';
	/** Unix ms at the virtual zero; now when absent. */
	readonly epochMs?: number;
	readonly dag?: Pick<DagNetworkOptions, 'links' | 'settings'>;
	readonly hotstuff?: Pick<HotstuffNetworkOptions, 'links' | 'settings'>;
	readonly evm?: Pick<EvmNetworkOptions, 'links' | 'settings'>;
	readonly storj?: Pick<StorjNetworkOptions, 'settings'>;
}

/** A node of the devnet, as its users see it. */
export interface DevnetNode extends NodePlaces {
	readonly name: string;
	readonly url: string;
	/** The kind of adapter that reads it. */
	readonly kind: string;
	/** The network of the devnet that it belongs to. */
	readonly network: string;
}

/** Networks with their HTTP servers, in this process. */
export interface RunningDevnet {
	readonly dag: DagNetwork;
	readonly hotstuff: HotstuffNetwork;
	readonly evm: EvmNetwork;
	readonly storj: StorjNetwork;
	readonly controlUrl: string;
	readonly nodes: readonly DevnetNode[];
	/** Advances virtual time in all networks. */
	advance(durationMs: number): void;
	stop(): Promise<void>;
}

/** Starts all networks on 127.0.0.1. Rejects with a `UserError` when a port is taken. */
export async function startDevnet(options: DevnetOptions): Promise<RunningDevnet> {
	const { basePort, nodeCount, storageNodes = 0, seed, version, clock } = options;
	const { epochMs = Date.now() } = options;
	const dag = createDagPart({ nodeCount, seed, version, epochMs, ...options.dag });
	const hotstuff = createHotstuffPart({ seed, version, epochMs, ...options.hotstuff });
	const evm = createEvmPart({ seed, version, epochMs, ...options.evm });
	const storj = createStorjPart({ seed, epochMs, nodeCount: storageNodes, ...options.storj });
	const parts = [openPart(dag), openPart(hotstuff), openPart(evm), openPart(storj)].filter(
		({ network }) => network.slots.length > 0,
	);
	const networks = parts.map(({ network }) => network);
	const driver = createDriver(networks);
	const servers = await serveAll(parts, driver, basePort);
	const settle = async () => {
		await Promise.all(servers.map(({ server }) => server.follow()));
	};
	const closeAll = async () => {
		await Promise.all(servers.map(({ server }) => server.close()));
	};
	const nodes = servers.map(({ server, ...node }) => ({
		...node,
		url: server.url,
		...server.places,
	}));
	try {
		const control = await startControlServer({
			parts,
			seed,
			port: basePort === 0 ? 0 : basePort + nodes.length,
			urls: new Map(nodes.map(({ name, url }) => [name, url])),
			catchUp: driver.catchUp,
			settle,
		});
		for (const network of networks) network.start();
		if (clock === 'wall') driver.start();
		return {
			dag: dag.network,
			hotstuff: hotstuff.network,
			evm: evm.network,
			storj: storj.network,
			controlUrl: control.url,
			nodes,
			advance(durationMs) {
				for (const network of networks) network.advance(durationMs);
			},
			async stop() {
				driver.stop();
				await Promise.all([control.close(), closeAll()]);
			},
		};
	} catch (error) {
		await closeAll();
		throw error;
	}
}

interface ServedNode extends Omit<DevnetNode, 'url'> {
	readonly server: NodeServer;
}

/** Opens the servers of all nodes, or of none when one of them cannot be opened. */
async function serveAll(
	parts: readonly OpenedPart[],
	driver: Driver,
	basePort: number,
): Promise<ServedNode[]> {
	const stopwatches = parts.flatMap(({ network }) => network.slots.map((slot) => slot.stopwatch));
	const meter = createProcessMeter(stopwatches);
	const nodeCount = parts.reduce((sum, { network }) => sum + network.slots.length, 0);
	let sidePorts = basePort + nodeCount;
	const host: Host = {
		catchUp: driver.catchUp,
		usageOf: meter.usageOf,
		sidePort: () => (basePort === 0 ? 0 : (sidePorts += 1)),
	};
	const served: ServedNode[] = [];
	try {
		for (const part of parts) {
			const { network, kind } = part;
			for (const { name } of network.slots) {
				const port = basePort === 0 ? 0 : basePort + served.length;
				const server = await part.serveAt(name, port, host);
				served.push({ name, kind, network: network.name, server });
			}
		}
		return served;
	} catch (error) {
		await Promise.all(served.map(({ server }) => server.close()));
		throw error;
	}
}
