import { formatAge, formatNames } from '../domain/format.ts';
import type { Group, Witness } from '../sections/group/schema.ts';
import type { SnapshotDocument } from '../sections/snapshot.ts';
import type { Health, WitnessVerdict } from '../domain/words.ts';
import { healthOfGroup } from '../domain/words.ts';
import { toneOfHealth, wrap } from './paper.ts';
import type { Paper } from './paper.ts';

const healthOfVerdict: Readonly<Record<WitnessVerdict, Health>> = {
	us: 'down',
	them: 'degraded',
	unknown: 'unknown',
};
const wordsOfVerdict: Readonly<Record<WitnessVerdict, string>> = {
	us: 'own connection lost',
	them: 'the nodes, not our connection',
	unknown: 'the nodes or our connection',
};

const indent = '  ';
const namesShown = 6;

/**
 * What the nodes of each network show together: a line a network with its state, its members and what
 * was found, such as the sides or the point of a fork; and whose fault it is when many nodes fail. A
 * network of one node says nothing, and is left out.
 */
export function groupLines({ groups, witness }: SnapshotDocument, paper: Paper): string[] {
	return [
		...(witness ? witnessLines(witness, paper) : []),
		...groups.filter(({ nodes }) => nodes.length > 1).flatMap((group) => oneGroup(group, paper)),
	];
}

function oneGroup(group: Group, paper: Paper): string[] {
	const { name, state, nodes, message, since } = group;
	const health = healthOfGroup[state];
	// One look knows no duration.
	const isNew = paper.nowMs - Date.parse(since) < 1000;
	const age = health === 'up' || isNew ? '' : ` (for ${formatAge(since, paper.nowMs)})`;
	const members = formatNames(nodes, namesShown);
	const head = `${paper.marks.health[health]} ${name} ${state}: ${message}${age} [${members}]`;
	return painted(head, health, paper);
}

function witnessLines(witness: Witness, paper: Paper): string[] {
	const { verdict, message, evidence } = witness;
	const health = healthOfVerdict[verdict];
	const head = `${paper.marks.health[health]} ${wordsOfVerdict[verdict]}: ${message}`;
	const why = evidence.flatMap((text) => wrapped(text, paper));
	return [...painted(head, health, paper), ...why];
}

function painted(text: string, health: Health, paper: Paper): string[] {
	return wrap(paper.show(text), paper.width).map((line) => {
		return paper.paint(health === 'up' ? 'plain' : toneOfHealth[health], line);
	});
}

function wrapped(text: string, paper: Paper): string[] {
	return wrap(paper.show(text), paper.width - indent.length).map((line) => indent + line);
}
