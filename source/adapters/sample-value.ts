import { codes, isBlank } from './text-line.ts';

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const infinity = /^[+-]?inf(inity)?$/i;

/** What Go's `ParseFloat` reads, which the format refers to, but for hexadecimal. */
export function toValue(word: string): number | undefined {
	if (decimal.test(word)) return Number(word);
	if (/^[+-]?nan$/i.test(word)) return Number.NaN;
	if (!infinity.test(word)) return undefined;
	return word.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** Of a value or a timestamp, as any program writes it. */
const longestNumber = 40;

/** Whether what follows a name may be labels and a value: braces that close, and a number at the end. */
export function endsWithValue(text: string, start: number, end: number): boolean {
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

/** Where the one word ends that stands from `from` to the end of its line; −1 where there is more than one. */
export function endOfLastWord(text: string, from: number): number {
	for (let at = from; at < text.length; at += 1) {
		const code = text.charCodeAt(at);
		if (code === codes.newline) return at;
		if (code === codes.carriageReturn) {
			const isLast = at + 1 === text.length || text.charCodeAt(at + 1) === codes.newline;
			return isLast ? at : -1;
		}
		if (code === codes.space || code === codes.tab || at - from > longestNumber) return -1;
	}
	return text.length;
}

/** Digits and one point: the usual number, told without a copy of it. */
export function isPlainNumber(text: string, from: number, end: number): boolean {
	let points = 0;
	for (let at = from; at < end; at += 1) {
		const code = text.charCodeAt(at);
		if (code === codes.point) points += 1;
		else if (code < 48 || code > 57) return false;
	}
	return end > from + points && points <= 1;
}
