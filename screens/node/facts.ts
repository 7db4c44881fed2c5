import { cellWidth } from '../../source/domain/cell-width.ts';
import type { Tone } from '../../source/domain/tone.ts';
import { clientText } from '../../source/sections/client-text.ts';
import type { FieldContext } from '../../source/sections/field.ts';
import { contextOf, linesOf } from '../../source/sections/lines.ts';
import type { Line } from '../../source/sections/lines.ts';
import { sectionEntries, sections } from '../../source/sections/registry.ts';
import type { SectionName } from '../../source/sections/registry.ts';
import { areOfMachine } from '../../source/sections/resources/fields.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import type { FactGroup } from '../../components/fact-cards.ts';
import { fitWithin } from '../../components/line.ts';
import { isSilent } from './silent.ts';

/** One line of a panel: what it is, and what it is now. */
export interface Fact {
	readonly label: string;
	readonly value: string;
	readonly tone?: Tone | undefined;
	/** 1 primary, 2 secondary, 3 detail: details are left out first where there is no room for all. */
	readonly priority?: Line['priority'] | undefined;
}

/** The facts of one section that the node reported, in order; dim where it said them before it fell silent. */
export function sectionFacts(node: NodeSnapshot, name: SectionName, nowMs: number): Line[] {
	const lines = linesOf(node, name, screenContext(node, nowMs));
	if (!isSilent(node) || ofNodetop.has(name)) return lines;
	return lines.map((each) => ({ ...each, tone: 'dim' }));
}

/** What nodetop itself knows of a node that is silent. */
const ofNodetop: ReadonlySet<SectionName> = new Set(['poll', 'probes', 'process']);

/**
 * Everything about a node by section, the most telling first. Of two facts with one label the first is
 * kept: what consensus says of its height and its pending stands for the chain's and the DAG's.
 */
export function factGroups(node: NodeSnapshot, nowMs: number): FactGroup[] {
	const labels = new Set<string>();
	return sectionsByRank()
		.map((name) => ({
			title: sections[name].title,
			facts: sectionFacts(node, name, nowMs)
				.filter(({ paths }) => !(node.chain && paths[0] === 'consensus.height'))
				.filter(({ label }) => !labels.has(label) && labels.add(label))
				.map(({ label, value, tone, priority }) => ({ label, value, priority, tone })),
		}))
		.filter(({ facts }) => facts.length > 0);
}

function sectionsByRank(): SectionName[] {
	return sectionEntries.toSorted(([, a], [, b]) => a.rank - b.rank).map(([name]) => name);
}

function screenContext(node: NodeSnapshot, nowMs: number): FieldContext {
	return contextOf(node, { nowMs, form: 'short', arrows: { down: '↓', up: '↑' } });
}

/** A client with its version, in which the client's name is cut before the number. */
export function clientCell(
	identity: { readonly client?: string | undefined; readonly version?: string | undefined },
	width: number,
): string {
	const { client, version } = identity;
	const whole = clientText(identity);
	const room = width - cellWidth(` ${version}`);
	if (client === undefined || version === undefined || cellWidth(whole) <= width || room < 6) {
		return whole;
	}
	return `${fitWithin(client, room)} ${version}`;
}

/** The node's own resources: not the machine's figures, which say the same of every node on it. */
export function ownResources({ resources, target }: NodeSnapshot): NodeSnapshot['resources'] {
	return resources && areOfMachine(resources, target.kind) ? undefined : resources;
}
