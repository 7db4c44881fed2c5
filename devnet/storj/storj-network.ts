import { createHash } from 'node:crypto';
import { createNetwork } from '../network.ts';
import type { Network, NetworkBasics } from '../network.ts';
import { createNodeLog } from './node-log.ts';
import type { NodeLog } from './node-log.ts';
import { usualSettings } from './settings.ts';
import type { StorjSettings } from './settings.ts';
import { StorageNode } from './storage-node.ts';
import type { StorjData, StorjIdentity } from './storage-node.ts';

export interface StorjNetworkOptions extends Omit<NetworkBasics<StorjSettings>, 'version'> {
	/** 0 to 8. */
	readonly nodeCount: number;
}

export interface StorjNetwork extends Network<StorageNode> {
	/** What a node writes down, whether it runs or not. */
	logOf(name: string): NodeLog;
}

/** Storage nodes, which do not talk to one another: customers and satellites are simulated at each. */
export function createStorjNetwork(options: StorjNetworkOptions): StorjNetwork {
	const { epochMs, nodeCount } = options;
	const seed = `nodetop-devnet-storj/${options.seed}`;
	const settings = { ...usualSettings, ...options.settings };
	const logs = new Map<string, NodeLog>();
	const logOf = (name: string): NodeLog => {
		const log = logs.get(name) ?? createNodeLog();
		logs.set(name, log);
		return log;
	};
	const network = createNetwork<StorageNode, StorjIdentity, StorjData>({
		name: 'storj',
		ownFaults: [
			'lostPieces',
			'auditErrors',
			'offline',
			'rotateLog',
			'forwarderCut',
			'monthStart',
			'upgrade',
			'slowDisk',
			'diskFull',
		],
		seed,
		epochMs,
		names: Array.from({ length: nodeCount }, (_, index) => `storj-${index + 1}`),
		topology: [],
		links: { latencyMs: [1, 1], jitterRatio: 0, lossRatio: 0 },
		createIdentity: (nodeId, name): StorjIdentity => ({
			nodeId: `1${base58(nodeId)}`,
			wallet: `0x${createHash('sha256').update(`wallet ${nodeId}`).digest('hex').slice(0, 40)}`,
			log: logOf(name),
			starts: 0,
		}),
		createData: () => ({}),
		createNode: (world, identity, data) =>
			new StorageNode({
				world,
				settings: settingsOf(world.name, settings),
				identity,
				data,
				epochMs,
			}),
	});
	return { ...network, logOf };
}

/** Every second node is younger, and holds less. */
function settingsOf(name: string, settings: StorjSettings): StorjSettings {
	const isYoung = Number(/\d+$/.exec(name)?.[0]) % 2 === 0;
	const { storedBytes, growthBytesPerDay } = settings;
	return isYoung
		? {
				...settings,
				storedBytes: storedBytes * 0.35,
				growthBytesPerDay: growthBytesPerDay * 1.5,
				ageMonths: youngMonths,
			}
		: settings;
}

const youngMonths = 4;
const letters = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** 49 characters, as node ids are written. */
function base58(text: string): string {
	let value = BigInt(`0x${createHash('sha512').update(text).digest('hex')}`);
	let written = '';
	for (let index = 0; index < 49; index += 1) {
		written += letters[Number(value % 58n)];
		value /= 58n;
	}
	return written;
}
