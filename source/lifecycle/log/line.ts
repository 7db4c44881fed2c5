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

const timeLength = '2026-01-02T03:04:05.678Z'.length;
/** Time, blank, letter, blank. */
export const prefixLength = timeLength + 3;

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
