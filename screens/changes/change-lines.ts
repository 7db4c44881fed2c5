import { cellWidth } from '../../source/domain/cell-width.ts';
import { flowed, flowFor } from '../../components/flow.ts';
import type { Flow } from '../../components/flow.ts';
import { fit, line, wrap } from '../../components/line.ts';
import type { Span } from '../../components/line.ts';
import type { Look } from '../../components/look.ts';
import type { Change } from '../../source/history/changes.ts';
import { happeningsOf } from './happenings.ts';
import type { Happening } from './happenings.ts';

const leastAboutWidth = 16;
/** Names of networks are long. */
const mostAboutWidth = 30;
/** Below this width a name gives way to what changed. */
const wideFrom = 90;
const glyphWidth = 2;
/** From here on a change that is longer takes a second line. */
const leastColumnWidth = 64;
const separator = ' · ';
const dayMs = 86_400_000;
/** Where the shown part of `2026-01-02T03:04:05` begins. */
const timeWithDay = 5;
const timeAlone = 11;

/**
 * The lines of changes in one column where they fit, else in as many as there is room for; and how many lines have
 * no room, a row being left to say so.
 */
export function flowedChanges(
	look: Look,
	changes: readonly Change[],
	width: number,
	height: number,
): { readonly lines: readonly string[]; readonly more: number } {
	const { lines, flow } = flowOf(look, happeningsOf(changes), width, height);
	const rows = lines.length <= height * flow.columns ? height : Math.max(1, height - 1);
	const more = Math.max(0, lines.length - rows * flow.columns);
	return { lines: flowed(lines, rows, flow), more };
}

/** All that changed, with the name of every node, for a page of so many rows. */
export function wholeChanges(
	look: Look,
	changes: readonly Change[],
	width: number,
	height: number,
): FlowOfLines {
	return flowOf(look, happeningsOf(changes, Number.POSITIVE_INFINITY), width, height);
}

/** Lines, each as wide as the columns that they flow through. */
interface FlowOfLines {
	readonly lines: readonly string[];
	readonly flow: Flow;
}

function flowOf(
	look: Look,
	happenings: readonly Happening[],
	width: number,
	height: number,
): FlowOfLines {
	const single = happeningLines(look, happenings, width);
	if (single.length <= height) return { lines: single, flow: { columns: 1, width } };
	const columns = columnsOf(happenings, 0);
	const longest = longestOf(happenings.map(wholeText));
	const leastWidth = Math.min(
		leastColumnWidth,
		columns.time + glyphWidth + columns.about + 1 + longest,
	);
	const flow = flowFor(single.length, height, width, leastWidth);
	return { lines: happeningLines(look, happenings, flow.width), flow };
}

/** What changed, the newest first: when, whom it is about, and what happened in plain words. */
export function changeLines(look: Look, changes: readonly Change[], width: number): string[] {
	return happeningLines(look, happeningsOf(changes), width);
}

function happeningLines(look: Look, happenings: readonly Happening[], width: number): string[] {
	const columns = columnsOf(happenings, width);
	const textWidth = width - columns.time - glyphWidth - columns.about - 1;
	return happenings.flatMap((happening, at) => {
		// Whom it is about stands out once: what follows is about the same.
		const isSame = happening.about === happenings[at - 1]?.about;
		return textLines(happening, textWidth).map((spans, index) => {
			const first = (value: string, cells: number): string => fit(index === 0 ? value : '', cells);
			return line(
				look,
				[
					['label', first(timeOf(happening, columns.timeFrom), columns.time)],
					[happening.tone, first(glyphOf(look, happening), glyphWidth)],
					[isSame ? 'dim' : 'strong', `${first(happening.about, columns.about)} `],
					...spans,
				],
				width,
			);
		});
	});
}

/** What happened, and quieter what became of it: beside it where that fits, else below. */
function textLines({ text, notes, tone }: Happening, width: number): Span[][] {
	const lines = wrap(text, width).map((part): Span[] => [[tone, part]]);
	const note = notes.join(separator);
	if (note === '') return lines;
	const last = lines.at(-1)?.[0]?.[1] ?? '';
	if (cellWidth(last) + cellWidth(separator + note) <= width)
		lines.at(-1)?.push(['label', separator + note]);
	else lines.push(...wrap(note, width).map((part): Span[] => [['label', part]]));
	return lines;
}

function columnsOf(happenings: readonly Happening[], width: number) {
	const days = new Set(happenings.map(({ atMs = Number.NaN }) => Math.floor(atMs / dayMs)));
	days.delete(Number.NaN);
	const timeFrom = days.size > 1 ? timeWithDay : timeAlone;
	const isTimed = happenings.some(({ atMs }) => atMs !== undefined);
	const longest = longestOf(happenings.map(({ about }) => about));
	const most = width >= wideFrom ? mostAboutWidth : leastAboutWidth;
	return {
		timeFrom,
		time: isTimed ? 20 - timeFrom : 0,
		about: Math.min(most, longest, Math.max(8, Math.floor(width / 4))),
	};
}

function timeOf({ atMs }: Happening, timeFrom: number): string {
	if (atMs === undefined) return '';
	return new Date(atMs).toISOString().slice(timeFrom, 19).replace('T', ' ');
}

function glyphOf({ glyphs }: Look, { severity, health }: Happening): string {
	if (severity !== undefined) return glyphs.severity[severity];
	return health === undefined ? '' : glyphs.health[health];
}

function wholeText(happening: Happening): string {
	return [happening.text, ...happening.notes].join(separator);
}

function longestOf(texts: readonly string[]): number {
	return Math.max(0, ...texts.map((text) => cellWidth(text)));
}
