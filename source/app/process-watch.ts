import { existsSync, statSync } from 'node:fs';
import type { Clock } from '../domain/clock.ts';
import type { ProcessChange } from '../domain/process-change.ts';
import { repeat } from '../domain/repeat.ts';
import type { Supervision } from '../lifecycle/client.ts';
import type { JournalEntry } from '../lifecycle/journal.ts';
import type { ProcessStatus } from '../lifecycle/protocol.ts';
import type { Process } from '../sections/process/schema.ts';
import type { ReportBug } from './surroundings.ts';

export interface ProcessWatchOptions {
	readonly supervision: Supervision;
	readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
	/** The nodes that are polled from here. */
	readonly nodes: () => readonly { readonly name: string; readonly url: string }[];
	readonly onProcess: (node: string, process: Process) => void;
	/** Each change of state in the journal of a process, also one from before the watch; once. */
	readonly onChange: (node: string, change: ProcessChange, atMs: number) => void;
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
	const { supervision, clock, nodes, onProcess, onChange, reportBug } = options;
	const journals = new Journals();

	async function look(): Promise<void> {
		if (!existsSync(supervision.root)) return;
		try {
			const { statusOf } = await import('../lifecycle/client.ts');
			const { knownNodes, placeOf } = await import('../lifecycle/paths.ts');
			const found = new Map<string, ProcessStatus>();
			for (const name of knownNodes(supervision.root)) {
				const status = await statusOf(supervision, name);
				const node = nodeOf(status, nodes());
				if (node === undefined) continue;
				const { journal } = placeOf(supervision.root, name, supervision.runtime);
				for (const { at, ...change } of await journals.news(journal))
					onChange(node, change, Date.parse(at));
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

const mostChanges = 200;

/** What is new in the journals of supervisors. */
class Journals {
	readonly #read = new Map<string, { readonly size: number; readonly seen: ReadonlySet<string> }>();

	async news(path: string): Promise<readonly JournalEntry[]> {
		const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
		const before = this.#read.get(path);
		if (size === (before?.size ?? 0)) return [];
		const { readJournal } = await import('../lifecycle/journal.ts');
		const entries = await readJournal(path, mostChanges);
		const keyOf = ({ at, from, to }: JournalEntry) => `${at} ${from} ${to}`;
		this.#read.set(path, { size, seen: new Set(entries.map(keyOf)) });
		return entries.filter((entry) => before?.seen.has(keyOf(entry)) !== true);
	}
}

/** The node that answers where the process is asked for its health; else, on this machine, the one of its name. */
export function nodeOf(
	{ name, rpcUrl }: Pick<ProcessStatus, 'name' | 'rpcUrl'>,
	nodes: readonly { readonly name: string; readonly url: string }[],
): string | undefined {
	const place = rpcUrl === undefined ? undefined : addressOf(rpcUrl);
	const same = nodes.find(({ url }) => place !== undefined && addressOf(url) === place);
	if (same) return same.name;
	return nodes.find((node) => node.name === name && isHere(node.url))?.name;
}

function rankOf({ pid, name }: ProcessStatus, node: string): number {
	return (pid === undefined ? 0 : 2) + (name === node ? 1 : 0);
}

/** Host and port; every name of this machine is one. */
function addressOf(url: string): string | undefined {
	if (!URL.canParse(url)) return undefined;
	const { hostname, port, protocol } = new URL(url);
	const host = loopback.has(hostname) ? '127.0.0.1' : hostname;
	return `${host}:${port === '' ? (protocol === 'https:' ? '443' : '80') : port}`;
}

const loopback = new Set(['localhost', '127.0.0.1', '[::1]', '0.0.0.0']);

function isHere(url: string): boolean {
	return addressOf(url)?.startsWith('127.0.0.1:') ?? false;
}

function toSection(status: ProcessStatus): Process {
	const { state, pid, restarts, startedAt, reason, problem } = status;
	return {
		state,
		restarts,
		supervisor: 'nodetop',
		...(pid !== undefined && { pid }),
		...(startedAt !== undefined && { startedAt }),
		...(reason !== undefined && state !== 'running' && { exitReason: reason }),
		...(problem !== undefined && { problem }),
	};
}
