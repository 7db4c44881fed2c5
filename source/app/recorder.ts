import type { Clock, Timer } from '../domain/clock.ts';
import type { ReadableStore } from '../domain/store.ts';
import { changesBetween } from '../history/changes.ts';
import type { Change } from '../history/changes.ts';
import type { HistoryClient } from '../history/client.ts';
import { processKind } from '../history/process-events.ts';
import type { StoredEvent } from '../history/tables.ts';
import type { IncomingRow } from '../history/writer.ts';
import { writeNodeAlone, writeSurroundings } from '../sections/moment-json.ts';
import type { Moment, NodeMoment } from '../sections/moment.ts';
import { rowsAfter } from '../sections/samples.ts';
import { createLateCauses } from './late-causes.ts';
import type { MonitorEvent } from './monitor-events.ts';
import type { Monitor } from './open-monitor.ts';

/** A killed run loses at most what came since the last batch. */
const batchMs = 500;
const frameMs = 10_000;
/** What is older than the recording by so much was read from a site that knows the time before. */
const pastMs = 10_000;
/** Nodes that are made JSON of at a time, in a few milliseconds; frames and keys come between. */
const nodesAtATime = 50;
/** What shows in the numbers anyway, or changes with each block: no reason for a frame or an event. */
const quiet = new Set<Change['kind']>(['peers', 'leader']);

export interface RecorderOptions {
	readonly monitor: Pick<Monitor, 'moment' | 'on'>;
	readonly client: Pick<HistoryClient, 'write' | 'close' | 'problem'>;
	readonly clock: Clock;
}

export interface Recorder {
	readonly problem: ReadableStore<string | undefined>;
	/** Hands over what is left. */
	readonly stop: () => Promise<void>;
	/** The same, and closes the history. */
	readonly close: () => Promise<void>;
}

/**
 * Hands the worker what the watch saw: the rows of all polls twice a second, a whole moment each 10 s, at each
 * change of an alert and, at most twice a second, of the health of a node or a group, and these changes as events. It reads
 * moments, which never change, so that large ones can be handed over a piece at a time.
 */
export function createRecorder(options: RecorderOptions): Recorder {
	const { client, clock, monitor } = options;
	const recording = new Recording(options);
	const stop = monitor.on((event) => {
		if (event.type === 'processChanged') {
			const { atMs, node, change } = event;
			recording.note({ atMs, kind: processKind, node, data: JSON.stringify(change) });
		}
		if (event.type !== 'alertChanged') return;
		recording.noteAlert(event);
		// It may have ended before the next batch. All that one evaluation changed is one frame.
		early ??= clock.setTimeout(() => {
			early = undefined;
			void recording.batch();
		}, 0);
	});
	let timer: Timer | undefined;
	let early: Timer | undefined;
	let isClosed = false;
	recording.note({ atMs: clock.now(), kind: 'recording', data: '{"state":"began"}' });

	async function run(): Promise<void> {
		await recording.batch();
		if (!isClosed) timer = clock.setTimeout(() => void run(), batchMs);
	}
	timer = clock.setTimeout(() => void run(), batchMs);

	async function end(): Promise<void> {
		isClosed = true;
		clock.clearTimeout(timer);
		clock.clearTimeout(early);
		stop();
		recording.note({ atMs: clock.now(), kind: 'recording', data: '{"state":"ended"}' });
		await recording.batch({ isLast: true });
	}

	return {
		problem: client.problem,
		stop: end,
		async close() {
			await end();
			await client.close();
		},
	};
}

class Recording {
	readonly #options: RecorderOptions;
	readonly #beganAtMs: number;
	/** Rows of each node that were handed over. */
	readonly #rows = new Map<string, number>();
	/** Each node as it was last handed over. */
	#sent = new Map<string, NodeMoment>();
	#events: StoredEvent[] = [];
	#seen: Moment | undefined;
	#frameAtMs = Number.NEGATIVE_INFINITY;
	#busy = Promise.resolve();
	readonly #lateCauses = createLateCauses();

