/** Bounds of a JSON text from outside. A text that passes them is parsed and validated in bounded time. */
export interface JsonBounds {
	/** Lists and objects within one another. */
	readonly maxDepth: number;
	/** Entries of one list or object. */
	readonly maxEntries: number;
	/** Values of the whole text. */
	readonly maxValues: number;
	/** Characters of one string, escapes not resolved. */
	readonly maxStringLength: number;
}

export const defaultJsonBounds: JsonBounds = {
	maxDepth: 64,
	maxEntries: 20_000,
	maxValues: 250_000,
	maxStringLength: 1_048_576,
};

/** The text passes a bound. The message says which, for a person: "… is nested deeper than 64 levels". */
export class JsonBoundError extends Error {
	override readonly name = 'JsonBoundError';
}

const codes = {
	quote: 34,
	comma: 44,
	backslash: 92,
	openBracket: 91,
	closeBracket: 93,
	openBrace: 123,
	closeBrace: 125,
} as const;

/**
 * `JSON.parse` for a text from outside. Throws `JsonBoundError` before anything is parsed when the text
 * passes a bound, else what `JSON.parse` throws. One pass over the text, in constant memory but for the
 * depth: neither the parser nor a schema ever sees what is too large for them.
 */
export function parseBoundedJson(text: string, bounds: JsonBounds = defaultJsonBounds): unknown {
	checkBounds(text, bounds);
	return JSON.parse(text);
}

function checkBounds(text: string, bounds: JsonBounds): void {
	const { maxDepth, maxEntries, maxValues, maxStringLength } = bounds;
	const entries: number[] = [];
	let values = 1;
	let isTooLong = false;
	for (let at = 0; at < text.length; at++) {
		const code = text.charCodeAt(at);
		if (code === codes.quote) {
			const end = endOfString(text, at + 1);
			isTooLong ||= end - at > maxStringLength;
			at = end;
		} else if (code === codes.openBracket || code === codes.openBrace) {
			entries.push(1);
			values += 1;
			if (entries.length > maxDepth)
				throw new JsonBoundError(`is nested deeper than ${maxDepth} levels`);
		} else if (code === codes.closeBracket || code === codes.closeBrace) entries.pop();
		else if (code === codes.comma) {
			values += 1;
			const last = entries.length - 1;
			const count = (entries[last] ?? 1) + 1;
			if (last >= 0) entries[last] = count;
			if (count > maxEntries)
				throw new JsonBoundError(`has a list of more than ${shown(maxEntries)} entries`);
		}
		if (values > maxValues) throw new JsonBoundError(`holds more than ${shown(maxValues)} values`);
		if (isTooLong)
			throw new JsonBoundError(`has a text of more than ${shown(maxStringLength)} characters`);
	}
}

/** Where the closing quote is; the end of the text when there is none. */
function endOfString(text: string, start: number): number {
	let at = text.indexOf('"', start);
	while (at !== -1 && isEscaped(text, at, start)) at = text.indexOf('"', at + 1);
	return at === -1 ? text.length : at;
}

/** Whether an odd number of backslashes stands before a quote. */
function isEscaped(text: string, quote: number, start: number): boolean {
	let at = quote;
	while (at > start && text.charCodeAt(at - 1) === codes.backslash) at -= 1;
	return (quote - at) % 2 === 1;
}

function shown(count: number): string {
	return count.toLocaleString('en-US');
}
