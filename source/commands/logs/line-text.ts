import type { LogLine } from '../../lifecycle/log/line.ts';

const marks = { stdout: 'out', stderr: 'err' } as const;

/** A line of the log as it is printed; a line that goes on from the one before has a mark of its own. */
export function lineText({ at, stream, isContinued, text }: LogLine, isRaw: boolean): string {
	return isRaw ? text : `${at} ${marks[stream]}${isContinued ? '+' : ' '} ${text}`;
}
