import { levelOf } from '../../source/sections/health/severity.ts';
import { Box } from 'ink';
import type { ReactNode } from 'react';
import { factCards } from '../../components/fact-cards.ts';
import { fit } from '../../components/line.ts';
import { Panel } from '../../components/panel.tsx';
import type { ScreenProps } from '../frame.ts';
import { HealthPanel, healthPanelHeight } from './health-panel.tsx';
import { factGroups } from './facts.ts';
import { Trends } from './trends.tsx';
import { issueLines } from './issue-lines.ts';

const gap = 2;
/** From here on the checks and the charts stand beside the facts. */
const wideFrom = 100;
/** Facts need no more; charts do. */
const mostFactsWidth = 72;
const shownSections = ['consensus', 'network', 'resources', 'poll'] as const;

/** The selected node over the whole screen: every fact, and everything that troubles it. */
export function NodeDetail(props: ScreenProps): ReactNode {
	const { look, width, height, selected, moment } = props;
	if (!selected) return null;
	const { atMs: nowMs } = moment;
	const { snapshot } = selected;
	const notes = (snapshot.notes ?? []).map((note) => look.paint('label', fit(`· ${note}`, width)));
	const issues = [...issueLines(look, selected, width), ...notes];
	const issuesHeight = issues.length === 0 ? 0 : Math.min(issues.length + 1, Math.ceil(height / 2));
	const factsHeight = height - issuesHeight;
	const left = width < wideFrom ? width : Math.min(mostFactsWidth, Math.floor((width - gap) / 2));
	const right = width - left - gap;
	const healthHeight =
		right > 0
			? healthPanelHeight({ look, node: selected, width: right }, Math.floor(factsHeight * 0.6))
			: 0;
	return (
		<Box flexDirection="column">
			<Box>
				<Panel
					look={look}
					title={snapshot.target.name}
					note={`${look.glyphs.level[levelOf(snapshot.health)]} ${snapshot.health.status}  Esc closes`}
					lines={factCards(look, factGroups(snapshot, nowMs), left, factsHeight - 1)}
					width={left}
					height={factsHeight}
				/>
				{right > 0 ? (
					<Box flexDirection="column" marginLeft={gap}>
						<HealthPanel
							look={look}
							node={selected}
							nowMs={nowMs}
							width={right}
							height={healthHeight}
						/>
						<Trends
							{...props}
							node={selected}
							sections={shownSections}
							width={right}
							height={factsHeight - healthHeight}
						/>
					</Box>
				) : null}
			</Box>
			<Panel
				look={look}
				title="Trouble and notes"
				lines={issues}
				width={width}
				height={issuesHeight}
			/>
		</Box>
	);
}
