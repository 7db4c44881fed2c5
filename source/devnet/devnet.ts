import { startControlServer } from './control-server.ts';
import { createDagNetwork } from './dag/dag-network.ts';
import type { DagNetwork, DagNetworkOptions } from './dag/dag-network.ts';
import { createDriver } from './driver.ts';
import { startNodeServer } from './dag/node-server.ts';
import type { NodeServer } from './dag/node-server.ts';
import { createProcessMeter } from './process-meter.ts';
import { statusOf } from './dag/status.ts';

export interface DevnetOptions extends Omit<DagNetworkOptions, 'epochMs'> {
	/** The nodes listen from here on, the control server behind them; 0 takes free ports. */
	readonly basePort: number;
	/** `manual` leaves virtual time to the caller, for tests. */
	readonly clock: 'wall' | 'manual';
	readonly epochMs?: number;
}

/** A network with its HTTP servers, in this process. */
export interface RunningDevnet {
	readonly network: DagNetwork;
	readonly controlUrl: string;
	readonly nodes: readonly { readonly name: string; readonly url: string }[];
	stop(): Promise<void>;
}

/** Starts it all on 127.0.0.1. Rejects with a `UserError` when a port is taken. */
export async function startDevnet(options: DevnetOptions): Promise<RunningDevnet> {
	const { basePort, nodeCount, seed, clock, epochMs = Date.now() } = options;
	const network = createDagNetwork({ ...options, epochMs });
	const driver = createDriver(network);
	const meter = createProcessMeter(network.slots.map(({ stopwatch }) => stopwatch));
	const servers = new Map<string, NodeServer>();
	const closeAll = async () => {
		await Promise.all([...servers.values()].map((server) => server.close()));
	};
	try {
		for (const [index, slot] of network.slots.entries()) {
			const readStatus = () => {
				driver.catchUp();
				if (!slot.node) return undefined;
				const resources = meter.usageOf(slot.stopwatch);
				return statusOf(slot.node, { nowMs: network.nowMs(), nodeCount, resources });
			};
			const port = basePort === 0 ? 0 : basePort + index;
			servers.set(slot.name, await startNodeServer({ slot, port, readStatus }));
		}
		const urls = new Map([...servers].map(([name, { url }]) => [name, url]));
		const control = await startControlServer({
			network,
			seed,
			port: basePort === 0 ? 0 : basePort + nodeCount,
			urls,
			catchUp: driver.catchUp,
			settle: async () => {
				await Promise.all([...servers.values()].map((server) => server.follow()));
			},
		});
		network.start();
		if (clock === 'wall') driver.start();
		return {
			network,
			controlUrl: control.url,
			nodes: [...urls].map(([name, url]) => ({ name, url })),
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