	constructor(options: RecorderOptions) {
		this.#options = options;
		this.#beganAtMs = options.clock.now();
	}

	note(event: StoredEvent): void {
		this.#events.push(event);
	}

	noteAlert({ transition, atMs }: Extract<MonitorEvent, { type: 'alertChanged' }>): void {
		const { node, group } = transition.incident.labels;
		this.note({ atMs, kind: 'alert', node, group, data: JSON.stringify(transition) });
		this.#lateCauses.note(transition, atMs);
	}

	/** The last batch has a frame too: a recording ends with what was seen last. */
	batch({ isLast = false } = {}): Promise<void> {
		this.#busy = this.#busy.then(() => this.#batch(isLast));
		return this.#busy;
	}

	async #batch(isLast: boolean): Promise<void> {
		const { monitor, client, clock } = this.#options;
		const moment = monitor.moment();
		const changes = this.#seen ? changesBetween(this.#seen, moment) : [];
		const grave = changes.filter(({ kind }) => !quiet.has(kind));
		this.#seen = moment;
		// An alert's own transition says more, and is an event already.
		for (const change of grave)
			if (change.kind !== 'alert' && !isInJournal(change, moment))
				this.note(eventOf(change, moment));
		for (const event of this.#lateCauses.explained(moment)) this.note(event);
		const isDue = isLast || grave.length > 0 || clock.steadyNow() - this.#frameAtMs >= frameMs;
		const nodes = isDue ? await this.#changedNodes(moment) : [];
		if (isDue) this.#frameAtMs = clock.steadyNow();
		const rows = this.#newRows(moment);
		if (!isDue && rows.length === 0 && this.#events.length === 0) return;
		const names = moment.nodes.map(({ snapshot }) => snapshot.target.name);
		const isPast = ({ atMs }: IncomingRow): boolean => atMs < this.#beganAtMs - pastMs;
		const past = rows.filter(isPast);
		const isTaken = client.write({
			rows: past.length === 0 ? rows : rows.filter((row) => !isPast(row)),
			...(past.length > 0 && { past }),
			events: this.#events.splice(0),
			nodes,
			...(isDue && { frame: { text: writeSurroundings(moment), names } }),
		});
		if (!isTaken) this.#sent.clear();
	}

	#newRows({ nodes }: Moment): IncomingRow[] {
		return nodes.flatMap(({ snapshot, samples }) => {
			const node = snapshot.target.name;
			const before = this.#rows.get(node) ?? 0;
			this.#rows.set(node, samples.appended);
			// A node that was removed and added again begins anew.
			const count = before > samples.appended ? 0 : before;
			return rowsAfter(samples, count).map((row): IncomingRow => ({
				node,
				track: 'polls',
				...row,
			}));
		});
	}

	/** Hands over all but the last few of many. */
	async #changedNodes({ nodes }: Moment): Promise<(readonly [string, string])[]> {
		const { client, clock } = this.#options;
		const names = new Map(nodes.map((node) => [node.snapshot.target.name, node]));
		const changed = [...names].filter(([name, node]) => this.#sent.get(name) !== node);
		this.#sent = names;
		while (changed.length > nodesAtATime) {
			const part = changed.splice(0, nodesAtATime).map(asText);
			client.write({ rows: [], events: [], nodes: part });
			await new Promise<void>((resolve) => {
				clock.setTimeout(resolve, 0);
			});
		}
		return changed.map(asText);
	}
}

function asText([name, node]: readonly [string, NodeMoment]): readonly [string, string] {
	return [name, writeNodeAlone(node)];
}

/** The journal of its supervisor says more of a restart, and is read too. */
function isInJournal({ kind, node }: Change, { nodes }: Moment): boolean {
	if (kind !== 'restart') return false;
	const found = nodes.find(({ snapshot }) => snapshot.target.name === node);
	return found?.snapshot.process?.supervisor === 'nodetop';
}

function eventOf({ kind, node, group, what, from, to }: Change, { atMs }: Moment): StoredEvent {
	const data = { what, from, to };
	return { atMs, kind, node, group, data: JSON.stringify(data) };
}
