import { contextOf, linesOf } from '../sections/lines.ts';
import type { Line } from '../sections/lines.ts';
import { sectionEntries } from '../sections/registry.ts';
import type { NodeSnapshot } from '../sections/snapshot.ts';
import type { TextStyle } from './text-style.ts';

/** A heading of `status` with its lines. */
export interface StatusBlock {
	readonly title: string;
	readonly lines: readonly StatusLine[];
}

export type StatusLine = Pick<Line, 'label' | 'value' | 'tone' | 'basis'>;

const notesUnder = 'Node Information';

/**
 * What the node reported, in the order that QuDAG's operators know. Sections under one heading are one
 * block; a line with a heading of its own, such as that a poll failed, stands above all others.
 */
export function statusBlocks(node: NodeSnapshot, { nowMs, marks }: TextStyle): StatusBlock[] {
	const context = contextOf(node, { nowMs, form: 'full', arrows: marks });
	const above = new Map<string, StatusLine[]>();
	const blocks = new Map<string, StatusLine[]>();
	const notes = new Map<string, string>();
	for (const [name, { statusTitle, statusNote }] of sectionEntries) {
		for (const line of linesOf(node, name, context)) {
			if (line.heading === undefined) add(blocks, statusTitle, line);
			else add(above, line.heading, line);
		}
		const note = node[name] && statusNote?.(node[name]);
		if (note !== undefined) notes.set(statusTitle, note);
	}
	if (node.notes && node.notes.length > 0) add(blocks, notesUnder, noteLine(node.notes));
	return [...above, ...blocks].map(([title, lines]) => {
		const note = notes.get(title);
		return { title: note === undefined ? title : `${title} (${note})`, lines };
	});
}

function add(blocks: Map<string, StatusLine[]>, title: string, line: StatusLine): void {
	blocks.set(title, [...(blocks.get(title) ?? []), line]);
}

function noteLine(notes: readonly string[]): StatusLine {
	const value = notes.join('; ');
	return { label: 'Note', value, tone: 'plain', basis: value };
}
