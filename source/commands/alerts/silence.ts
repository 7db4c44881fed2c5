import { randomBytes } from 'node:crypto';
import { matches } from '../../domain/label-match.ts';
import { subjectOf } from '../../alerts/subject-of.ts';
import { parseSpan } from '../../config/duration.ts';
import { didYouMean } from '../../config/nearest.ts';
import { clean } from '../../domain/clean.ts';
import { UserError } from '../../domain/errors.ts';
import { silenceEntrySchema } from '../../domain/rule.ts';
import type { LabelMatch } from '../../domain/rule.ts';
import { authorOf, bookFlags, leaveActions, openAlertBook } from './alert-book.ts';
import type { AlertBook } from './alert-book.ts';
import type { CommandContext } from '../command.ts';
import { parseFlags } from '../flags.ts';
import { warnOn } from '../warn.ts';

const maxDays = 7;
const usage = 'nodetop alerts silence node=validator --for 2h';
/** What the engine gives alerts; a rule may have more of its own. */
const usualLabels = [
	'node',
	'group',
	'kind',
	'rule',
	'severity',
	'component',
	'nodeGroup',
	'tags',
	'peer',
	'satellite',
	'validator',
];

/** `nodetop alerts silence LABEL=VALUE… --for DURATION`. */
export async function silenceAlerts(context: CommandContext): Promise<number> {
	const { flags, input } = await parseFlags(context.argv, {
		...bookFlags,
		for: { type: 'string' },
		comment: { type: 'string' },
		by: { type: 'string' },
	});
	if (flags.for === undefined) {
		throw new UserError('alerts silence needs --for DURATION', { nextSteps: [usage] });
	}
	const spanMs = parseSpan(flags.for, '--for', maxDays);
	const match = readMatch(input);
	const nowMs = context.clock.now();
	const author = authorOf(flags.by, context);
	const entry = silenceEntrySchema.safeParse({
		match,
		startsAt: new Date(nowMs).toISOString(),
		endsAt: new Date(nowMs + spanMs).toISOString(),
		...(author !== undefined && { author }),
		...(flags.comment !== undefined && { comment: clean(flags.comment, 500) }),
	});
	if (!entry.success) {
		const [issue] = entry.error.issues;
		throw new UserError(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`, {
			nextSteps: [usage],
		});
	}
	const book = await openAlertBook(context, flags);
	warnOfUnknownLabels(match, book, warnOn(context));
	const silence = { id: randomBytes(4).toString('hex'), ...entry.data };
	const came = await leaveActions(book, [{ type: 'silence', silence }], context);
	context.stdout.write(
		`silence ${silence.id} until ${silence.endsAt}: ${came}\n${effectOf(match, book)}\n`,
	);
	return 0;
}

function readMatch(words: readonly string[]): LabelMatch {
	if (words.length === 0) {
		throw new UserError('alerts silence needs at least one LABEL=VALUE', { nextSteps: [usage] });
	}
	const pairs = words.map((word): [string, string] => {
		const equals = word.indexOf('=');
		if (equals < 1) {
			throw new UserError(`"${clean(word, 60)}" is no LABEL=VALUE`, {
				nextSteps: [usage, `labels: ${usualLabels.join(', ')}`],
			});
		}
		return [word.slice(0, equals), word.slice(equals + 1)];
	});
	const match = Object.fromEntries(pairs);
	if (Object.keys(match).length === pairs.length) return match;
	throw new UserError('a label is given twice', {
		nextSteps: [
			'an alert must match all labels of a silence; use * for any text, or make two silences',
		],
	});
}

/** A mistyped label is silently absent everywhere, and an absent label is the empty text. */
function warnOfUnknownLabels(
	match: LabelMatch,
	{ alerts, rules }: AlertBook,
	warn: (message: string) => void,
): void {
	const known = new Set([
		...usualLabels,
		...alerts.flatMap(({ labels = {} }) => Object.keys(labels)),
		...[...rules.values()].flatMap(({ labels = {} }) => Object.keys(labels)),
	]);
	for (const name of Object.keys(match)) {
		if (known.has(name)) continue;
		const guess = didYouMean(name, [...known]);
		warn(`no alert and no rule has the label ${clean(name, 60)}; ${guess.join('')}`);
	}
}

function effectOf(match: LabelMatch, { alerts }: AlertBook): string {
	const now = alerts.filter(
		({ state, labels, rule, severity }) =>
			state !== 'resolved' && matches(match, { ...labels, rule, severity }),
	);
	if (now.length === 0) return 'it matches no alert now; those to come it does';
	const shown = now.slice(0, 5).map((alert) => `${alert.rule} ${subjectOf(alert.labels)}`.trim());
	const more = now.length > shown.length ? `, +${now.length - shown.length} more` : '';
	return `it matches ${now.length} now: ${shown.join(', ')}${more}`;
}
