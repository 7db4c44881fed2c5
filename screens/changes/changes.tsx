import { useLayoutEffect, useMemo } from 'react';
import type { ReactNode } from 'react';
import { flowed } from '../../components/flow.ts';
import { fit } from '../../components/line.ts';
import { Panel } from '../../components/panel.tsx';
import type { ScreenProps } from '../frame.ts';
import { wholeChanges } from './change-lines.ts';
import { changeWindows } from './change-windows.ts';
import { useChanges } from './use-changes.ts';

export interface ChangesProps extends ScreenProps {
	/** The later moment, Unix ms; absent for the moment that is shown. */
	readonly endMs: number | undefined;
	/** Which of the windows lies between the two moments. */
	readonly window: number;
	/** The first line that shows. */
	readonly offset: number;
	/** Told with which line the last page begins: keys go no further. */
	readonly onChangesEnd: (end: number) => void;
}

/** What changed in the fleet before the moment that is shown, or before an alert began. */
export function Changes(props: ChangesProps): ReactNode {
	const { look, width, height, moment, past, endMs, window, offset, onChangesEnd } = props;
	const { ms, name } = changeWindows[window] ?? changeWindows[0];
	const untilMs = endMs ?? moment.atMs;
	const { answer, problem } = useChanges(past, untilMs - ms, untilMs);
	const what = endMs === undefined ? 'before this moment' : 'before the alert';
	const note = problem ?? (answer ? 'nothing changed' : 'reading the history…');
	const rows = height - 1;
	const { lines, flow } = useMemo(
		() => wholeChanges(look, answer?.changes ?? [], width, rows),
		[look, answer, width, rows],
	);
	const room = rows * flow.columns;
	const end = Math.max(0, lines.length - room);
	// Before anyone can see the lines and press a key.
	useLayoutEffect(() => {
		onChangesEnd(end);
	}, [end, onChangesEnd]);
	const first = Math.min(offset, end);
	const range = end > 0 ? `${first + 1}–${first + room} of ${lines.length}  ` : '';
	return (
		<Panel
			look={look}
			title={`What changed in the ${name} ${what}`}
			note={`${range}${answer ? `${timesOf(answer)}  ` : ''}< > shorter, longer  Esc closes`}
			lines={
				lines.length === 0
					? [look.paint('dim', fit(note, width))]
					: flowed(lines.slice(first, first + room), rows, flow)
			}
			width={width}
			height={height}
		/>
	);
}

function timesOf(answer: { readonly fromMs: number; readonly untilMs: number }): string {
	const time = (atMs: number): string => new Date(atMs).toISOString().slice(11, 19);
	return `${time(answer.fromMs)} to ${time(answer.untilMs)} UTC`;
}
