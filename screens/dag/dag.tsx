import { Box } from 'ink';
import type { ReactNode } from 'react';
import { factLines } from '../../components/fact-lines.ts';
import { Panel } from '../../components/panel.tsx';
import { vertexLayers } from '../../components/vertex-layers.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import { AbsentPanel } from '../node/absent-panel.tsx';
import { sectionFacts } from '../node/facts.ts';
import type { ScreenProps } from '../frame.ts';
import { sideWidth } from '../side-width.ts';
import { nodeNote } from '../node/node-note.ts';
import { Trends } from '../node/trends.tsx';

const gap = 2;
const maxDrawingHeight = 16;

/** The selected node's DAG: its numbers, how they move, and its newest vertices by layer. */
export function Dag(props: ScreenProps): ReactNode {
	const { look, width, height, selected, moment } = props;
	const dag = selected?.snapshot.dag;
	if (!selected || !dag) {
		return <AbsentPanel {...props} section="dag" name="DAG" title="DAG" />;
	}
	const recent = dag.recent ?? [];
	const room = Math.min(maxDrawingHeight, Math.ceil(height * 0.45));
	const drawing = vertexLayers(look, recent, width, room - 1);
	const drawingHeight = drawing.length === 0 ? 0 : drawing.length + 1;
	const upperHeight = height - drawingHeight;
	const left = sideWidth(width - gap, 0.4);
	const right = width - gap - left;
	return (
		<Box flexDirection="column">
			<Box>
				<Panel
					look={look}
					title={`${selected.snapshot.target.name}: DAG`}
					note={nodeNote(props)}
					lines={factLines(look, dagFacts(selected.snapshot, moment.atMs), left, upperHeight - 1)}
					width={left}
					height={upperHeight}
				/>
				<Box width={gap} />
				<Trends
					{...props}
					node={selected}
					sections={['dag', 'poll']}
					width={right}
					height={upperHeight}
				/>
			</Box>
			<Panel
				look={look}
				title="Newest vertices by layer"
				note={look.isAscii ? '# final  o pending  * tip' : '● final  ○ pending  ◆ tip'}
				lines={drawing}
				width={width}
				height={drawingHeight}
			/>
		</Box>
	);
}

/** The DAG's own facts, and how far behind the newest the newest final vertex is. */
function dagFacts(node: NodeSnapshot, nowMs: number) {
	const lag = sectionFacts(node, 'consensus', nowMs).filter(({ paths }) =>
		paths.includes('consensus.finalityLag'),
	);
	return [...sectionFacts(node, 'dag', nowMs), ...lag];
}
