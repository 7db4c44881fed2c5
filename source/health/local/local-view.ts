import type { Target } from '../../domain/target.ts';
import { addressOf, dial } from './dial.ts';
import type { Dialled } from './dial.ts';
import { createDirectoryProbe } from './directory.ts';
import type { DirectoryResult } from './directory.ts';
import { createListenerFinder } from './listener.ts';
import { readMemoryPressure } from './pressure.ts';
import type { Pressure } from './pressure.ts';
import { readProcess } from './process-facts.ts';
import type { ProcessFacts } from './process-facts.ts';
import { systemRoots } from './seen.ts';
import type { Seen, SystemRoots, Unseen } from './seen.ts';

/** What is looked at beside the node's own words; asked for once a round, when a check first does. */
export interface LocalFacts {
	readonly dialled: () => Promise<Seen<Dialled>>;
	readonly process: () => Promise<Seen<ProcessFacts>>;
	readonly memoryPressure: () => Promise<Seen<Pressure>>;
	readonly directory: () => Promise<Seen<DirectoryResult>>;
}

/** What this machine shows of the nodes on it. One for all nodes. */
export interface LocalView {
	/** The facts of one round of one node: each is looked at once, when it is first asked for. */
	readonly begin: (target: Target) => LocalFacts;
}

export interface LocalViewOptions {
	readonly now: () => number;
	/** Whether an address is this machine. */
	readonly isLocal: (url: string) => boolean;
	/** Never write, whatever a node's configuration says. */
	readonly readOnly: boolean;
	readonly roots?: SystemRoots;
}

const lookTimeoutMs = 2000;

const behindProxy = { because: 'it is reached through a proxy' };

export function createLocalView(options: LocalViewOptions): LocalView {
	const { now, isLocal, readOnly, roots = systemRoots } = options;
	const listeners = createListenerFinder(roots, now);
	const directories = createDirectoryProbe(lookTimeoutMs);

	async function findProcess(url: string, isHere: boolean): Promise<Seen<ProcessFacts>> {
		if (!isHere) return elsewhere;
		const address = addressOf(url);
		if (!address || !('port' in address)) {
			return { because: 'a process is found by its TCP port only' };
		}
		const pid = await listeners.find(address);
		return 'because' in pid ? pid : readProcess(pid.value, roots);
	}

	async function lookAtDirectory({
		dataDirectory,
		testWrites,
	}: Target): Promise<Seen<DirectoryResult>> {
		if (dataDirectory === undefined) return { because: 'no dataDirectory is configured for it' };
		const value = await directories.look(dataDirectory, testWrites === true && !readOnly);
		return { value };
	}

	return {
		begin: (target) => {
			const { url, proxy, timeoutMs } = target;
			const isHost = url.startsWith('host:');
			// Behind a proxy `localhost` is the proxy's machine.
			const isHere = isHost || (proxy === undefined && isLocal(url));
			return {
				dialled: once((): Promise<Seen<Dialled>> => {
					if (isHost) return Promise.resolve(isMachine);
					if (proxy) return Promise.resolve(behindProxy);
					return dial(url, Math.min(lookTimeoutMs, timeoutMs));
				}),
				process: once(() => (isHost ? Promise.resolve(isMachine) : findProcess(url, isHere))),
				memoryPressure: once((): Promise<Seen<Pressure>> =>
					isHere ? readMemoryPressure(roots) : Promise.resolve(elsewhere),
				),
				directory: once(() => lookAtDirectory(target)),
			};
		},
	};
}

const elsewhere: Unseen = { because: 'it runs on another machine' };
const isMachine: Unseen = { because: 'this is a machine, not a process', applies: false };

function once<Value>(look: () => Promise<Value>): () => Promise<Value> {
	let looked: Promise<Value> | undefined;
	return () => (looked ??= look());
}
