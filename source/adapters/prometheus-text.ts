import { setImmediate } from 'node:timers/promises';

/** One line of an exposition. Texts are as the node wrote them: clean() what is shown of them. */
export interface Sample {
	readonly name: string;
	readonly labels: Readonly<Record<string, string>>;
	/** May be `NaN` and `±Infinity`, which the format allows. */
	readonly value: number;
}

export interface PrometheusText {
	/** In the order of the text. */
	readonly samples: readonly Sample[];
	/** Lines that are no comment and could not be read. */
	readonly skippedLines: number;
	/** Wanted samples that were left out because of `maxSamples` or `maxSeries`. */
	readonly droppedSamples: number;
	/** Names that samples were left out of: a sum over the rest would be wrong. */
	readonly truncated: ReadonlySet<string>;
}

export interface PrometheusTextOptions {
	/** Decides by a sample's name, `_count` and `_sum` included. Other lines are read no further. */
	readonly wants?: (name: string) => boolean;
	readonly maxSamples?: number;
	/** At most so many samples of one name; no limit of its own when absent. */
	readonly maxSeries?: number;
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
	const parser = createParser(text, options);
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
	const parser = createParser(text, options);
	for (let end = sliceCharacters; end < text.length; end += sliceCharacters) {
		parser.readUpTo(end);
		await setImmediate(undefined, { signal: options.signal });
	}
	parser.readUpTo(text.length);
	return parser.result();
}

interface Parser {
	/** Reads the lines that begin before this offset. */
	readUpTo(end: number): void;
	result(): PrometheusText;
}

function createParser(text: string, options: PrometheusTextOptions): Parser {
	const { wants = () => true, maxSamples = defaultMaxSamples, maxSeries = Infinity } = options;
	const samples: Sample[] = [];
	const seriesOf = new Map<string, number>();
	const truncated = new Set<string>();
	let skippedLines = 0;
	let droppedSamples = 0;
	let start = 0;

	function keep(sample: Sample): void {
		const series = (seriesOf.get(sample.name) ?? 0) + 1;
		if (samples.length >= maxSamples || series > maxSeries) {
			droppedSamples += 1;
			truncated.add(sample.name);
			return;
		}
		seriesOf.set(sample.name, series);
		samples.push(sample);
	}

	return {
		readUpTo(limit) {
			while (start < limit) {
				const newline = text.indexOf('\n', start);
				const end = newline === -1 ? text.length : newline;
				const line = createLine(text, start, end);
				start = end + 1;
				if (line.isBlankOrComment()) continue;
				const name = line.readName(isNamePart);
				if (name !== undefined && line.isAtNameBorder() && !wants(name)) {
					if (!line.hasValueAtEnd()) skippedLines += 1;
					continue;
				}
				const sample = readSample(line, name);
				if (sample === undefined) skippedLines += 1;
				else if (sample !== 'composite' && wants(sample.name)) keep(sample);
			}
		},
		result: () => ({ samples, skippedLines, droppedSamples, truncated }),
	};
}

/** A cursor over one line of a larger text, so that lines need not be copied out. */
interface Line {
	isBlankOrComment(): boolean;
	isAtNameBorder(): boolean;
	isAtEnd(): boolean;
	isAt(word: string): boolean;
	skipBlanks(): void;
	/** Moves on if the next character is this one. */
	take(code: number): boolean;
	readName(isPart: (code: number, index: number) => boolean): string | undefined;
	/** The text between quotes, unescaped; `undefined` if it does not end on this line. */
	readQuoted(): string | undefined;
	/** Up to the next blank. */
	readWord(): string;
	/** Whether the rest may be labels and a value: braces that close, and a number at the end. */
	hasValueAtEnd(): boolean;
}

const codes = {
	tab: 9,
	carriageReturn: 13,
	space: 32,
	quote: 34,
	hash: 35,
	comma: 44,
	equals: 61,
	backslash: 92,
	openBrace: 123,
	closeBrace: 125,
} as const;

