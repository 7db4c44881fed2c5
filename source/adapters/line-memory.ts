import type { Series } from './series.ts';

/** A line up to its value, which the next page has again. */
export interface KnownLine {
	readonly head: string;
	/** Undefined where nobody wants its value. */
	readonly series: Series | undefined;
}

/**
 * The lines of a source's last page. Pages of one program repeat line for line, and only values change: a line that
 * begins as the last page had it at this place is read no further than to its value.
 */
export interface LineMemory {
	/** Begins a page. A page before it that was not ended is forgotten. */
	begin(): void;
	/** The known line that stands at this position of the text. */
	find(text: string, start: number): KnownLine | undefined;
	/** Goes past a line that was found. */
	take(): void;
	/** Whether a line can still be added. */
	hasRoom(): boolean;
	/** Remembers a line that had to be read in full, by its text up to the value; undefined for one that is too long. */
	add(head: string, read: (ownHead: string) => Series | undefined): KnownLine | undefined;
	/** Ends a page. Returns the series of its samples: the same list for a page that has the same ones. */
	end(series: readonly Series[]): readonly Series[];
}

/** What the nodes of one program have in common is kept once. */
export type LineStore = Map<string, KnownLine>;

const mostLines = 5000;
const longestHead = 500;
/** Of all nodes that share a store. Past it a program writes something new in each page. */
const mostStored = 20_000;
/** Lines that may have gone since the last page before the search is given up. */
const lookAhead = 8;

export function createLineMemory(store: LineStore = new Map()): LineMemory {
	let lines: readonly KnownLine[] = [];
	/** From the first difference to the last page on. */
	let changed: KnownLine[] | undefined;
	let place = 0;
	let found = 0;
	let shape: readonly Series[] = [];

	function push(line: KnownLine): void {
		changed ??= lines.slice(0, place);
		changed.push(line);
	}

	return {
		begin() {
			place = 0;
			changed = undefined;
		},
		find(text, start) {
			for (found = place; found < place + lookAhead; found += 1) {
				const line = lines[found];
				if (line === undefined) return undefined;
				if (text.startsWith(line.head, start)) return line;
			}
			return undefined;
		},
		take() {
			const line = lines[found];
			if (line !== undefined && (changed !== undefined || found !== place)) push(line);
			place = found + 1;
		},
		hasRoom: () => (changed?.length ?? place) < mostLines,
		add(head, read) {
			if (head.length > longestHead) return undefined;
			const known = store.get(head) ?? storeLine(store, head, read);
			push(known);
			return known;
		},
		end(series) {
			lines = changed ?? lines;
			if (series.length !== shape.length || series.some((each, index) => each !== shape[index]))
				shape = [...series];
			return shape;
		},
	};
}

function storeLine(
	store: LineStore,
	head: string,
	read: (ownHead: string) => Series | undefined,
): KnownLine {
	// A part of a text keeps all of it in memory: here that would be the whole page.
	const ownHead = Buffer.from(head).toString();
	const line = { head: ownHead, series: read(ownHead) };
	if (store.size >= mostStored) store.clear();
	store.set(ownHead, line);
	return line;
}
