import type { ReactNode } from 'react';
import { cellWidth } from '../../source/domain/cell-width.ts';
import { fit, line, wrap } from '../../components/line.ts';
import type { Span } from '../../components/line.ts';
import { toneOfLevel } from '../../source/domain/tone.ts';
import type { Look } from '../../components/look.ts';
import { Panel } from '../../components/panel.tsx';
import { formatAge, formatMs } from '../../source/domain/format.ts';
import { levelOfGroup } from '../../source/sections/group/level.ts';
import type { Group, ConnectionVerdict } from '../../source/sections/group/schema.ts';
import type { Moment } from '../../source/sections/moment.ts';
import type { HealthLevel, ConnectionFault } from '../../source/domain/words.ts';
import { healthLevels } from '../../source/domain/words.ts';

const wordOfVerdict: Readonly<Record<ConnectionFault, string>> = {
	us: 'own connection lost',
	them: 'the nodes, not us',
	unknown: 'unknown whose fault',
	busy: 'this machine is too busy',
	clock: 'the clock of this machine is wrong',
};

export type GroupsView = Pick<Moment, 'nodes' | 'groups' | 'witness' | 'atMs'>;

/** A group with how bad its state is. */
interface RankedGroup {
	readonly group: Group;
	readonly level: HealthLevel;
}

const roomyWidth = 110;
const roomyHeight = 32;
const mostGroups = 3;
const mostGroupsRoomy = 6;
/** Names are aligned up to here: what is wrong stands after them. */
const mostNameWidth = 32;
const stateWidth = 'partitioned'.length;

/**
 * What the nodes of each network show together, the worst first; empty where nothing can be compared,
 * as with one node a network. A line a group, and where there is room what speaks for it.
 */
export function groupLines(look: Look, view: GroupsView, width: number, height: number): string[] {
	const isRoomy = width >= roomyWidth && height >= roomyHeight;
	const snapshots = view.nodes.map(({ snapshot }) => snapshot);
	const shown = view.groups
		.filter(({ nodes }) => nodes.length > 1)
		.map((group): RankedGroup => ({ group, level: levelOfGroup(group, snapshots) }))
		.sort((a, b) => healthLevels.indexOf(a.level) - healthLevels.indexOf(b.level));
	const good = shown.filter(({ group }) => group.state === 'agreed');
	const isJoined = !isRoomy && good.length > 1;
	const listed = isJoined ? shown.filter(({ group }) => group.state !== 'agreed') : shown;
	const most = isRoomy ? mostGroupsRoomy : mostGroups;
	// Aligned where the message has room all the same.
	const nameWidth = isRoomy ? Math.max(0, ...listed.map(({ group }) => cellWidth(group.name))) : 0;
	const lines = listed.slice(0, most).flatMap((ranked) => {
		const head = groupLine(look, ranked, view.atMs, Math.min(nameWidth, mostNameWidth), width);
		const isWrong = ranked.level !== 'ok';
		return isRoomy && isWrong ? [head, ...moreLines(look, ranked.group, width)] : [head];
	});
	if (isJoined) lines.push(joinedLine(look, good, width));
	const left = listed.length - most;
	if (left > 0) lines.push(look.paint('dim', fit(`  and ${left} more groups`, width)));
	return [...witnessLines(look, view.witness, width), ...lines];
}

/** Networks in which all agree, in one line: the room is for the nodes. */
function joinedLine(look: Look, groups: readonly RankedGroup[], width: number): string {
	const names = groups.map(({ group }) => group.name).join(', ');
	const head: Span = ['good', ` ${look.glyphs.level.ok} ${'agreed'.padEnd(stateWidth)} `];
	return line(look, [head, ['plain', names]], width);
}

function groupLine(
	look: Look,
	{ group, level }: RankedGroup,
	nowMs: number,
	nameWidth: number,
	width: number,
): string {
	const tone = toneOfLevel[level];
	const isGood = level === 'ok';
	const spans: Span[] = [
		[tone, ` ${look.glyphs.level[level]} ${group.state.padEnd(stateWidth)} `],
		['strong', `${group.name.padEnd(nameWidth)}  `],
		...(isGood ? [] : [['dim', `${formatAge(group.since, nowMs)} `] as const]),
		[isGood ? 'plain' : tone, group.message],
	];
	if (!isGood) return line(look, spans, width);
	const room = width - spans.reduce((sum, [, text]) => sum + cellWidth(text), 0);
	return line(look, [...spans, ['dim', wholeParts(spreadParts(group), room)]], width);
}

/** As many of the parts as can be read whole. */
function wholeParts(parts: readonly string[], room: number): string {
	const count = parts.findLastIndex(
		(_, index) => cellWidth(parts.slice(0, index + 1).join(separator)) + separator.length <= room,
	);
	return parts
		.slice(0, count + 1)
		.map((part) => separator + part)
		.join('');
}

/** Evidence and next step of what is wrong; then versions, clocks and peers in one line. */
function moreLines(look: Look, group: Group, width: number): string[] {
	const { evidence, nextStep, state, notes = [] } = group;
	const isWrong = state !== 'agreed' && state !== 'unknown';
	const why = isWrong ? [evidence, nextStep && `→ ${nextStep}`] : [];
	const texts = [...why, spreadParts(group).join(separator), ...notes].filter(
		(text) => text !== undefined && text !== '',
	);
	return texts
		.flatMap((text) => wrap(String(text), width - 4))
		.map((text) => look.paint('label', fit(`    ${text}`, width)));
}

const separator = ' · ';

function spreadParts({ versions = {}, clock, peers }: Group): string[] {
	const kinds = Object.entries(versions);
	return [
		...(kinds.length > 1
			? [
					`versions ${kinds
						.slice(0, 4)
						.map(([version, nodes]) => `${version} ×${nodes}`)
						.join(', ')}`,
				]
			: []),
		...(clock
			? [
					`clocks within ${formatMs(clock.maxSkewMs)}${clock.outliers.length > 0 ? ` (${clock.outliers.slice(0, 3).join(', ')} off)` : ''}`,
				]
			: []),
		...(peers ? [`${peers.distinct} distinct peers, ${peers.inCommon} in common`] : []),
		...(peers?.commonestClient
			? [
					`${Math.round(peers.commonestClient.ratio * 100)}% of peers run ${peers.commonestClient.client}`,
				]
			: []),
	];
}

function witnessLines(look: Look, witness: ConnectionVerdict | undefined, width: number): string[] {
	if (!witness) return [];
	const tone = witness.verdict === 'us' ? 'bad' : 'warn';
	const { severity } = look.glyphs;
	const glyph = witness.verdict === 'us' ? severity.critical : severity.warning;
	const head: Span[] = [
		[tone, ` ${glyph} ${wordOfVerdict[witness.verdict]} `],
		['plain', witness.message],
	];
	return [line(look, head, width)];
}

export interface GroupsPanelProps {
	readonly look: Look;
	/** Ready lines of `groupLines`. */
	readonly lines: readonly string[];
	readonly note: string;
	readonly width: number;
	readonly height: number;
}

/** The panel of the groups; nothing when its height is 0. */
export function GroupsPanel(props: GroupsPanelProps): ReactNode {
	return <Panel {...props} title="Groups" />;
}
