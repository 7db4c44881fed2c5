import type { ReactNode } from 'react';
import { fit, line } from '../../components/line.ts';
import { Panel } from '../../components/panel.tsx';
import { formatDuration } from '../../source/domain/format.ts';
import type { HistoryMark } from '../../source/history/marks.ts';
import type { ScreenProps } from '../frame.ts';
import { lookOfMark } from './history-chart.ts';

const durationWidth = 9;
const aboutWidth = 12;

export interface MarkListProps extends ScreenProps {
	readonly marks: readonly HistoryMark[];
	/** The nodes that are drawn. */
	readonly names: readonly string[];
}

/** What happened in the time that is drawn, the newest first: incidents, changes and notes. */
export function MarkList({ look, marks, names, moment, width, height }: MarkListProps): ReactNode {
	const groups = moment.groups
		.filter(({ nodes }) => nodes.some((node) => names.includes(node)))
		.map(({ name }) => name);
	const subjects = new Set(['', ...names, ...groups]);
	const isShown = ({ about }: HistoryMark): boolean => subjects.has(about);
	const shown = marks.filter(isShown).toReversed();
	const lines = shown.map((mark) => {
		const { glyph, tone } = lookOfMark(look, mark);
		return line(
			look,
			[
				['label', `${new Date(mark.atMs).toISOString().slice(5, 19).replace('T', ' ')} `],
				[tone, `${glyph} `],
				['dim', fit(lastedOf(mark), durationWidth)],
				['strong', `${fit(mark.about, aboutWidth)} `],
				['plain', mark.text],
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

function lastedOf({ kind, atMs, untilMs }: HistoryMark): string {
	if (kind !== 'incident') return '';
	return untilMs === undefined ? 'lasts' : formatDuration((untilMs - atMs) / 1000);
}
