/** One line of the log. The object is filled anew for each line: a big log has millions. */
export interface LogLine {
	/** Of the line itself, Unix ms; NaN without a time. */
	timeMs: number;
	/** Whether the time has digits behind the second. */
	isFine: boolean;
	/** `I` for INFO, `E` for ERROR, …: the first letter of its level. */
	level: string;
	logger: string;
	message: string;
	piece: string;
	satellite: string;
	action: string;
	remoteAddress: string;
	error: string;
	sizeBytes: number;
}

export function emptyLine(): LogLine {
	return {
		timeMs: Number.NaN,
		isFine: false,
		level: '',
		logger: '',
		message: '',
		piece: '',
		satellite: '',
		action: '',
		remoteAddress: '',
		error: '',
		sizeBytes: Number.NaN,
	};
}

/** Forgets the line before. */
export function resetLine(line: LogLine): void {
	line.timeMs = Number.NaN;
	line.isFine = false;
	line.level = '';
	line.logger = '';
	line.message = '';
	line.piece = '';
	line.satellite = '';
	line.action = '';
	line.remoteAddress = '';
	line.error = '';
	line.sizeBytes = Number.NaN;
}
