import { levelOf } from '../../source/sections/health/severity.ts';
import { Box } from 'ink';
import type { ReactNode } from 'react';
import { factLines } from '../../components/fact-lines.ts';
import { fit, line, wrap } from '../../components/line.ts';
import { toneOfSeverity } from '../../source/domain/tone.ts';
import type { Look } from '../../components/look.ts';
import { Panel } from '../../components/panel.tsx';
import { tableLines } from '../../components/table.ts';
import type { NodeMoment } from '../../source/sections/moment.ts';
import { nodeFacts } from '../node/facts.ts';
import type { Fact } from '../node/facts.ts';
import { columnsFor } from './fleet-columns.ts';
import { fleetFrameOf } from '../frame.ts';
import type { ScreenProps } from '../frame.ts';
import { groupLines, GroupsPanel } from './groups-panel.tsx';
import { HealthPanel, healthPanelHeight } from '../node/health-panel.tsx';
import { Trends } from '../node/trends.tsx';
import { windowStart } from '../window-start.ts';

const gap = 2;
const minDetailHeight = 9;
/** Whose numbers' movement is shown of the selected node. */
const shownSections = ['consensus', 'dag', 'network', 'resources', 'poll'] as const;

/** The fleet's table, and below it the selected node: what it is, how it moves, what troubles it. */
export function Overview(props: ScreenProps): ReactNode {
	const { look, width, height, moment, listed, selected, view } = props;
	const { nodes: all } = moment;
	if (all.length === 0) return <Welcome {...props} />;
	const networks = groupLines(look, moment, width, height);
	const networksHeight = Math.min(
		networks.length === 0 ? 0 : networks.length + 1,
		Math.floor(height / 3),
	);
	const room = height - networksHeight;
	const wanted = Math.max(4, listed.length + 2);
	const tableHeight = Math.min(wanted, Math.max(room - minDetailHeight, Math.ceil(room / 2)));
	const rowCount = tableHeight - 2;
	const index = selected ? listed.indexOf(selected) : -1;
	const first = windowStart(Math.max(0, index), rowCount, listed.length);
	const table = tableLines(look, {
		columns: columnsFor(listed),
		rows: listed.slice(first, first + rowCount),
		frame: fleetFrameOf(props),
		width,
		selected: index - first,
		sort: view.sort.column === 'none' ? undefined : view.sort,
	});
	const note = rangeNote(first, rowCount, listed.length, all.length);
	return (
		<Box flexDirection="column">
			<Panel
				look={look}
				title="Nodes"
				note={note}
				lines={table}
				width={width}
				height={tableHeight}
			/>
			<GroupsPanel
				look={look}
				lines={networks}
				note={String(moment.groups.length)}
				width={width}
				height={networksHeight}
			/>
			<Detail {...props} height={room - tableHeight} />
		</Box>
	);
}

function rangeNote(first: number, rows: number, listed: number, all: number): string {
	const range =
		listed > rows ? `${first + 1}–${Math.min(first + rows, listed)} of ${listed}` : `${listed}`;
	return listed === all ? range : `${range} (of ${all}, filtered)`;
}

/** Facts at the left; at the right what is wrong, and below it how the node moves. */
function Detail(props: ScreenProps): ReactNode {
	const { look, width, height, selected, moment } = props;
	if (!selected || height < 3) return null;
	const { atMs: nowMs } = moment;
	const { snapshot } = selected;
	const left = Math.floor((width - gap) / 2);
	const right = width - gap - left;
	const { status, issues } = snapshot.health;
	const troubles = issueLines(look, selected, right);
	const facts = factLines(look, withoutDetails(nodeFacts(snapshot, nowMs)), left, height - 1);
	// Only where no fact has to make way for it.
	const healthHeight = healthPanelHeight(selected, height - facts.length - 1);
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
					height={height - healthHeight}
				/>
				<HealthPanel look={look} node={selected} nowMs={nowMs} width={left} height={healthHeight} />
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

/** Details stand on the screen of the one node. */
function withoutDetails(facts: readonly Fact[]): Fact[] {
	return facts.filter(({ priority }) => priority !== 3);
}

/** Each issue with its evidence and what to do. */
export function issueLines(look: Look, { snapshot }: NodeMoment, width: number): string[] {
	return snapshot.health.issues.flatMap((issue) => {
		const tone = toneOfSeverity[issue.severity];
		const head = wrap(issue.message, width - 2).map((text, index) =>
			line(
				look,
				[[tone, `${index === 0 ? look.glyphs.severity[issue.severity] : ' '} ${text}`]],
				width,
			),
		);
		const more = [issue.evidence, issue.nextStep && `→ ${issue.nextStep}`]
			.filter((text) => text !== undefined && text !== '')
			.flatMap((text) => wrap(String(text), width - 4))
			.map((text) => look.paint('label', fit(`    ${text}`, width)));
		return [...head, ...more];
	});
}

/** Nothing is watched: say how to begin. */
function Welcome({ look, width, height, hint }: ScreenProps): ReactNode {
	const text = hint ?? 'no nodes are configured';
	const lines = [
		'',
		...wrap(text, width - 4).map((each) => line(look, [['plain', `  ${each}`]], width)),
	];
	return <Panel look={look} title="Nodes" lines={lines} width={width} height={height} />;
}
