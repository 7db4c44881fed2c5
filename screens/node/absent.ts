import { fit, wrap } from '../../components/line.ts';
import { formatNames } from '../../source/domain/format.ts';
import { sections } from '../../source/sections/registry.ts';
import type { ReadSectionName } from '../../source/sections/registry.ts';
import type { NodeMoment } from '../../source/sections/moment.ts';
import type { ScreenProps } from '../frame.ts';
import type { WhyAbsent } from '../services.ts';

/**
 * Dim lines that say why a section is not there: the kind never has it, the node was not read yet, or
 * this node does not report it; then which nodes have it.
 */
export function absentLines(
	{ look, selected, moment, whyAbsent, hint }: ScreenProps,
	section: ReadSectionName,
	width: number,
): string[] {
	const having = moment.nodes.filter(({ snapshot }) => snapshot[section] !== undefined);
	const names = formatNames(having.map(({ snapshot }) => snapshot.target.name));
	const others =
		having.length === 0 ? [] : ['', ...wrap(`reported by ${names}; n is the next node`, width)];
	return [
		...wrap(reason(selected, section, whyAbsent), width),
		...(selected ? whatIsWrong(selected, width) : []),
		...others,
		...(hint === undefined ? [] : ['', ...wrap(beginning, width)]),
	].map((text) => look.paint('dim', fit(text, width)));
}

const beginning =
	'no node is watched yet: A finds nodes on this machine and adds one; nodetop demo shows small networks';

/** Of a node that never answered: why, and what to do. */
function whatIsWrong({ snapshot: { poll, health } }: NodeMoment, width: number): string[] {
	const [issue] = health.issues;
	if (poll.status !== 'failed' || poll.lastGoodAt !== undefined || !issue) return [];
	const { message, nextStep } = issue;
	return ['', ...wrap(message, width), ...(nextStep ? wrap(`→ ${nextStep}`, width) : [])];
}

function reason(
	node: NodeMoment | undefined,
	section: ReadSectionName,
	whyAbsent: WhyAbsent,
): string {
	if (!node) return 'no node is selected';
	const { poll, target } = node.snapshot;
	const never = whyAbsent(target.kind, section);
	if (never !== undefined) return never;
	if (poll.status === 'pending') return 'waiting for the first answer…';
	if (poll.lastGoodAt === undefined) return 'this node has not answered yet';
	return `this ${target.kind} node does not report ${sections[section].subject}`;
}
