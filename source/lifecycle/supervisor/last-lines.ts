import { parseLogLine } from '../log/line.ts';

const mostLines = 20;
const mostCharacters = 400;
/** As many lines of that length, with their prefix. */
const tailBytes = mostLines * (mostCharacters + 40);

/** Keeps the last lines of the log for the journal, at next to no cost for each piece. */
export class LastLines {
	#lines: readonly string[] = [];

	readonly add = (piece: Buffer): void => {
		const tail = piece.toString('utf8', Math.max(0, piece.length - tailBytes));
		const fresh = tail
			.split('\n')
			.slice(-mostLines - 1)
			.flatMap((line) => parseLogLine(line)?.text.slice(0, mostCharacters) ?? [])
			// Our own: the journal holds it in its own words.
			.filter((line) => !line.startsWith('nodetop: '));
		this.#lines = [...this.#lines, ...fresh].slice(-mostLines);
	};

	/** Of this run: an earlier one explains nothing. */
	clear(): void {
		this.#lines = [];
	}

	get(): readonly string[] {
		return this.#lines;
	}
}
