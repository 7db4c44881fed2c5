import type { ReactNode } from 'react';
import type { Look } from '../../components/look.ts';
import { Panel } from '../../components/panel.tsx';
import { formatAge } from '../../source/domain/format.ts';
import type { NodeMoment } from '../../source/sections/moment.ts';
import { healthLines } from './health-lines.ts';

export interface HealthPanelProps {
	readonly look: Look;
	readonly node: NodeMoment;
	readonly nowMs: number;
	readonly width: number;
	readonly height: number;
}

/** Rows of the panel whole; 0 when no check ran yet, or when it does not fit into `room`. */
export function healthPanelHeight({ snapshot }: NodeMoment, room: number): number {
	const count = snapshot.health.components?.length ?? 0;
	return count === 0 || count + 1 > room ? 0 : count + 1;
}

/** A line for each component of a node, as the scheduled checks left it. */
export function HealthPanel({ look, node, nowMs, width, height }: HealthPanelProps): ReactNode {
	const at = node.snapshot.health.components?.[0]?.checks[0]?.lastCheckAt;
	return (
		<Panel
			look={look}
			title="Health checks"
			note={at === undefined ? undefined : `${formatAge(at, nowMs)} ago`}
			lines={healthLines(look, node.snapshot, width)}
			width={width}
			height={height}
		/>
	);
}