function createLine(text: string, start: number, end: number): Line {
	let at = start;
	const skipBlanks = () => {
		while (at < end && isBlank(text.charCodeAt(at))) at += 1;
	};
	return {
		skipBlanks,
		isBlankOrComment() {
			skipBlanks();
			return at >= end || text.charCodeAt(at) === codes.hash;
		},
		isAtNameBorder() {
			return at >= end || isBlank(text.charCodeAt(at)) || text.charCodeAt(at) === codes.openBrace;
		},
		isAtEnd: () => at >= end,
		isAt: (word) => text.startsWith(word, at),
		take(code) {
			if (at >= end || text.charCodeAt(at) !== code) return false;
			at += 1;
			return true;
		},
		readName(isPart) {
			const from = at;
			while (at < end && isPart(text.charCodeAt(at), at - from)) at += 1;
			return at === from ? undefined : text.slice(from, at);
		},
		readQuoted() {
			let value = '';
			let from = at;
			while (at < end) {
				const code = text.charCodeAt(at);
				if (code === codes.quote) {
					value += text.slice(from, at);
					at += 1;
					return value;
				}
				if (code === codes.backslash && at + 1 < end) {
					value += text.slice(from, at) + unescaped(text.charAt(at + 1));
					at += 2;
					from = at;
				} else {
					at += 1;
				}
			}
			return undefined;
		},
		readWord() {
			const from = at;
			while (at < end && !isBlank(text.charCodeAt(at))) at += 1;
			return text.slice(from, at);
		},
		hasValueAtEnd() {
			skipBlanks();
			return endsWithValue(text, at, end);
		},
	};
}

/** Of a value or a timestamp, as any program writes it. */
const longestNumber = 40;

function endsWithValue(text: string, start: number, end: number): boolean {
	let last = end;
	while (last > start && isBlank(text.charCodeAt(last - 1))) last -= 1;
	let from = last;
	while (from > start && isWordPart(text.charCodeAt(from - 1))) from -= 1;
	// A native histogram ends with its braces.
	if (from === last && text.slice(start, last).includes('{count:')) return true;
	if (last - from > longestNumber || toValue(text.slice(from, last)) === undefined) return false;
	if (text.charCodeAt(start) !== codes.openBrace) return true;
	while (from > start && text.charCodeAt(from - 1) !== codes.closeBrace) from -= 1;
	return from > start;
}

function isWordPart(code: number): boolean {
	return !isBlank(code) && code !== codes.closeBrace;
}

/**
 * Without a name before the braces it must be in them, quoted, as Prometheus 3 writes UTF-8 names. A
 * native histogram has braces for a value (OpenMetrics 2.0): it is nothing wrong, but not read.
 */
function readSample(line: Line, name: string | undefined): Sample | 'composite' | undefined {
	// A name that runs into other characters is no name: `chain-1 5` is not `chain` at -1.
	if (!line.isAtNameBorder()) return undefined;
	line.skipBlanks();
	const isBraced = line.take(codes.openBrace);
	if (isBraced && line.isAt('count:')) return 'composite';
	const braces = isBraced ? readBraces(line) : { labels: {}, name: undefined };
	const sampleName = name ?? braces?.name;
	if (!braces || sampleName === undefined) return undefined;
	line.skipBlanks();
	if (line.take(codes.openBrace)) return 'composite';
	const value = toValue(line.readWord());
	if (value === undefined || !endsAsSample(line)) return undefined;
	return { name: sampleName, labels: braces.labels, value };
}

interface Braces {
	readonly labels: Record<string, string>;
	readonly name: string | undefined;
}

function readBraces(line: Line): Braces | undefined {
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

/** After the value: nothing, a timestamp, or the exemplar that OpenMetrics puts behind a `#`. */
function endsAsSample(line: Line): boolean {
	line.skipBlanks();
	if (line.isAtEnd() || line.take(codes.hash)) return true;
	if (!timestamp.test(line.readWord())) return false;
	line.skipBlanks();
	return line.isAtEnd() || line.take(codes.hash);
}

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const infinity = /^[+-]?inf(inity)?$/i;

/** What Go's `ParseFloat` reads, which the format refers to, but for hexadecimal. */
function toValue(word: string): number | undefined {
	if (decimal.test(word)) return Number(word);
	if (/^[+-]?nan$/i.test(word)) return Number.NaN;
	if (!infinity.test(word)) return undefined;
	return word.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** An escape that the format does not know stands for itself, backslash included. */
function unescaped(character: string): string {
	if (character === 'n') return '\n';
	return character === '"' || character === '\\' ? character : `\\${character}`;
}

function isBlank(code: number): boolean {
	return code === codes.space || code === codes.tab || code === codes.carriageReturn;
}

function isLabelPart(code: number, index: number): boolean {
	const isLetter = (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;
	return isLetter || (index > 0 && code >= 48 && code <= 57);
}

function isNamePart(code: number, index: number): boolean {
	const colon = 58;
	return code === colon || isLabelPart(code, index);
}
