import type { ReactNode } from 'react';
import { fit, line } from '../../components/line.ts';
import { Panel } from '../../components/panel.tsx';
import { cellWidth } from '../../source/domain/cell-width.ts';
import { formatMs } from '../../source/domain/format.ts';
import type { HistoryMark } from '../../source/history/marks.ts';
import type { Group } from '../../source/sections/group/schema.ts';
import type { ScreenProps } from '../frame.ts';
import { lookOfMark } from './history-chart.ts';

const durationWidth = 9;
const aboutWidth = 12;
/** Where it is wide, the name of a network is whole. */
const mostAboutWidth = 30;
const wideFrom = 110;
const dayMs = 86_400_000;
/** Where the shown part of `2026-01-02T03:04:05` begins. */
const timeWithDay = 5;
const timeAlone = 11;

export interface MarkListProps extends ScreenProps {
	readonly marks: readonly HistoryMark[];
	/** The nodes that are drawn. */
	readonly names: readonly string[];
}

/** What happened in the time that is drawn, the newest first: incidents, changes and notes. */
export function MarkList({ look, marks, names, width, height }: MarkListProps): ReactNode {
	const shown = marks.toReversed();
	const columns = columnsFor(shown, names, width);
	const lines = shown.map((mark) => {
		const { glyph, tone } = lookOfMark(look, mark);
		return line(
			look,
			[
				[
					'label',
					`${new Date(mark.atMs).toISOString().slice(columns.timeFrom, 19).replace('T', ' ')} `,
				],
				[tone, `${glyph} `],
				['dim', fit(lastedOf(mark), columns.duration)],
				['strong', columns.about === 0 ? '' : `${fit(mark.about, columns.about)} `],
				['plain', textOf(mark)],
			],
			width,
		);
	});
	const none = look.paint('dim', fit('nothing', width));
	return (
		<Panel
			look={look}
			title="What happened"
			note={shown.length === 0 ? '' : `${shown.length}`}
			lines={lines.length === 0 ? [none] : lines}
			width={width}
			height={height}
		/>
	);
}

/** Incidents, changes and notes about these nodes, their groups, or everything. */
export function marksAbout(
	marks: readonly HistoryMark[],
	names: readonly string[],
	groups: readonly Pick<Group, 'name' | 'nodes'>[],
): readonly HistoryMark[] {
	const theirs = groups
		.filter(({ nodes }) => nodes.some((node) => names.includes(node)))
		.map(({ name }) => name);
	const subjects = new Set(['', ...names, ...theirs]);
	return marks.filter(({ about }) => subjects.has(about));
}

/** Whom it is about stands beside it. */
function textOf({ text, about }: HistoryMark): string {
	return about !== '' && text.startsWith(`${about}: `) ? text.slice(about.length + 2) : text;
}

/** A day, a length or a subject that all of them share takes no room. */
function columnsFor(
	marks: readonly HistoryMark[],
	names: readonly string[],
	width: number,
): {
	readonly timeFrom: number;
	readonly duration: number;
	readonly about: number;
} {
	const days = new Set(marks.map(({ atMs }) => Math.floor(atMs / dayMs)));
	const longest = Math.max(aboutWidth, ...marks.map(({ about }) => cellWidth(about)));
	const isAboutOne = names.length === 1 && marks.every(({ about }) => about === names[0]);
	return {
		timeFrom: days.size > 1 ? timeWithDay : timeAlone,
		duration: marks.some(({ kind }) => kind === 'incident') ? durationWidth : 0,
		about: isAboutOne ? 0 : width < wideFrom ? aboutWidth : Math.min(mostAboutWidth, longest),
	};
}

function lastedOf({ kind, atMs, untilMs }: HistoryMark): string {
	if (kind !== 'incident') return '';
	return untilMs === undefined ? 'lasts' : formatMs(untilMs - atMs);
}
