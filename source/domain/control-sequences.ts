/**
 * Takes terminal sequences out of a text, 7- and 8-bit: strings (OSC, DCS, SOS, PM, APC) up to their
 * terminator or, without one, only their introducer, so that the text behind it is not hidden; control
 * sequences (CSI); escapes of two or more characters. One pass: a terminator that was looked for once is
 * not looked for again, so that a text of nothing but introducers costs no more than its length.
 */
export function withoutSequences(text: string): string {
	let kept = '';
	let from = 0;
	let stop = -1;
	for (let at = 0; at < text.length; at++) {
		const code = text.charCodeAt(at);
		if (code !== escape && (code < 0x90 || code > 0x9f)) continue;
		const introducer = introducerAt(text, at);
		if (introducer === undefined) continue;
		let end: number;
		if (introducer.kind === 'string') {
			if (stop < introducer.end) stop = nextStop(text, introducer.end);
			end = endOfString(text, stop) ?? endOfEscape(text, at);
		} else end = introducer.kind === 'csi' ? endOfCsi(text, introducer.end) : endOfEscape(text, at);
		if (end <= at) continue;
		kept += text.slice(from, at);
		from = end;
		at = end - 1;
	}
	return from === 0 ? text : kept + text.slice(from);
}

const escape = 0x1b;
const bell = 0x07;
const stringTerminator = 0x9c;
const backslash = 0x5c;
/** `]`, `P`, `X`, `^`, `_` after an escape begin a string; so do their 8-bit forms. */
const stringLetters: ReadonlySet<number> = new Set([0x5d, 0x50, 0x58, 0x5e, 0x5f]);
const stringCodes: ReadonlySet<number> = new Set([0x9d, 0x90, 0x98, 0x9e, 0x9f]);

interface Introducer {
	readonly kind: 'string' | 'csi' | 'escape';
	/** Behind the introducer. */
	readonly end: number;
}

function introducerAt(text: string, at: number): Introducer | undefined {
	const code = text.charCodeAt(at);
	if (code === escape) {
		const next = text.charCodeAt(at + 1);
		if (stringLetters.has(next)) return { kind: 'string', end: at + 2 };
		return next === 0x5b ? { kind: 'csi', end: at + 2 } : { kind: 'escape', end: at + 1 };
	}
	if (stringCodes.has(code)) return { kind: 'string', end: at + 1 };
	return code === 0x9b ? { kind: 'csi', end: at + 1 } : undefined;
}

/** The next character that may end a string; the end of the text when there is none. */
function nextStop(text: string, from: number): number {
	for (let at = from; at < text.length; at++) {
		const code = text.charCodeAt(at);
		if (code === bell || code === escape || code === stringTerminator) return at;
	}
	return text.length;
}

/** Behind the terminator; `undefined` where something else stands there. */
function endOfString(text: string, stop: number): number | undefined {
	const code = text.charCodeAt(stop);
	if (code === bell || code === stringTerminator) return stop + 1;
	return code === escape && text.charCodeAt(stop + 1) === backslash ? stop + 2 : undefined;
}

/** Behind the final byte of a control sequence; nothing (-1) where it has none. */
function endOfCsi(text: string, from: number): number {
	let at = from;
	while (isBetween(text, at, 0x30, 0x3f)) at += 1;
	while (isBetween(text, at, 0x20, 0x2f)) at += 1;
	return isBetween(text, at, 0x40, 0x7e) ? at + 1 : -1;
}

/** Behind `ESC`, intermediate characters and a final one; nothing (-1) where it has no final one. */
function endOfEscape(text: string, from: number): number {
	if (text.charCodeAt(from) !== escape) return -1;
	let at = from + 1;
	while (isBetween(text, at, 0x20, 0x2f)) at += 1;
	return isBetween(text, at, 0x30, 0x7e) ? at + 1 : -1;
}

function isBetween(text: string, at: number, low: number, high: number): boolean {
	const code = text.charCodeAt(at);
	return code >= low && code <= high;
}
