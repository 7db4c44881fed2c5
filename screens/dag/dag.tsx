import { Box } from 'ink';
import type { ReactNode } from 'react';
import { factLines } from '../../components/fact-lines.ts';
import { Panel } from '../../components/panel.tsx';
import { Region } from '../../components/region.tsx';
import { vertexLayers } from '../../components/vertex-layers.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import { AbsentPanel } from '../node/absent-panel.tsx';
import { sectionFacts } from '../node/facts.ts';
import type { ScreenProps, ScreenRegion } from '../frame.ts';
import { chartsInColumn, NodeColumn } from '../node/node-column.tsx';
import { sideWidth } from '../side-width.ts';
import { nodeNote } from '../node/node-note.ts';
import { lookOf } from '../node/silent.ts';
import { partOf, Trends } from '../node/trends.tsx';

const gap = 2;
const maxDrawingHeight = 16;

const hasDag: ScreenRegion['isShown'] = ({ selected }) => selected?.snapshot.dag !== undefined;

/** What Tab goes through. */
export const dagRegions: readonly ScreenRegion[] = [
	{ id: 'facts', draw: Facts, isShown: hasDag },
	{ id: 'charts', draw: Moves, isShown: hasDag, hasCharts: true },
	{ id: 'layers', draw: Layers, isShown: hasDag },
];

/** The selected node's DAG: its numbers, how they move, and its newest vertices by layer. */
export function Dag(props: ScreenProps): ReactNode {
	const { look, width, height, selected, view } = props;
	const dag = selected?.snapshot.dag;
	if (!selected || !dag) {
		return <AbsentPanel {...props} section="dag" name="DAG" title="DAG" />;
	}
	const room = Math.min(maxDrawingHeight, Math.ceil(height * 0.45));
	const drawing = vertexLayers(look, dag.recent ?? [], width, room - 1);
	const drawingHeight = drawing.length === 0 ? 0 : drawing.length + 1;
	const upperHeight = height - drawingHeight;
	const left = sideWidth(width - gap, 0.4);
	const column = { ...props, width: left, height: upperHeight };
	const beside = chartsInColumn(column, factsOf(column).length, charted);
	return (
		<Box flexDirection="column">
			<Box>
				<Region isFocused={view.focus === 'facts'}>
					<Facts {...column} isBeside />
				</Region>
				<Box width={gap} />
				<Region isFocused={view.focus === 'charts'}>
					<Moves {...props} width={width - gap - left} height={upperHeight} beside={beside} />
				</Region>
			</Box>
			<Region isFocused={view.focus === 'layers'}>
				<Layers {...props} height={drawingHeight} />
			</Region>
		</Box>
	);
}

const charted = ['dag', 'poll'] as const;

/** The figures, and below them what the health checks found. */
function Facts(props: ScreenProps & { readonly isBeside?: boolean }): ReactNode {
	const { selected, isBeside = false } = props;
	if (!selected) return null;
	return (
		<NodeColumn
			{...props}
			title={`${selected.snapshot.target.name}: DAG`}
			note={nodeNote(props)}
			lines={factsOf(props)}
			charted={isBeside ? charted : []}
		/>
	);
}

function factsOf({ look, width, height, selected, moment }: ScreenProps): string[] {
	if (!selected) return [];
	return factLines(look, dagFacts(selected.snapshot, moment.atMs), width, height - 1);
}

function Moves(props: ScreenProps & { readonly beside?: number }): ReactNode {
	if (!props.selected) return null;
	const part = partOf(props.beside ?? 0, false);
	return <Trends {...props} node={props.selected} sections={charted} part={part} />;
}

function Layers({ look, width, height, selected }: ScreenProps): ReactNode {
	const recent = selected?.snapshot.dag?.recent ?? [];
	const drawn = selected ? lookOf(look, selected.snapshot) : look;
	return (
		<Panel
			look={look}
			title="Newest vertices by layer"
			note={look.isAscii ? '# final  o pending  * tip' : '● final  ○ pending  ◆ tip'}
			lines={vertexLayers(drawn, recent, width, height - 1)}
			width={width}
			height={height}
		/>
	);
}

/** The DAG's own facts, and how far behind the newest the newest final vertex is. */
function dagFacts(node: NodeSnapshot, nowMs: number) {
	const lag = sectionFacts(node, 'consensus', nowMs).filter(({ paths }) =>
		paths.includes('consensus.finalityLag'),
	);
	return [...sectionFacts(node, 'dag', nowMs), ...lag];
}
