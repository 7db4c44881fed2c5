import type { Rule, RuleComparison } from '../domain/rule.ts';
import type { Observation } from '../domain/observe.ts';
import { readField } from '../domain/field-path.ts';
import type { Candidate } from './subjects.ts';

/** Remembers which fields each node has told, to notice those that it does not tell any more. */
export interface ReportedFields {
	/** Takes a look at a node; call it once an evaluation. */
	look(node: Candidate): void;
	/** Whether a node has stopped telling something for three looks. */
	observe(node: Candidate): Observation;
	/** Takes over from an alert of an earlier process what was missing then. */
	restore(node: string, missing: readonly string[]): void;
	/** What a node has not told for three looks. */
	missing(node: string): readonly string[];
	forget(known: ReadonlySet<string>): void;
}

/** Polls without a field after which it counts as not told any more. */
const looksUntilMissing = 3;

interface Told {
	freshness: string;
	/** Looks without it, by path. */
	readonly absent: Map<string, number>;
}

export function createReportedFields(rules: Iterable<Rule>): ReportedFields {
	const byKind = new Map<string, readonly string[]>();
	const all = [...rules].filter(({ scope }) => scope === 'node');
	const nodes = new Map<string, Told>();

	function pathsFor(kind: string): readonly string[] {
		const known = byKind.get(kind);
		if (known) return known;
		const asked = all.filter(({ kinds }) => kinds === undefined || kinds.includes(kind));
		const paths = [...new Set(asked.flatMap((rule) => pathsOf(rule)))];
		byKind.set(kind, paths);
		return paths;
	}

	function missing(name: string): readonly string[] {
		const paths: string[] = [];
		nodes.get(name)?.absent.forEach((looks, path) => {
			if (looks >= looksUntilMissing) paths.push(path);
		});
		return paths;
	}

	return {
		look({ labels: { node = '', kind = '' }, root, freshness, isUnseen }) {
			if (isUnseen) return;
			const told = nodes.get(node) ?? { freshness: '', absent: new Map<string, number>() };
			nodes.set(node, told);
			if (told.freshness === freshness) return;
			told.freshness = freshness;
			for (const path of pathsFor(kind)) {
				const looks = told.absent.get(path);
				if (readField(root, path) !== undefined) told.absent.set(path, 0);
				else if (looks !== undefined) told.absent.set(path, looks + 1);
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
			const absent = new Map(paths.map((path) => [path, looksUntilMissing]));
			nodes.set(node, { freshness: '', absent });
		},
		missing,
		forget(known) {
			for (const name of nodes.keys()) if (!known.has(name)) nodes.delete(name);
		},
	};
}

/** The fields without which a rule cannot judge. */
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
