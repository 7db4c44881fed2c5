import type {
	MetricMapping,
	ValidatorFact,
	ValidatorsSource,
} from '../../domain/metric-mapping.ts';
import { clean, cleanText } from '../../domain/clean.ts';
import { defined } from '../../domain/defined.ts';
import type { Integer } from '../../domain/scalars.ts';
import type { Validator } from '../../sections/validators/schema.ts';
import { ownValidators } from '../own-validators.ts';
import { toAmount, toCount, toInteger, toTime } from '../quantity.ts';
import { createValidatorScores, maxValidators } from '../validator-scores.ts';
import { labelOf } from '../series.ts';
import type { Exposition } from './exposition.ts';
import { secondsIn } from './mapped-values.ts';

interface Row {
	name: string | undefined;
	readonly facts: Partial<Record<ValidatorFact, number>>;
	readonly byzantineBy: Map<string, number>;
}

/** Reads the table of validators; keeps what scores are reckoned from. */
export function createValidatorsReader(
	{ validators: source }: MetricMapping,
	mine: readonly string[] | undefined,
): (exposition: Exposition, atMs: number) => Validator[] | undefined {
	const isMine = ownValidators(mine);
	const scores = createValidatorScores();
	return (exposition, atMs) => {
		const rows = source && readRows(exposition, source);
		if (!source || !rows || rows.size === 0) return undefined;
		const list = [...rows].map(([validator, row]): Validator => {
			const { votes, missed } = row.facts;
			const isScored = votes !== undefined && missed !== undefined;
			return {
				validator,
				mine: isMine(validator, row.name),
				...toFacts(row, source),
				...(isScored && scores.next(validator, { done: votes, missed }, atMs)),
			};
		});
		scores.keep(new Set(rows.keys()));
		return list;
	};
}

function readRows(exposition: Exposition, source: ValidatorsSource): Map<string, Row> {
	const rows = new Map<string, Row>();
	for (const [fact, selection] of Object.entries(source.facts)) {
		if (selection === undefined) continue;
		for (const { labels, value } of exposition.series(selection)) {
			const id = clean(labelOf(labels, source.label) ?? '', 100);
			if (id === '' || (!rows.has(id) && rows.size >= maxValidators)) continue;
			const row: Row = rows.get(id) ?? { name: undefined, facts: {}, byzantineBy: new Map() };
			rows.set(id, row);
			if (source.nameLabel !== undefined) row.name ??= cleanText(labelOf(labels, source.nameLabel));
			const name = fact as ValidatorFact; // The schema's keys are the facts' names.
			row.facts[name] = (row.facts[name] ?? 0) + value;
			const type = source.typeLabel && clean(labelOf(labels, source.typeLabel) ?? '', 60);
			if (name === 'byzantine' && type !== undefined && type !== '' && value > 0) {
				row.byzantineBy.set(type, (row.byzantineBy.get(type) ?? 0) + value);
			}
		}
	}
	return rows;
}

function toFacts({ name, facts, byzantineBy }: Row, source: ValidatorsSource): Partial<Validator> {
	const seenSeconds = (facts.lastSeenAt ?? 0) * secondsIn[source.facts.lastSeenAt?.unit ?? 's'];
	const byType = [...byzantineBy].flatMap(([type, count]): [string, Integer][] => {
		const integer = toInteger(count);
		return integer === undefined ? [] : [[type, integer]];
	});
	return defined({
		name,
		power: toAmount(facts.power),
		votes: toInteger(facts.votes),
		missed: toInteger(facts.missed),
		missedInRow: toCount(facts.missedInRow),
		proposals: toInteger(facts.proposals),
		proposalsMissed: toInteger(facts.proposalsMissed),
		lastSeenAt: seenSeconds > 0 ? toTime(Math.round(seenSeconds * 1000)) : undefined,
		byzantine: toInteger(facts.byzantine),
		byzantineBy: byType.length === 0 ? undefined : Object.fromEntries(byType),
		jailed: facts.jailed === undefined ? undefined : facts.jailed !== 0,
		active: facts.active === undefined ? undefined : facts.active !== 0,
	});
}
