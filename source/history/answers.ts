import { chmodSync, closeSync, openSync, renameSync, writeSync } from 'node:fs';
import type { Json, JsonObject } from './codec/delta.ts';
import { changeTimesOf } from './change-times.ts';
import { curvesOf } from './curves.ts';
import { marksOf } from './marks.ts';
import { outlooksOf } from './outlooks.ts';
import type { QuestionName, Questions } from './protocol.ts';
import type { HistoryReader } from './reader.ts';
import { recordingBlocks } from './recording-file.ts';
import type { HistoryTables, Span } from './tables.ts';

/** Frames are ten seconds apart at most while something is recorded; a longer gap is searched for. */
const searchedMs = [60_000, 3_600_000, Number.POSITIVE_INFINITY];

type Answers = {
	readonly [Name in QuestionName]: (
		reader: HistoryReader,
		question: Questions[Name]['ask'],
	) => Questions[Name]['answer'];
};

const answers: Answers = {
	moment: (reader, { atMs, steps = 0 }) => momentText(reader, stepFrom(reader, atMs, steps)),
	span: (reader) => reader.frameSpan(),
	list: (reader) => reader.list(),
	buckets: (reader, { node, metric, stepMs, ...span }) =>
		reader.buckets(node, metric, span, stepMs),
	events: (reader, { kinds, ...span }) => reader.events(span, kinds),
	curves: curvesOf,
	marks: marksOf,
	changeTimes: changeTimesOf,
	outlook: outlooksOf,
	export: (reader, question) => exportTo(reader.tables, reader.frameSpan(), question),
};

export function answer<Name extends QuestionName>(
	reader: HistoryReader,
	name: Name,
	question: Questions[Name]['ask'],
): Questions[Name]['answer'] {
	return answers[name](reader, question);
}

/** Under another name until it is whole; then nobody may write it. */
function exportTo(
	tables: HistoryTables,
	whole: Span | undefined,
	{ file, version, masksAddresses, ...asked }: Questions['export']['ask'],
): number {
	const span = {
		fromMs: Math.max(asked.fromMs ?? 0, whole?.fromMs ?? 0),
		untilMs: Math.min(asked.untilMs ?? Number.MAX_SAFE_INTEGER, whole?.untilMs ?? 0),
	};
	if (span.untilMs <= span.fromMs) throw new Error('nothing was recorded in that time');
	const unfinished = `${file}.unfinished`;
	const handle = openSync(unfinished, 'w', 0o600);
	let bytes = 0;
	try {
		for (const block of recordingBlocks(tables, { span, version, masksAddresses })) {
			bytes += writeSync(handle, block);
		}
	} finally {
		closeSync(handle);
	}
	chmodSync(unfinished, 0o444);
	renameSync(unfinished, file);
	return bytes;
}

/** The moment at or before a time, as `readMoment` reads it. */
export function momentText(reader: HistoryReader, atMs: number): string | undefined {
	const frame = reader.frameAt(atMs);
	if (!frame) return undefined;
	const frameMs = Number(frame['atMs']);
	const nodes = listOf(frame['nodes']).map((node) => withSamples(reader, node, frameMs));
	return JSON.stringify({ ...frame, nodes });
}

/**
 * The rows from the oldest that was shown up to the poll that the frame shows: later ones came while it was
 * taken. When a site polled its node is by the site's clock.
 */
function withSamples(reader: HistoryReader, node: Json, atMs: number): Json {
	const snapshot = objectOf(objectOf(node)['snapshot']);
	const { name } = objectOf(snapshot['target']);
	const { at } = objectOf(snapshot['poll']);
	const [first] = listOf(objectOf(objectOf(node)['samples'])['times']);
	if (typeof name !== 'string' || typeof first !== 'number') return node;
	const polledMs = typeof at === 'string' ? Date.parse(at) : Number.NaN;
	const isOfSite = objectOf(node)['site'] !== undefined;
	const lastMs = Number.isNaN(polledMs) || isOfSite ? atMs : polledMs;
	const samples = reader.rows(name, { fromMs: first, untilMs: lastMs + 1 });
	return { ...objectOf(node), samples: { times: samples.times, columns: [...samples.columns] } };
}

/** The time of the frame that is so many frames after (before, if negative) a time; the last one there is. */
function stepFrom(reader: HistoryReader, atMs: number, steps: number): number {
	if (steps === 0) return atMs;
	for (const reachMs of searchedMs) {
		const reach = reachMs * Math.abs(steps);
		const times =
			steps > 0
				? reader.frameTimes({ fromMs: atMs + 1, untilMs: atMs + reach })
				: reader.frameTimes({ fromMs: atMs - reach, untilMs: atMs }).toReversed();
		const found = times[Math.abs(steps) - 1];
		if (found !== undefined) return found;
		if (reachMs === Number.POSITIVE_INFINITY) return times.at(-1) ?? atMs;
	}
	return atMs;
}

function objectOf(value: Json | undefined): JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value)
		? (value as JsonObject) // Neither a list nor null.
		: {};
}

function listOf(value: Json | undefined): readonly Json[] {
	return Array.isArray(value) ? (value as readonly Json[]) : []; // `isArray` forgets what is in it.
}
