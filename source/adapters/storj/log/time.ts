import type { LogLine } from './log-line.ts';

const withoutColon = /([+-]\d\d)(\d\d)$/;
const shape = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)$/;

/** Reads the times of lines; many lines of one second have the same text. `false` for what is no time. */
export function timeReader(): (text: string, line: LogLine) => boolean {
	let known = '';
	let knownMs = Number.NaN;
	let isKnownFine = false;
	return (text, line) => {
		if (text !== known) {
			if (!shape.test(text)) return false;
			// A slice would keep the whole piece of the log that it was cut from.
			known = Buffer.from(text, 'latin1').toString('latin1');
			isKnownFine = /[.,]/.test(known);
			knownMs = Date.parse(known.replace(',', '.').replace(withoutColon, '$1:$2'));
		}
		line.timeMs = knownMs;
		line.isFine = isKnownFine;
		return !Number.isNaN(knownMs);
	};
}
