import { existsSync } from 'node:fs';
import type { Clock } from '../domain/clock.ts';
import { repeat } from '../domain/repeat.ts';
import type { Supervision } from '../lifecycle/client.ts';
import type { ProcessStatus } from '../lifecycle/protocol.ts';
import type { Process } from '../sections/process/schema.ts';
import type { ReportBug } from './surroundings.ts';

export interface ProcessWatchOptions {
	readonly supervision: Supervision;
	readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
	/** The nodes that are polled from here. */
	readonly nodes: () => readonly { readonly name: string; readonly url: string }[];
	readonly onProcess: (node: string, process: Process) => void;
	readonly reportBug: ReportBug;
}

/** Adds the state of supervised processes to the nodes that they are. */
export interface ProcessWatch {
	/** Resolves when the states were read once. */
	readonly settle: () => Promise<void>;
	readonly stop: () => void;
}

const everyMs = 2000;

/** Looks every two seconds; loads nothing while no node was ever started here. */
export function createProcessWatch(options: ProcessWatchOptions): ProcessWatch {
	const { supervision, clock, nodes, onProcess, reportBug } = options;

	async function look(): Promise<void> {
		if (!existsSync(supervision.root)) return;
		try {
			const { statusOf } = await import('../lifecycle/client.ts');
			const { knownNodes } = await import('../lifecycle/inspect.ts');
			const found = new Map<string, ProcessStatus>();
			for (const name of knownNodes(supervision.root)) {
				const status = await statusOf(supervision, name);
				const node = nodeOf(status, nodes());
				if (node === undefined) continue;
				const other = found.get(node);
				// Of two that were started for one address, the one that runs.
				if (other === undefined || rankOf(status, node) > rankOf(other, node))
					found.set(node, status);
			}
			for (const [node, status] of found) onProcess(node, toSection(status));
		} catch (error) {
			reportBug(error, 'supervised processes');
		}
	}

	let first: Promise<void> | undefined;
	const watching = repeat(clock, everyMs, () => {
		const looking = look();
		first ??= looking;
		return looking;
	});
	return {
		settle: () => first ?? Promise.resolve(),
		stop() {
			void watching.stop();
		},
	};
}

/** The node that answers where the process is asked for its health; else, on this machine, the one of its name. */
export function nodeOf(
	{ name, rpcUrl }: Pick<ProcessStatus, 'name' | 'rpcUrl'>,
	nodes: readonly { readonly name: string; readonly url: string }[],
): string | undefined {
	const place = rpcUrl === undefined ? undefined : placeOf(rpcUrl);
	const same = nodes.find(({ url }) => place !== undefined && placeOf(url) === place);
	if (same) return same.name;
	return nodes.find((node) => node.name === name && isHere(node.url))?.name;
}

function rankOf({ pid, name }: ProcessStatus, node: string): number {
	return (pid === undefined ? 0 : 2) + (name === node ? 1 : 0);
}

/** Host and port; every name of this machine is one. */
function placeOf(url: string): string | undefined {
	if (!URL.canParse(url)) return undefined;
	const { hostname, port, protocol } = new URL(url);
	const host = loopback.has(hostname) ? '127.0.0.1' : hostname;
	return `${host}:${port === '' ? (protocol === 'https:' ? '443' : '80') : port}`;
}

const loopback = new Set(['localhost', '127.0.0.1', '[::1]', '0.0.0.0']);

function isHere(url: string): boolean {
	return placeOf(url)?.startsWith('127.0.0.1:') ?? false;
}

function toSection({ state, pid, restarts, startedAt, reason }: ProcessStatus): Process {
	return {
		state,
		restarts,
		supervisor: 'nodetop',
		...(pid !== undefined && { pid }),
		...(startedAt !== undefined && { startedAt }),
		...(reason !== undefined && state !== 'running' && { exitReason: reason }),
	};
}
