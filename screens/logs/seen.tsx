import type { ReactNode } from 'react';
import { fit } from '../../components/line.ts';
import { Panel } from '../../components/panel.tsx';
import { changeLines } from '../changes/change-lines.ts';
import { useChanges } from '../changes/use-changes.ts';
import type { ScreenProps } from '../frame.ts';

const windowMs = 3_600_000;

/** In place of a log that nodetop does not have: what it saw itself of the node in the last hour. */
export function Seen(props: ScreenProps & { readonly node: string }): ReactNode {
	const { look, width, height, moment, past, node } = props;
	const { answer, problem } = useChanges(past, moment.atMs - windowMs, moment.atMs);
	if (height < 3) return null;
	const own = answer?.changes.filter((change) => change.node === node) ?? [];
	const note = problem ?? (answer ? 'nothing changed' : 'reading the history…');
	return (
		<Panel
			look={look}
			title={`What changed at ${node} in the last hour, as nodetop saw it`}
			note="d of all nodes"
			lines={
				own.length === 0 ? [look.paint('dim', fit(note, width))] : changeLines(look, own, width)
			}
			width={width}
			height={height}
		/>
	);
}
