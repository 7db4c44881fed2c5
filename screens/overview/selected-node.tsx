import { Box } from 'ink';
import type { ReactNode } from 'react';
import { factCards } from '../../components/fact-cards.ts';
import { Panel } from '../../components/panel.tsx';
import { levelOf } from '../../source/sections/health/severity.ts';
import type { ScreenProps } from '../frame.ts';
import { factGroups } from '../node/facts.ts';
import { HealthPanel, healthPanelHeight } from '../node/health-panel.tsx';
import { sideWidth } from '../side-width.ts';
import { issueLines } from '../node/issue-lines.ts';
import { Trends } from '../node/trends.tsx';

const gap = 2;
/** Whose numbers' movement is shown of the selected node. */
export const shownSections = ['consensus', 'dag', 'network', 'resources', 'poll'] as const;

/** Facts at the left; at the right what is wrong, and below it how the node moves. */
export function SelectedNode(props: ScreenProps): ReactNode {
	const { look, width, height, selected, moment } = props;
	if (!selected || height < 3) return null;
	const { atMs: nowMs } = moment;
	const { snapshot } = selected;
	const left = sideWidth(width - gap, 0.5);
	const right = width - gap - left;
	const { status, issues } = snapshot.health;
	const troubles = issueLines(look, selected, right, height - 1);
	const facts = factCards(look, factGroups(snapshot, nowMs), left, height - 1);
	// Only where no fact has to make way for it.
	const healthHeight = healthPanelHeight(
		{ look, node: selected, width: left },
		height - facts.length - 1,
	);
	const factsHeight =
		healthHeight === 0 ? height : Math.min(facts.length + 1, height - healthHeight);
	const troubleHeight = issues.length === 0 ? 0 : Math.min(troubles.length + 1, height);
	return (
		<Box>
			<Box flexDirection="column">
				<Panel
					look={look}
					title={snapshot.target.name}
					note={`${look.glyphs.level[levelOf(snapshot.health)]} ${status}`}
					lines={facts}
					width={left}
					height={factsHeight}
				/>
				<HealthPanel
					look={look}
					node={selected}
					nowMs={nowMs}
					width={left}
					height={height - factsHeight}
				/>
			</Box>
			<Box width={gap} />
			<Box flexDirection="column">
				<Panel
					look={look}
					title="Trouble"
					note={String(issues.length)}
					lines={troubles}
					width={right}
					height={troubleHeight}
				/>
				<Trends
					{...props}
					node={selected}
					sections={shownSections}
					width={right}
					height={height - troubleHeight}
				/>
			</Box>
		</Box>
	);
}
