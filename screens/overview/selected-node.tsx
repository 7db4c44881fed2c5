import { Box } from 'ink';
import type { ReactNode } from 'react';
import { factCards } from '../../components/fact-cards.ts';
import { KeptDrawings } from '../../components/kept-drawings.ts';
import type { Look } from '../../components/look.ts';
import { Panel } from '../../components/panel.tsx';
import { levelOf } from '../../source/sections/health/severity.ts';
import type { NodeMoment } from '../../source/sections/moment.ts';
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
	const { snapshot } = selected;
	const left = sideWidth(width - gap, 0.5);
	const right = width - gap - left;
	const { status, issues } = snapshot.health;
	const { troubles, facts, factsHeight } = kept.take(
		selected,
		[look, moment.atMs, width, height],
		() => partsOf(look, selected, moment.atMs, { left, right, height }),
	);
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
					nowMs={moment.atMs}
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

interface Parts {
	readonly troubles: readonly string[];
	readonly facts: readonly string[];
	readonly factsHeight: number;
}

const kept = new KeptDrawings<Parts>();

function partsOf(
	look: Look,
	node: NodeMoment,
	nowMs: number,
	room: { readonly left: number; readonly right: number; readonly height: number },
): Parts {
	const { left, right, height } = room;
	const facts = factCards(look, factGroups(node.snapshot, nowMs), left, height - 1);
	// Only where no fact has to make way for it.
	const healthHeight = healthPanelHeight({ look, node, width: left }, height - facts.length - 1);
	return {
		troubles: issueLines(look, node, right, height - 1),
		facts,
		factsHeight: healthHeight === 0 ? height : Math.min(facts.length + 1, height - healthHeight),
	};
}
