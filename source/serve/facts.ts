import { contextOf, linesOf } from '../sections/lines.ts';
import { sectionEntries } from '../sections/registry.ts';
import type { NodeSnapshot } from '../sections/snapshot.ts';

interface FactBlock {
	readonly title: string;
	readonly facts: readonly {
		readonly label: string;
		readonly value: string;
		readonly tone: string;
	}[];
}

/** Everything that a node reported, in words, as the screens show it; a block for each section. */
export function factsOf(node: NodeSnapshot, nowMs: number): FactBlock[] {
	const context = contextOf(node, { nowMs, form: 'short', arrows: { down: '↓', up: '↑' } });
	return sectionEntries.flatMap(([name, { title }]) => {
		const facts = linesOf(node, name, context).map(({ label, value, tone }) => ({
			label,
			value,
			tone,
		}));
		return facts.length === 0 ? [] : [{ title, facts }];
	});
}
