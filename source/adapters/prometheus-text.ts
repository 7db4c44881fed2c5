import { setImmediate } from 'node:timers/promises';
import type { KnownLine, LineMemory } from './line-memory.ts';
import { endOfLastWord, endsWithValue, isPlainNumber, toValue } from './sample-value.ts';
import type { Series } from './series.ts';
import { codes, TextLine } from './text-line.ts';

/** One line of an exposition. Texts are as the node wrote them: clean() what is shown of them. */
export interface Sample extends Series {
	/** May be `NaN` and `±Infinity`, which the format allows. */
	readonly value: number;
}

export interface PrometheusText {
	/** In the order of the text. */
	readonly samples: readonly Sample[];
	/** Their series. With a memory it is the same list for a page that has the same ones. */
	readonly shape: readonly Series[];
	/** Lines that are no comment and could not be read. */
	readonly skippedLines: number;
	/** Wanted samples that were left out because of `maxSamples` or `maxSeries`. */
	readonly droppedSamples: number;
	/** Names that samples were left out of: a sum over the rest would be wrong. */
	readonly truncated: ReadonlySet<string>;
	/** The newest timestamp, Unix ms, where every wanted sample has one: none of them is of now. */
	readonly newestAtMs?: number | undefined;
}

export interface PrometheusTextOptions {
	/** Decides by a sample's name, `_count` and `_sum` included. Other lines are read no further. */
	readonly wants?: (name: string) => boolean;
	readonly maxSamples?: number;
	/** At most so many samples of one name; no limit of its own when absent. */
	readonly maxSeries?: number;
	/** Of the source's last page, made for the same `wants`. Changes nothing of what is read, only how soon. */
	readonly memory?: LineMemory;
}

const defaultMaxSamples = 10_000;
/** Takes 2 ms or so on a slow core, and twice that when memory is tidied: well within a frame of 16 ms. */
const sliceCharacters = 64 * 1024;

/**
 * Reads the Prometheus text format 0.0.4 as nodes really write it: blanks before `{` and between
 * labels, a trailing comma, any escape, quoted UTF-8 names, no comments, timestamps, exemplars, CRLF,
 * no final newline.
 * A line that cannot be read is counted and skipped, for real clients ship some; nothing throws.
 * `# TYPE` is ignored on purpose: geth, monkit and Monad call their counters gauges.
 */
export function parsePrometheusText(
	text: string,
	options: PrometheusTextOptions = {},
): PrometheusText {
	const parser = new Parser(text, options);
	parser.readUpTo(text.length);
	return parser.result();
}

/**
 * The same in slices, between which timers, sockets and the screen have their turn: a text of
 * megabytes holds nothing up. Rejects with the signal's reason when it is aborted.
 */
export async function parsePrometheusTextInSlices(
	text: string,
	options: PrometheusTextOptions & { readonly signal: AbortSignal },
): Promise<PrometheusText> {
	const parser = new Parser(text, options);
	for (let end = sliceCharacters; end < text.length; end += sliceCharacters) {
		parser.readUpTo(end);
		await setImmediate(undefined, { signal: options.signal });
	}
	parser.readUpTo(text.length);
	return parser.result();
}

class Parser {
	readonly #text: string;
	readonly #line: TextLine;
	readonly #wants: (name: string) => boolean;
	readonly #memory: LineMemory | undefined;
	readonly #kept: ReturnType<typeof createKeeper>;
	#skippedLines = 0;
	/** Infinity once a sample had no timestamp: it is of now. */
	#newestAtMs = Number.NEGATIVE_INFINITY;
	#start = 0;

	constructor(text: string, options: PrometheusTextOptions) {
		this.#text = text;
		this.#line = new TextLine(text);
		this.#wants = options.wants ?? (() => true);
		this.#memory = options.memory;
		this.#kept = createKeeper(options);
		this.#memory?.begin();
	}

