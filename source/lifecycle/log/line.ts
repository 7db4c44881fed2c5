import { stripControls } from '../../domain/clean.ts';

export type Stream = 'stdout' | 'stderr';

/** One line of the log as it is kept: `2026-01-02T03:04:05.678Z O text`. */
export interface LogLine {
	readonly at: string;
	readonly stream: Stream;
	/** It goes on from the line before, which was longer than a line may be. */
	readonly isContinued: boolean;
	readonly text: string;
}

/** Longer lines are divided. */
export const longestLineBytes = 1_048_576;

const letters = { stdout: 'O', stderr: 'E' } as const;
const timeLength = '2026-01-02T03:04:05.678Z'.length;
/** Time, blank, letter, blank. */
export const prefixLength = timeLength + 3;
const plain = /^[\u0020-\u007E\n]*$/;

/**
 * The lines of a node’s output as text of the log. `bytes` ends with a line end, or is cut at the longest length.
 * Escape sequences and control characters are removed. Every line gets the time at which it was read.
 */
export function toLogText(bytes: Buffer, stream: Stream, at: string, isContinued: boolean): string {
	const letter = letters[stream];
	const first = `${at} ${isContinued ? letter.toLowerCase() : letter} `;
	const next = `\n${at} ${letter} `;
	const text = bytes.toString('utf8');
	const body = text.endsWith('\n') ? text.slice(0, -1) : text;
	if (plain.test(body)) return `${first}${body.replaceAll('\n', next)}\n`;
	const lines = body
		.split('\n')
		.map((line) => stripControls(line.endsWith('\r') ? line.slice(0, -1) : line));
	return `${first}${lines.join(next)}\n`;
}

const shape = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([OEoe]) /;

/** Undefined for a line that is not ours. */
export function parseLogLine(line: string): LogLine | undefined {
	const [, at, letter] = shape.exec(line.slice(0, prefixLength)) ?? [];
	if (at === undefined || letter === undefined) return undefined;
	return {
		at,
		stream: letter.toUpperCase() === 'O' ? 'stdout' : 'stderr',
		isContinued: letter === letter.toLowerCase(),
		text: line.slice(prefixLength),
	};
}
