import { Box } from 'ink';
import type { ReactNode } from 'react';
import { fit } from '../../components/line.ts';
import { Panel } from '../../components/panel.tsx';
import { changeLines, flowedChanges } from '../changes/change-lines.ts';
import { useChanges } from '../changes/use-changes.ts';
import type { ScreenProps } from '../frame.ts';
import { movingCount, Trends } from '../node/trends.tsx';

const charted = ['poll', 'consensus', 'network', 'resources'] as const;

const windowMs = 3_600_000;
/** For charts below what changed, and for what changed at other nodes. */
const leastChartRows = 12;
const leastOthers = 3;
/** What changed takes no more, so that charts have room. */
const mostShare = 0.5;

/** In place of a log that nodetop does not have: what it saw itself in the last hour, and how the node moved. */
export function Seen(props: ScreenProps & { readonly node: string }): ReactNode {
	const { look, width, height, moment, past, node, selected } = props;
	const { answer, problem } = useChanges(past, moment.atMs - windowMs, moment.atMs);
	if (height < 3) return null;
	const changes = answer?.changes ?? [];
	const own = changeLines(
		look,
		changes.filter((change) => change.node === node),
		width,
	);
	const elsewhere = changes.filter((change) => change.node !== node);
	const note = problem ?? (answer ? 'nothing changed' : 'reading the history…');
	const hasCharts = movingCount(props, charted) > 0;
	const rows = sharedRows(own.length, elsewhere.length, height, hasCharts);
	const { lines: others, more } = flowedChanges(look, elsewhere, width, rows.others - 1);
	return (
		<Box flexDirection="column">
			<Panel
				look={look}
				title={`What changed at ${node} in the last hour, as nodetop saw it`}
				lines={own.length === 0 ? [look.paint('dim', fit(note, width))] : own}
				width={width}
				height={rows.own}
			/>
			<Panel
				look={look}
				title="What changed elsewhere"
				note={more > 0 ? `d lists ${more} more` : undefined}
				lines={others}
				width={width}
				height={rows.others}
			/>
			{selected ? (
				<Trends {...props} node={selected} sections={charted} subject={node} height={rows.charts} />
			) : null}
		</Box>
	);
}

/** Rows of each part, with its heading: the node itself first, charts where they have room, the others between. */
function sharedRows(
	own: number,
	others: number,
	height: number,
	hasCharts: boolean,
): { readonly own: number; readonly others: number; readonly charts: number } {
	const ownRows = Math.min(height, Math.max(1, own) + 1);
	const rest = height - ownRows;
	const isShared = hasCharts && rest >= leastChartRows + leastOthers;
	const mostOthers = isShared ? Math.floor(rest * mostShare) : rest;
	const wanted = others === 0 ? 0 : Math.min(others + 1, mostOthers);
	const otherRows = wanted < leastOthers && wanted < others + 1 ? 0 : wanted;
	const charts = hasCharts && rest - otherRows >= leastChartRows ? rest - otherRows : 0;
	return {
		own: charts + otherRows === 0 ? height : ownRows,
		others: charts === 0 && otherRows > 0 ? rest : otherRows,
		charts,
	};
}
