import type { Rule, RuleComparison } from '../domain/rule.ts';
import type { Observation } from '../domain/observe.ts';
import { readField } from '../domain/field-path.ts';
import type { RuleSubject } from './subjects.ts';

/** Remembers which fields each node has reported, and notices those that it no longer reports. */
export interface ReportedFields {
	/** Records the fields of a node; call it once for each evaluation. */
	record(node: RuleSubject): void;
	/** Bad if a field was reported before and is missing in three polls in a row. */
	observe(node: RuleSubject): Observation;
	/** Restores the missing fields from an alert of an earlier process. */
	restore(node: string, missing: readonly string[]): void;
	/** Fields that are missing in three polls in a row. */
	missing(node: string): readonly string[];
	forget(known: ReadonlySet<string>): void;
}

/** Number of polls in a row without a field until it counts as missing. */
const pollsUntilMissing = 3;

interface FieldHistory {
	freshness: string;
	/** Polls in a row without the field, by path. */
	readonly absent: Map<string, number>;
}

export function createReportedFields(rules: Iterable<Rule>): ReportedFields {
	const byKind = new Map<string, readonly string[]>();
	const all = [...rules].filter(({ scope }) => scope === 'node');
	const nodes = new Map<string, FieldHistory>();

	function pathsFor(kind: string): readonly string[] {
		const known = byKind.get(kind);
		if (known) return known;
		const applicable = all.filter(({ kinds }) => kinds === undefined || kinds.includes(kind));
		const paths = [...new Set(applicable.flatMap((rule) => pathsOf(rule)))].filter(isOfNode);
		byKind.set(kind, paths);
		return paths;
	}

	function missing(name: string): readonly string[] {
		const paths: string[] = [];
		nodes.get(name)?.absent.forEach((polls, path) => {
			if (polls >= pollsUntilMissing) paths.push(path);
		});
		return paths;
	}

	return {
		record({ labels: { node = '', kind = '' }, root, freshness, isUnseen, isCutShort }) {
			if (isUnseen) return;
			const history = nodes.get(node) ?? { freshness: '', absent: new Map<string, number>() };
			nodes.set(node, history);
			if (history.freshness === freshness) return;
			history.freshness = freshness;
			for (const path of pathsFor(kind)) {
				const polls = history.absent.get(path);
				if (readField(root, path) !== undefined) history.absent.set(path, 0);
				else if (polls !== undefined && isCutShort !== true) history.absent.set(path, polls + 1);
			}
		},
		observe({ labels: { node = '' }, isUnseen }) {
			if (isUnseen) return { kind: 'noData' };
			const paths = missing(node);
			if (paths.length === 0) return { kind: 'good' };
			const shown = paths.slice(0, 5).join(', ');
			const more = paths.length > 5 ? `, +${paths.length - 5} more` : '';
			const message = `${paths.length === 1 ? 'a value is' : `${paths.length} values are`} no longer reported`;
			return {
				kind: 'bad',
				severity: 'warning',
				finding: { message, evidence: `${shown}${more}` },
			};
		},
		restore(node, paths) {
			if (nodes.has(node)) return;
			const absent = new Map(paths.map((path) => [path, pollsUntilMissing]));
			nodes.set(node, { freshness: '', absent });
		},
		missing,
		forget(known) {
			for (const name of nodes.keys()) if (!known.has(name)) nodes.delete(name);
		},
	};
}

/** nodetop measures a poll and a clock itself, and does not know them while this machine is too busy. */
function isOfNode(path: string): boolean {
	return !path.startsWith('poll.') && !path.startsWith('clock.');
}

/** The fields that a rule needs. */
function pathsOf({ condition }: Rule): string[] {
	return [
		...(condition.absentIsUsual === true ? [] : (condition.needs ?? [])),
		...pathsOfValue(condition),
		...(condition.where ?? []).flatMap((gate) => pathsOfValue(gate)),
	];
}

function pathsOfValue({ value, absentIsGood, absentIsUsual }: RuleComparison): string[] {
	if (value === undefined || absentIsGood === true || absentIsUsual === true) return [];
	const { field, age, rate, increase, changes, average, per } = value;
	return [field, age, rate, increase, changes, average, per].filter((path) => path !== undefined);
}
