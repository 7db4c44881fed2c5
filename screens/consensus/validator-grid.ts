import { fit, line } from '../../components/line.ts';
import type { Span } from '../../components/line.ts';
import type { Look } from '../../components/look.ts';
import { cellWidth } from '../../source/domain/cell-width.ts';
import { formatCount, formatRatio, missing } from '../../source/domain/format.ts';
import type { Tone } from '../../source/domain/tone.ts';
import { shorten } from '../../source/domain/units.ts';
import type { Validator } from '../../source/sections/validators/schema.ts';

const goodScore = 0.95;
const badScore = 0.5;
const mostNameWidth = 22;
const scoreWidth = 7;
const countWidth = 9;
const leastHistory = 10;

/**
 * A row for each validator: its score over the last ten minutes as cells, and what it missed. One's own and the
 * worst come first; who does all duties is dim. `height` rows at most; the last says how many are left out.
 */
export function validatorLines(
	look: Look,
	validators: readonly Validator[],
	width: number,
	height: number,
): string[] {
	if (validators.length === 0 || height < 2) return [];
	const sorted = validators.toSorted((a, b) => rankOf(a) - rankOf(b));
	const isCut = sorted.length > height - 1;
	const shown = sorted.slice(0, isCut ? height - 2 : height - 1);
	const names = shown.map((each) => cellWidth(nameOf(each)));
	const nameWidth = Math.min(mostNameWidth, Math.max(9, ...names) + 2);
	const history = width - nameWidth - scoreWidth - 2 * countWidth - 1;
	const left = sorted.length - shown.length;
	return [
		headingOf(look, nameWidth, history, width),
		...shown.map((each) => rowOf(look, each, { nameWidth, history, width })),
		...(isCut ? [line(look, [['dim', `${formatCount(left)} more`]], width)] : []),
	];
}

/** Lowest first: trouble of one's own, trouble of others, one's own, others. */
function rankOf(each: Validator): number {
	const trouble = isTroubled(each) ? 0 : 10;
	return trouble + (each.mine ? 0 : 5) + (each.score ?? 1);
}

function isTroubled({ jailed, tombstoned, slashed, byzantine = 0, missedInRow = 0 }: Validator) {
	return (
		jailed === true ||
		tombstoned === true ||
		slashed === true ||
		Number(byzantine) > 0 ||
		missedInRow >= 3
	);
}

function nameOf({ name, validator, mine }: Validator): string {
	return `${mine ? '*' : ''}${name ?? shorten(validator)}`;
}

function headingOf(look: Look, nameWidth: number, history: number, width: number): string {
	const titles = [
		fit('VALIDATOR', nameWidth),
		...(history >= leastHistory ? [fit('10 MIN', history)] : []),
		fit('SCORE', scoreWidth, 'right'),
		fit('MISSED', countWidth, 'right'),
		fit('STATE', countWidth + 1, 'right'),
	];
	return line(look, [['label', titles.join('')]], width);
}

interface Room {
	readonly nameWidth: number;
	readonly history: number;
	readonly width: number;
}

function rowOf(look: Look, each: Validator, { nameWidth, history, width }: Room): string {
	const { score, missed, missedInRow = 0 } = each;
	const isWell = !isTroubled(each) && (score ?? 1) >= goodScore;
	const quiet: Tone = isWell ? (each.mine ? 'plain' : 'dim') : 'strong';
	const [tone, state] = stateOf(each);
	const missedText = missed === undefined ? missing : formatCount(missed);
	return line(
		look,
		[
			[quiet, fit(nameOf(each), nameWidth)],
			...(history >= leastHistory ? historyOf(look, each, history) : []),
			[
				toneOfScore(score),
				fit(score === undefined ? missing : formatRatio(score), scoreWidth, 'right'),
			],
			[missedInRow >= 3 ? 'bad' : quiet, fit(missedText, countWidth, 'right')],
			[tone, fit(state, countWidth + 1, 'right')],
		],
		width,
	);
}

function stateOf(each: Validator): readonly [Tone, string] {
	const { tombstoned, slashed, jailed, byzantine = 0, missedInRow = 0, active } = each;
	if (tombstoned === true) return ['bad', 'excluded'];
	if (slashed === true) return ['bad', 'slashed'];
	if (jailed === true) return ['bad', 'jailed'];
	if (Number(byzantine) > 0) return ['bad', 'byzantine'];
	if (missedInRow >= 3) return ['warn', `-${missedInRow}`];
	if (active === false) return ['warn', 'inactive'];
	return ['dim', votesOf(each)];
}

/** Prevote and precommit of the present round, where the node tells them. */
function votesOf({ prevoted, precommitted }: Validator): string {
	if (prevoted === undefined) return 'votes';
	return precommitted === true ? 'precommit' : prevoted ? 'prevote' : 'waits';
}

/** The newest slots of time at the right; a slot without a duty is blank. */
function historyOf(look: Look, { scores = [] }: Validator, width: number): Span[] {
	const { heat, dot } = look.glyphs;
	const cells = scores.slice(-Math.min(width - 1, 30)).map((score): Span => {
		if (score === null) return ['dim', ' '];
		if (score >= goodScore) return ['dim', dot];
		return score >= badScore ? ['warn', heat.warning] : ['bad', heat.critical];
	});
	return [...cells, ['dim', ' '.repeat(Math.max(0, width - cells.length))]];
}

function toneOfScore(score: number | undefined): Tone {
	if (score === undefined || score >= goodScore) return 'dim';
	return score >= badScore ? 'warn' : 'bad';
}
