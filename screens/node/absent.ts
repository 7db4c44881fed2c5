import { fit, wrap } from '../../components/line.ts';
import type { SectionName } from '../../source/adapters/adapter.ts';
import { formatNames } from '../../source/domain/format.ts';
import type { NodeMoment } from '../../source/sections/moment.ts';
import type { ScreenProps } from '../frame.ts';
import type { WhyAbsent } from '../services.ts';

const subjects: Readonly<Record<SectionName, string>> = {
	identity: 'who it is',
	consensus: 'its consensus',
	dag: 'a DAG',
	chain: 'a chain',
	network: 'its network',
	resources: 'what it uses',
};

/**
 * Dim lines that say why a section is not there: the kind never has it, the node was not read yet, or
 * this node did not tell; then which nodes have it.
 */
export function absentLines(
	{ look, selected, moment, whyAbsent }: ScreenProps,
	section: SectionName,
	width: number,
): string[] {
	const having = moment.nodes.filter(({ snapshot }) => snapshot[section] !== undefined);
	const names = formatNames(having.map(({ snapshot }) => snapshot.target.name));
	const others =
		having.length === 0 ? [] : ['', ...wrap(`told by ${names}; n is the next node`, width)];
	return [...wrap(reason(selected, section, whyAbsent), width), ...others].map((text) =>
		look.paint('dim', fit(text, width)),
	);
}

function reason(node: NodeMoment | undefined, section: SectionName, whyAbsent: WhyAbsent): string {
	if (!node) return 'no node is selected';
	const { poll, target } = node.snapshot;
	const never = whyAbsent(target.kind, section);
	if (never !== undefined) return never;
	if (poll.status === 'pending') return 'waiting for the first answer…';
	if (poll.lastGoodAt === undefined) return 'nothing was read from this node yet';
	return `this ${target.kind} node tells nothing of ${subjects[section]}`;
}
