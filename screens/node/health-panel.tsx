import type { ReactNode } from 'react';
import type { Look } from '../../components/look.ts';
import { KeptDrawings } from '../../components/kept-drawings.ts';
import { Panel } from '../../components/panel.tsx';
import { formatAge } from '../../source/domain/format.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import type { NodeMoment } from '../../source/sections/moment.ts';
import { checkLines } from './check-lines.ts';
import { healthLines, shortHealthLines, stackedHealthLines } from './health-lines.ts';

export interface HealthPanelProps {
	readonly look: Look;
	readonly node: NodeMoment;
	readonly nowMs: number;
	readonly width: number;
	readonly height: number;
}

/**
 * Rows of the panel: with every check where there is room for all of them in `width`, else with each component and
 * its reason, or with a line for each and below it the reason of what is not well, or with a line for each; 0 when no check ran yet, or when not even those fit into `room`.
 */
export function healthPanelHeight(
	{ look, node: { snapshot }, width }: Pick<HealthPanelProps, 'look' | 'node' | 'width'>,
	room: number,
): number {
	const count = snapshot.health.components?.length ?? 0;
	if (count === 0 || count + 1 > room) return 0;
	const every = checkLines(look, snapshot, width).length + 1;
	if (every <= room) return every;
	const whole = healthLines(look, snapshot, width).length + 1;
	if (whole <= room) return whole;
	const stacked = stackedHealthLines(look, snapshot, width).length + 1;
	return stacked <= room ? stacked : count + 1;
}

/** A line for each component of a node, as the scheduled checks left it; where there is room, one for each check. */
export function HealthPanel({ look, node, nowMs, width, height }: HealthPanelProps): ReactNode {
	const lines = kept.take(node.snapshot, [look, width, height], () =>
		fullestLines(look, node.snapshot, width, height),
	);
	const at = node.snapshot.health.components?.[0]?.checks[0]?.lastCheckAt;
	return (
		<Panel
			look={look}
			title="Health checks"
			note={at === undefined ? undefined : `${formatAge(at, nowMs)} ago`}
			lines={lines}
			width={width}
			height={height}
		/>
	);
}

const kept = new KeptDrawings<readonly string[]>();

/** The first form that fits, the fullest first; the shortest where none does. */
function fullestLines(
	look: Look,
	snapshot: NodeSnapshot,
	width: number,
	height: number,
): readonly string[] {
	for (const form of [checkLines, healthLines, stackedHealthLines]) {
		const lines = form(look, snapshot, width);
		if (lines.length < height) return lines;
	}
	return shortHealthLines(look, snapshot, width);
}
