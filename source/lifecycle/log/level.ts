/** From the least to the gravest. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'crit'] as const;
export type LogLevel = (typeof logLevels)[number];

const words: Readonly<Record<string, LogLevel>> = {
	trace: 'trace',
	trce: 'trace',
	debug: 'debug',
	dbug: 'debug',
	info: 'info',
	notice: 'info',
	warn: 'warn',
	warning: 'warn',
	error: 'error',
	eror: 'error',
	err: 'error',
	crit: 'crit',
	critical: 'crit',
	fatal: 'crit',
	panic: 'crit',
};

/** `INFO [01-02|…] text`, `2026-01-02T03:04:05Z  WARN target: text`, `[ERROR] text`, `Fatal: text`. */
const leading = /^(?:[\d\-T:.,Z+/ |]{0,40})?[[(<]?([A-Za-z]{3,8})\b/;
/** logfmt and JSON. */
const named = /(?:^|[\s{,])"?(?:level|lvl|severity)"?\s{0,4}[=:]\s{0,4}"?([A-Za-z]{3,8})/;
const farthest = 400;

/** The level that a line says, in geth’s, logfmt’s, JSON’s or tracing’s way; undefined where it says none. */
export function levelOf(text: string): LogLevel | undefined {
	const head = text.slice(0, farthest);
	return wordOf(leading.exec(head)?.[1]) ?? wordOf(named.exec(head)?.[1]);
}

function wordOf(word: string | undefined): LogLevel | undefined {
	const key = word?.toLowerCase() ?? '';
	return Object.hasOwn(words, key) ? words[key] : undefined;
}

/** Whether a line is as grave as wanted. Lines without a level, as of a stack, go with the line before. */
export function isAsGrave(level: LogLevel, least: LogLevel): boolean {
	return logLevels.indexOf(level) >= logLevels.indexOf(least);
}
