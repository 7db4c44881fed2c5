import type { SnapshotDocument } from '../sections/snapshot.ts';

/**
 * Characters that JSON allows as they are and that a terminal, a log or an editor obeys: DEL and the
 * 8-bit controls, line and paragraph separators, bidi and zero-width marks.
 */
const obeyed = /[\u007F-\u009F\u061C\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/g;

/** The document as one JSON value, indented by two spaces and ended by a newline. */
export function toJson(document: SnapshotDocument): string {
	return `${escapeObeyed(JSON.stringify(document, null, 2))}\n`;
}

/**
 * One line a node, each a complete JSON object `{schema, takenAt, ...node}`, so that lines of many
 * runs can be appended to one file. The summary, the groups and the alerts are not in it: they
 * follow from the nodes. Without nodes it is empty.
 */
export function toNdjson({ schema, takenAt, nodes }: SnapshotDocument): string {
	return nodes
		.map((node) => `${escapeObeyed(JSON.stringify({ schema, takenAt, ...node }))}\n`)
		.join('');
}

/** Outside of strings JSON is ASCII, so what is found stands in a string, where `\u` is allowed. */
function escapeObeyed(json: string): string {
	return json.replaceAll(
		obeyed,
		(character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
	);
}
