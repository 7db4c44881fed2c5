import { toneOfLevel } from '../domain/tone.ts';
import { formatAge, formatNames } from '../domain/format.ts';
import type { Group, ConnectionVerdict } from '../sections/group/schema.ts';
import type { SnapshotDocument } from '../sections/snapshot.ts';
import type { HealthLevel, ConnectionFault } from '../domain/words.ts';
import { levelOfGroup } from '../sections/group/level.ts';
import { wrap } from './text-style.ts';
import type { TextStyle } from './text-style.ts';

const levelOfVerdict: Readonly<Record<ConnectionFault, HealthLevel>> = {
	us: 'critical',
	them: 'warning',
	unknown: 'unknown',
	busy: 'warning',
	clock: 'warning',
};
const wordsOfVerdict: Readonly<Record<ConnectionFault, string>> = {
	us: 'own connection lost',
	them: 'the nodes, not our connection',
	unknown: 'the nodes or our connection',
	busy: 'this machine is too busy',
	clock: 'the clock of this machine is wrong',
};

const indent = '  ';
const namesShown = 6;

/**
 * What the nodes of each network show together: a line a network with its state, its members and what
 * was found, such as the sides or the point of a fork; and whose fault it is when many nodes fail. A
 * network of one node says nothing, and is left out.
 */
export function groupLines(
	{ nodes: all, groups, witness }: SnapshotDocument,
	style: TextStyle,
): string[] {
	return [
		...(witness ? witnessLines(witness, style) : []),
		...groups
			.filter(({ nodes }) => nodes.length > 1)
			.flatMap((group) => oneGroup(group, levelOfGroup(group, all), style)),
	];
}

function oneGroup(group: Group, level: HealthLevel, style: TextStyle): string[] {
	const { name, state, nodes, message, since } = group;
	// One look knows no duration.
	const isNew = style.nowMs - Date.parse(since) < 1000;
	const age = level === 'ok' || isNew ? '' : ` (for ${formatAge(since, style.nowMs)})`;
	const members = formatNames(nodes, namesShown);
	const head = `${style.marks.level[level]} ${name} ${state}: ${message}${age} [${members}]`;
	return painted(head, level, style);
}

function witnessLines(witness: ConnectionVerdict, style: TextStyle): string[] {
	const { verdict, message, evidence } = witness;
	const level = levelOfVerdict[verdict];
	const head = `${style.marks.level[level]} ${wordsOfVerdict[verdict]}: ${message}`;
	const why = evidence.flatMap((text) => wrapped(text, style));
	return [...painted(head, level, style), ...why];
}

function painted(text: string, level: HealthLevel, style: TextStyle): string[] {
	return wrap(style.show(text), style.width).map((line) => {
		return style.paint(level === 'ok' ? 'plain' : toneOfLevel[level], line);
	});
}

function wrapped(text: string, style: TextStyle): string[] {
	return wrap(style.show(text), style.width - indent.length).map((line) => indent + line);
}