	/** Reads the lines that begin before this offset. */
	readUpTo(limit: number): void {
		while (this.#start < limit) {
			const isComment = this.#text.charCodeAt(this.#start) === codes.hash;
			if (!isComment && this.#memory && this.#readKnown(this.#memory)) continue;
			const newline = this.#text.indexOf('\n', this.#start);
			const end = newline === -1 ? this.#text.length : newline;
			if (!isComment) this.#readLine(end);
			this.#start = end + 1;
		}
	}

	result(): PrometheusText {
		return {
			...this.#kept.result(this.#memory),
			skippedLines: this.#skippedLines,
			...(Number.isFinite(this.#newestAtMs) && { newestAtMs: this.#newestAtMs }),
		};
	}

	/** Reads a line that the last page had too. */
	#readKnown(memory: LineMemory): boolean {
		const known = memory.find(this.#text, this.#start);
		if (known === undefined) return false;
		const from = this.#start + known.head.length;
		const end = endOfLastWord(this.#text, from);
		if (end === -1) return false;
		const { series } = known;
		if (series !== undefined || !isPlainNumber(this.#text, from, end)) {
			const value = toValue(this.#text.slice(from, end));
			if (value === undefined) return false;
			if (series !== undefined) {
				// What is remembered has nothing behind its value.
				this.#newestAtMs = Infinity;
				this.#kept.add(series, value);
			}
		}
		memory.take();
		const newline = this.#text.indexOf('\n', end);
		this.#start = newline === -1 ? this.#text.length : newline + 1;
		return true;
	}

	#readLine(end: number): void {
		const line = this.#line;
		line.moveTo(this.#start, end);
		if (line.isBlankOrComment()) return;
		const name = line.readName(isNamePart);
		if (name !== undefined && line.isAtNameBorder() && !this.#wants(name)) {
			if (!endsWithValue(this.#text, line.rest(), end)) this.#skippedLines += 1;
			else this.#remember(end, () => undefined);
			return;
		}
		const sample = readSample(line, name);
		if (sample === undefined) this.#skippedLines += 1;
		else if (sample !== 'composite' && this.#wants(sample.name)) {
			this.#newestAtMs = Math.max(this.#newestAtMs, sample.atMs ?? Infinity);
			this.#kept.add(this.#remember(end, seriesOf)?.series ?? sample, sample.value);
		}
	}

	#remember(end: number, read: (head: string) => Series | undefined): KnownLine | undefined {
		if (this.#memory?.hasRoom() !== true) return undefined;
		const value = startOfValue(this.#text, this.#start, end);
		if (value === undefined) return undefined;
		return this.#memory.add(this.#text.slice(this.#start, value), read);
	}
}

/** Collects samples up to the limits. */
function createKeeper({
	maxSamples = defaultMaxSamples,
	maxSeries = Infinity,
}: PrometheusTextOptions) {
	const samples: Sample[] = [];
	const shape: Series[] = [];
	const counts = new Map<string, number>();
	const truncated = new Set<string>();
	let droppedSamples = 0;
	return {
		add(series: Series, value: number): void {
			const { name, labels } = series;
			const count = maxSeries === Infinity ? 0 : (counts.get(name) ?? 0) + 1;
			if (samples.length >= maxSamples || count > maxSeries) {
				droppedSamples += 1;
				truncated.add(name);
				return;
			}
			counts.set(name, count);
			shape.push(series);
			samples.push({ name, labels, value });
		},
		result: (memory: LineMemory | undefined) => ({
			samples,
			shape: memory?.end(shape) ?? shape,
			droppedSamples,
			truncated,
		}),
	};
}

/** Where the value of a line begins that has nothing behind it; undefined where that is not plain to see. */
function startOfValue(text: string, start: number, end: number): number | undefined {
	const whole = text.slice(start, end);
	const [head] = whole.includes('#') ? [] : (headOfLine.exec(whole) ?? []);
	const value = start + (head?.length ?? 0);
	return head === undefined || endOfLastWord(text, value) === -1 ? undefined : value;
}

/** Up to its last brace, or its name where it has no braces, and the blanks behind it. */
const headOfLine = /^(?:.*\}[ \t]*|[ \t]*[^ \t{}]+[ \t]+)/;

/** The series of a line's text up to its value. */
function seriesOf(head: string): Series | undefined {
	const line = new TextLine(head);
	line.moveTo(0, head.length);
	line.skipBlanks();
	const series = readSeries(line, line.readName(isNamePart));
	return series === 'composite' ? undefined : series;
}

/**
 * Without a name before the braces it must be in them, quoted, as Prometheus 3 writes UTF-8 names. A
 * native histogram has braces for a value (OpenMetrics 2.0): it is nothing wrong, but not read.
 */
function readSample(
	line: TextLine,
	name: string | undefined,
): DatedSample | 'composite' | undefined {
	const series = readSeries(line, name);
	if (series === undefined || series === 'composite') return series;
	line.skipBlanks();
	if (line.take(codes.openBrace)) return 'composite';
	const value = toValue(line.readWord());
	const end = readEnd(line);
	if (value === undefined || end === undefined) return undefined;
	return { ...series, value, atMs: end.atMs };
}

interface DatedSample extends Sample {
	readonly atMs: number | undefined;
}

/** Name and labels; leaves the line before the value. */
function readSeries(line: TextLine, name: string | undefined): Series | 'composite' | undefined {
	// A name that runs into other characters is no name: `chain-1 5` is not `chain` at -1.
	if (!line.isAtNameBorder()) return undefined;
	line.skipBlanks();
	const isBraced = line.take(codes.openBrace);
	if (isBraced && line.isAt('count:')) return 'composite';
	const braces = isBraced ? readBraces(line) : { labels: {}, name: undefined };
	const sampleName = name ?? braces?.name;
	if (!braces || sampleName === undefined) return undefined;
	return { name: sampleName, labels: braces.labels };
}

interface Braces {
	readonly labels: Record<string, string>;
	readonly name: string | undefined;
}

function readBraces(line: TextLine): Braces | undefined {
	const labels: [string, string][] = [];
	let name: string | undefined;
	const done = (): Braces => ({ labels: Object.fromEntries(labels), name });
	for (;;) {
		line.skipBlanks();
		if (line.take(codes.closeBrace)) return done();
		const isQuoted = line.take(codes.quote);
		const key = isQuoted ? line.readQuoted() : line.readName(isLabelPart);
		if (key === undefined) return undefined;
		line.skipBlanks();
		if (line.take(codes.equals)) {
			line.skipBlanks();
			const value = line.take(codes.quote) ? line.readQuoted() : undefined;
			if (value === undefined) return undefined;
			labels.push([key, value]);
			line.skipBlanks();
		} else if (isQuoted && name === undefined && key !== '') {
			name = key;
		} else {
			return undefined;
		}
		if (line.take(codes.comma)) continue;
		return line.take(codes.closeBrace) ? done() : undefined;
	}
}

const timestamp = /^-?\d+(\.\d+)?$/;

/** After the value: nothing, a timestamp, or the exemplar that OpenMetrics puts behind a `#`; else undefined. */
function readEnd(line: TextLine): { readonly atMs: number | undefined } | undefined {
	line.skipBlanks();
	if (line.isAtEnd() || line.take(codes.hash)) return undated;
	const word = line.readWord();
	if (!timestamp.test(word)) return undefined;
	line.skipBlanks();
	if (!line.isAtEnd() && !line.take(codes.hash)) return undefined;
	return { atMs: toMilliseconds(Number(word)) };
}

const undated = { atMs: undefined };

/** Milliseconds since 1973 are more than this, and seconds are not until the year 5138: OpenMetrics has those. */
const leastMilliseconds = 1e11;

function toMilliseconds(stamp: number): number {
	return Math.abs(stamp) < leastMilliseconds ? stamp * 1000 : stamp;
}

function isLabelPart(code: number, index: number): boolean {
	const isLetter = (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;
	return isLetter || (index > 0 && code >= 48 && code <= 57);
}

function isNamePart(code: number, index: number): boolean {
	const colon = 58;
	return code === colon || isLabelPart(code, index);
}
