import type { ReactNode } from 'react';
import type { Look } from '../../components/look.ts';
import { Panel } from '../../components/panel.tsx';
import type { NodeMoment } from '../../source/sections/moment.ts';
import { fleetTable, sumLine } from './fleet-lines.ts';

/** Lines from which several nodes are summed, and how many of them are listed at most. */
const leastFleet = 18;
const mostFleet = 6;
/** A heading, the sums and the header of the table. */
const aboveNodes = 3;

/** For all of them beside a node that stores nothing: the sums and a line for each, in what is left. */
export function fleetHeightWithin(nodes: number, height: number): number {
	const wanted = nodes === 0 ? 0 : aboveNodes + Math.min(nodes, mostFleet);
	return height <= aboveNodes ? 0 : Math.min(wanted, height);
}

/** A line of sums where there are several nodes; the worst of them where there is room. */
export function fleetHeightFor(nodes: number, height: number): number {
	if (nodes < 2 || height < leastFleet) return 0;
	const spare = Math.floor((height - leastFleet) / 3);
	return spare === 0 ? 2 : aboveNodes + Math.min(nodes, mostFleet, spare);
}

interface FleetProps {
	readonly look: Look;
	readonly width: number;
	readonly height: number;
	readonly nodes: readonly NodeMoment[];
}

/** What all storage nodes hold and earn, and the worst of them. */
export function Fleet({ look, width, height, nodes }: FleetProps): ReactNode {
	if (height === 0) return null;
	const table = fleetTable(look, nodes.slice(0, Math.max(0, height - aboveNodes)), width);
	const lines = [sumLine(look, nodes, width), ...table];
	const title =
		nodes.length === 1 ? '1 storage node' : `${nodes.length} storage nodes, worst reputation first`;
	return <Panel {...{ look, lines, width, height, title }} />;
}
