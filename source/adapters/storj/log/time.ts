import type { LogLine } from './log-line.ts';

/** As console encoders write it; without a zone it is this machine's. */
export const timePattern = String.raw`\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?`;
const shape = new RegExp(`^${timePattern}$`);
const zone = / ?(?:(?<utc>Z|UTC)|(?<hours>[+-]\d\d):?(?<minutes>\d\d))$/;
/** Zap's usual encoder writes seconds since 1970; others write ms, µs or ns. */
const epoch = /^\d{9,19}(?:\.\d{1,9})?$|^\d\.\d{1,17}e\+?0?9$/;

/** As `2026-01-02T03:04`. */
const minuteLength = 16;
const zero = 48;
const nine = 57;
const colon = 58;

/** Reads the times of lines. `false` for what is no time. */
export function timeReader(): (text: string, line: LogLine) => boolean {
	const fast = minuteReader();
	return (text, line) => {
		const known = fast.read(text);
		const ms = known ?? parse(text);
		if (ms === undefined) return false;
		if (known === undefined) fast.remember(text, ms);
		line.timeMs = ms;
		line.isFine =
			isPoint(text.charCodeAt(minuteLength + 3)) || /^\d(?:\d{12}|\d{0,9}\.)/.test(text);
		return !Number.isNaN(ms);
	};
}

/** A log has thousands of lines of one minute and one zone: of those, only seconds are read. */
function minuteReader() {
	let minute = '';
	let zoneText = '';
	let minuteMs = Number.NaN;
	return {
		read(text: string): number | undefined {
			if (minute === '' || !text.startsWith(minute)) return undefined;
			if (text.charCodeAt(minuteLength) !== colon) return undefined;
			const tens = text.charCodeAt(minuteLength + 1) - zero;
			const ones = text.charCodeAt(minuteLength + 2) - zero;
			if (!(tens >= 0 && tens <= 5 && ones >= 0 && ones <= 9)) return undefined;
			let ms = minuteMs + (tens * 10 + ones) * 1000;
			let at = minuteLength + 3;
			if (isPoint(text.charCodeAt(at))) {
				at += 1;
				let unit = 1000;
				for (; isDigit(text.charCodeAt(at)); at += 1)
					ms += (text.charCodeAt(at) - zero) * (unit /= 10);
			}
			if (text.length !== at + zoneText.length || !text.endsWith(zoneText)) return undefined;
			return Math.floor(ms);
		},
		remember(text: string, ms: number): void {
			const start = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?/.exec(text)?.[0] ?? '';
			if (start === '') return;
			// A slice would keep the whole piece of the log that it was cut from.
			minute = ownText(start.slice(0, minuteLength));
			zoneText = ownText(text.slice(start.length));
			minuteMs = Math.floor(ms / 60_000) * 60_000;
		},
	};
}

const isPoint = (code: number) => code === 44 || code === 46;
const isDigit = (code: number) => code >= zero && code <= nine;
const ownText = (text: string) => Buffer.from(text, 'latin1').toString('latin1');

function parse(text: string): number | undefined {
	if (shape.test(text)) return parseShaped(text);
	return epoch.test(text) ? fromEpoch(text) : undefined;
}

function parseShaped(text: string): number {
	const { utc, hours, minutes } = zone.exec(text)?.groups ?? {};
	const offset = utc !== undefined ? 'Z' : hours === undefined ? '' : `${hours}:${minutes ?? '00'}`;
	const local = text.replace(zone, '').replace(' ', 'T').replace(',', '.').replaceAll('/', '-');
	return Date.parse(local + offset);
}

function fromEpoch(text: string): number {
	let ms = Number(text) * 1000;
	// Beyond the year 5000 it was no count of seconds.
	while (ms > 1e14) ms /= 1000;
	return Math.round(ms);
}
