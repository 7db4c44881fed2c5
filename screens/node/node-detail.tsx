import { levelOf } from '../../source/sections/health/severity.ts';
import { Box } from 'ink';
import type { ReactNode } from 'react';
import { factCards } from '../../components/fact-cards.ts';
import { fit } from '../../components/line.ts';
import { Panel } from '../../components/panel.tsx';
import type { ScreenProps } from '../frame.ts';
import type { NodeMoment } from '../../source/sections/moment.ts';
import { checkLines } from './check-lines.ts';
import { HealthPanel, healthPanelHeight } from './health-panel.tsx';
import { chartsInColumn, NodeColumn } from './node-column.tsx';
import { factGroups } from './facts.ts';
import { partOf, Trends } from './trends.tsx';
import { issueLines } from './issue-lines.ts';

const gap = 2;
/** From here on the checks and the charts stand beside the facts. */
const wideFrom = 100;
/** Facts need no more; charts do. */
const mostFactsWidth = 72;
const shownSections = ['consensus', 'network', 'resources', 'poll'] as const;

/** The selected node over the whole screen: what is wrong with it first, then every fact, its checks and its charts. */
export function NodeDetail(props: ScreenProps): ReactNode {
	const { look, width, height, selected } = props;
	if (!selected) return null;
	const { snapshot } = selected;
	const notes = (snapshot.notes ?? []).map((note) => look.paint('label', fit(`· ${note}`, width)));
	const most = Math.ceil(height / 2);
	const issues = issueLines(look, selected, width, most - 1);
	const issuesHeight = issues.length === 0 ? 0 : Math.min(issues.length + 1, most);
	const notesHeight =
		notes.length === 0 ? 0 : Math.min(notes.length + 1, Math.floor((height - issuesHeight) / 3));
	return (
		<Box flexDirection="column">
			<Panel
				look={look}
				title={snapshot.target.name}
				note={noteOf(props)}
				lines={issues}
				width={width}
				height={issuesHeight}
			/>
			<Figures {...props} node={selected} height={height - issuesHeight - notesHeight} />
			<Panel look={look} title="Notes" lines={notes} width={width} height={notesHeight} />
		</Box>
	);
}

function noteOf({ look, selected }: ScreenProps): string {
	if (!selected) return '';
	const { health } = selected.snapshot;
	return `${look.glyphs.level[levelOf(health)]} ${health.status}  Esc closes`;
}

/** Facts at the left, and below them the checks where they have room; else these stand above the charts. */
function Figures(props: ScreenProps & { readonly node: NodeMoment }): ReactNode {
	const { look, width, height, node, moment } = props;
	const left = width < wideFrom ? width : Math.min(mostFactsWidth, Math.floor((width - gap) / 2));
	const right = width - left - gap;
	const { snapshot } = node;
	const facts = factCards(look, factGroups(snapshot, moment.atMs), left, height - 1);
	const column = { ...props, width: left, height };
	const isBelow = checksBelow(column, facts.length, right);
	const charts = isBelow && right > 0 ? chartsInColumn(column, facts.length, shownSections) : 0;
	const healthHeight =
		isBelow || right <= 0 ? 0 : healthPanelHeight({ look, node, width: right }, checksRoom(height));
	const hasTrouble = snapshot.health.issues.length > 0;
	const panel = {
		title: hasTrouble ? 'Figures' : snapshot.target.name,
		note: hasTrouble ? undefined : noteOf(props),
		lines: facts,
	};
	return (
		<Box>
			{isBelow ? (
				<NodeColumn {...column} {...panel} charted={right > 0 ? shownSections : []} />
			) : (
				<Panel {...panel} look={look} width={left} height={height} />
			)}
			{right > 0 ? (
				<Box flexDirection="column" marginLeft={gap}>
					<HealthPanel
						look={look}
						node={node}
						nowMs={moment.atMs}
						width={right}
						height={healthHeight}
					/>
					<Trends
						{...props}
						sections={shownSections}
						width={right}
						height={height - healthHeight}
						part={partOf(charts, false)}
					/>
				</Box>
			) : null}
		</Box>
	);
}

function checksRoom(height: number): number {
	return Math.floor(height * 0.6);
}

/** Whether the checks stand below the facts: they have room there, and would not tell more beside them. */
function checksBelow(
	{ look, selected: node, width, height }: ScreenProps,
	facts: number,
	right: number,
): boolean {
	if (!node || healthPanelHeight({ look, node, width }, height - facts - 1) === 0) return false;
	if (right <= 0) return true;
	const beside = healthPanelHeight({ look, node, width: right }, checksRoom(height));
	return beside < checkLines(look, node.snapshot, right).length;
}
