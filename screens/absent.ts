import { wrap } from '../components/line.ts';
import { fit } from '../components/line.ts';
import type { Look } from '../components/look.ts';
import type { NodeState } from '../source/fleet/fleet.ts';
import type { SectionName } from '../source/adapters/adapter.ts';
import type { WhyAbsent } from './services.ts';

/**
 * Dim lines that say why a section is not there: the kind never has it, the node was not read yet, or
 * this node did not tell.
 */
export function absentLines(
	look: Look,
	node: NodeState | undefined,
	section: SectionName,
	width: number,
	whyAbsent: WhyAbsent,
): string[] {
	return wrap(reason(node, section, whyAbsent), width).map((text) =>
		look.paint('dim', fit(text, width)),
	);
}

function reason(node: NodeState | undefined, section: SectionName, whyAbsent: WhyAbsent): string {
	if (!node) return 'no node is selected';
	const { poll, target } = node.snapshot;
	const never = whyAbsent(target.kind, section);
	if (never !== undefined) return never;
	if (poll.status === 'pending') return 'waiting for the first answer…';
	if (poll.lastGoodAt === undefined) return 'nothing was read from this node yet';
	return `this ${target.kind} node did not tell`;
}
