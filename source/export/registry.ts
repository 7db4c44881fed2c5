import type { SnapshotDocument } from '../sections/snapshot.ts';
import type { TextOptions } from './text-style.ts';

/** Makes text of a snapshot. Only text for people heeds the options. */
export type Write = (document: SnapshotDocument, options: TextOptions) => string;

export interface ExportFormat {
	/** For `--help`, behind the flag. */
	readonly help: string;
	/** Loads the writer: nothing of it is read before. */
	readonly load: () => Promise<Write>;
}

/** Every format by the name of its flag. Adding one adds its file and one line here. */
export const exportFormats = {
	json: {
		help: 'the whole snapshot as one document (schema nodetop/1)',
		load: async () => (await import('./json.ts')).toJson,
	},
	csv: { help: 'one row a node', load: async () => (await import('./csv.ts')).toCsv },
	earningsCsv: {
		help: 'earnings of storage nodes, by day and month, for the books',
		load: async () => (await import('./earnings-csv.ts')).toEarningsCsv,
	},
	ndjson: {
		help: 'one JSON object a line, one line a node',
		load: async () => (await import('./json.ts')).toNdjson,
	},
} as const satisfies Readonly<Record<string, ExportFormat>>;

/** The format without a flag. */
export const defaultFormat: ExportFormat = {
	help: 'a table for people',
	load: async () => (await import('./overview-text.ts')).toOverviewText,
};

export type FormatName = keyof typeof exportFormats;

// The keys of a constant object are exactly those of its type.
export const formatNames = Object.keys(exportFormats) as readonly FormatName[];
