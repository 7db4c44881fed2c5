import type { ReactNode } from 'react';
import { fit } from '../../components/line.ts';
import { Panel } from '../../components/panel.tsx';
import type { ScreenProps } from '../frame.ts';
import { flowedChanges } from './change-lines.ts';
import { changeWindows } from './change-windows.ts';
import { useChanges } from './use-changes.ts';

export interface ChangesProps extends ScreenProps {
	/** The later moment, Unix ms; absent for the moment that is shown. */
	readonly endMs: number | undefined;
	/** Which of the windows lies between the two moments. */
	readonly window: number;
}

/** What changed in the fleet before the moment that is shown, or before an alert began. */
export function Changes(props: ChangesProps): ReactNode {
	const { look, width, height, moment, past, endMs, window } = props;
	const { ms, name } = changeWindows[window] ?? changeWindows[0];
	const untilMs = endMs ?? moment.atMs;
	const { answer, problem } = useChanges(past, untilMs - ms, untilMs);
	const what = endMs === undefined ? 'before this moment' : 'before the alert';
	const note = problem ?? (answer ? 'nothing changed' : 'reading the history…');
	const { lines: shown, more } = flowedChanges(look, answer?.changes ?? [], width, height - 1);
	const rest = `${more} more lines: nodetop diff --since ${name} lists all`;
	return (
		<Panel
			look={look}
			title={`What changed in the ${name} ${what}`}
			note={`${answer ? `${timesOf(answer)}  ` : ''}< > shorter, longer  Esc closes`}
			lines={[
				...(shown.length === 0 ? [look.paint('dim', fit(note, width))] : shown),
				...(more > 0 ? [look.paint('dim', fit(rest, width))] : []),
			]}
			width={width}
			height={height}
		/>
	);
}

function timesOf(answer: { readonly fromMs: number; readonly untilMs: number }): string {
	const time = (atMs: number): string => new Date(atMs).toISOString().slice(11, 19);
	return `${time(answer.fromMs)} to ${time(answer.untilMs)} UTC`;
}
