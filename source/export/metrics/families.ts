import { UserError } from '../../domain/errors.ts';
import {
	derivedMetrics,
	fieldMetrics,
	infoLabels,
	isCounter,
	toMetricValue,
} from '../../sections/field-metrics.ts';
import type { FieldMetric } from '../../sections/field-metrics.ts';
import { sections } from '../../sections/registry.ts';
import type { SectionName } from '../../sections/registry.ts';
import type { NodeSnapshot, SnapshotDocument } from '../../sections/snapshot.ts';
import { valueAt } from '../../sections/value-at.ts';
import { distinct } from './family.ts';
import type { Family, Labels, Sample } from './family.ts';
import { fleetFamilies } from './fleet-families.ts';
import { listMetrics, peerMetrics } from './list-metrics.ts';

export interface FamilyOptions {
	/** Stands in place of `nodetop` in every name. */
	readonly prefix?: string | undefined;
	/** Adds series for at most 64 peers of each node. */
	readonly withPeers?: boolean | undefined;
}

export const defaultPrefix = 'nodetop';

/** Throws `UserError` for a prefix that no metric's name may begin with. */
export function requirePrefix(prefix: string): string {
	if (/^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(prefix)) return prefix;
	throw new UserError(`"${prefix}" cannot begin the name of a metric`, {
		nextSteps: ['use letters, digits and _, and no digit first: --prefix mynet'],
	});
}

/** All numbers of a document, by metric. Metrics without a series are left out. */
export function familiesOf(
	document: SnapshotDocument,
	{ prefix = defaultPrefix, withPeers = false }: FamilyOptions = {},
): readonly Family[] {
	const nodes = document.nodes.map(toExported);
	const lists = withPeers ? [...listMetrics, ...peerMetrics] : listMetrics;
	const families: readonly Family[] = [
		...fleetFamilies(document),
		nodeInfo(nodes),
		...derivedMetrics.map(({ name, help, factor, read }): Family => {
			const samples = nodes.flatMap(({ node, labels }) => {
				const value = read(node);
				return value === undefined ? [] : [{ labels, value: Number(value) * factor }];
			});
			return { name, type: 'gauge', help, section: 'node', samples };
		}),
		...fieldMetrics.map((metric) => fieldFamily(metric, nodes)),
		...lists.map(({ name, help, section, read }): Family => {
			const samples = nodes.flatMap(({ node, labels: own }) =>
				distinct(read(node).map(({ labels, value }) => ({ labels: { ...own, ...labels }, value }))),
			);
			return { name, type: isCounter(name) ? 'counter' : 'gauge', help, section, samples };
		}),
	];
	return families
		.filter(({ samples }) => samples.length > 0)
		.map((family) => ({ ...family, name: family.name.replace(/^nodetop/, prefix) }));
}

interface Exported {
	/** Without the sections that are old. */
	readonly node: NodeSnapshot;
	readonly labels: Labels;
}

/** What a node reported before its last poll failed would be stored as new. */
function toExported(node: NodeSnapshot): Exported {
	return { node: node.poll.status === 'failed' ? withoutOld(node) : node, labels: labelsOf(node) };
}

function withoutOld(node: NodeSnapshot): NodeSnapshot {
	const kept = Object.entries(node).filter(
		([name]) =>
			!(Object.hasOwn(sections, name) && sections[name as SectionName].filledBy === 'node'),
	);
	// Only sections that not every node has are filled by the node.
	return Object.fromEntries(kept) as NodeSnapshot;
}

export function labelsOf({ target: { name, kind, group } }: NodeSnapshot): Labels {
	return { node: name, kind, ...(group !== undefined && { group }) };
}

function fieldFamily(metric: FieldMetric, nodes: readonly Exported[]): Family {
	const { section, path, name, help, words } = metric;
	const samples = nodes.flatMap(({ node, labels }): Sample[] => {
		const value = valueAt(node[section], path);
		if (value === undefined) return [];
		if (words) {
			return words.map((state) => ({
				labels: { ...labels, state },
				value: state === value ? 1 : 0,
			}));
		}
		const number = toMetricValue(metric, value);
		return number === undefined ? [] : [{ labels, value: number }];
	});
	return {
		name,
		type: isCounter(name) ? 'counter' : 'gauge',
		help,
		section,
		...(words && { stateLabel: 'state' }),
		samples,
	};
}

/** What a node is, in labels. */
function nodeInfo(nodes: readonly Exported[]): Family {
	const samples = nodes.map(({ node, labels }) => {
		const told = infoLabels.flatMap(({ section, path, label }) => {
			const value = valueAt(node[section], path);
			return value === undefined ? [] : [[label, String(value)] as const];
		});
		return { labels: { ...labels, ...Object.fromEntries(told) }, value: 1 };
	});
	const help = 'What a node is, in labels';
	return { name: 'nodetop_node_info', type: 'info', help, section: 'node', samples };
}
