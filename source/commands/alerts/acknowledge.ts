import { subjectOf } from '../../alerts/subject-of.ts';
import { UserError } from '../../domain/errors.ts';
import { authorOf, bookFlags, leaveActions, openAlertBook } from './alert-book.ts';
import type { AlertBook } from './alert-book.ts';
import { findId } from './alert-id.ts';
import type { CommandContext } from '../command.ts';
import { parseFlags } from '../flags.ts';
import type { Severity } from '../../domain/words.ts';

/** `nodetop alerts ack ID… [--by NAME]`. */
export async function acknowledgeAlerts(context: CommandContext): Promise<number> {
	const { flags, input } = await parseFlags(context.argv, { ...bookFlags, by: { type: 'string' } });
	if (input.length === 0) {
		throw new UserError('alerts ack needs the id of an alert', {
			nextSteps: ['nodetop alerts list shows them'],
		});
	}
	const book = await openAlertBook(context, flags);
	const chosen = input.map((typed) => findPresent(typed, book));
	const by = authorOf(flags.by, context);
	const at = new Date(context.clock.now()).toISOString();
	const came = await leaveActions(
		book,
		chosen.map(({ fingerprint, severity }) => ({
			type: 'acknowledge',
			fingerprint,
			severity,
			at,
			...(by !== undefined && { by }),
		})),
		context,
	);
	for (const { words } of chosen) context.stdout.write(`acknowledged ${words}: ${came}\n`);
	return 0;
}

/** The alert whose id begins with what was typed and that has not ended. Throws `UserError`. */
export function findPresent(
	typed: string,
	{ alerts }: AlertBook,
): {
	readonly fingerprint: string;
	readonly severity: Severity | undefined;
	readonly words: string;
} {
	const wanted = typed.toLowerCase();
	const present = alerts.filter(({ state }) => state !== 'resolved');
	const ids = present.map(({ fingerprint = '' }) => fingerprint);
	const say = (id: string): string => {
		const alert = present.find(({ fingerprint }) => fingerprint === id);
		return alert === undefined ? id : `${alert.rule} ${subjectOf(alert.labels)}`.trim();
	};
	const ended = alerts.find(
		({ state, fingerprint = '' }) =>
			state === 'resolved' && wanted !== '' && fingerprint.startsWith(wanted),
	);
	if (ended && !ids.some((id) => id.startsWith(wanted))) {
		throw new UserError(`${ended.rule} ${subjectOf(ended.labels)} ended at ${ended.resolvedAt}`, {
			nextSteps: ['nodetop sends no more messages about it'],
		});
	}
	const fingerprint = findId(typed, ids, { what: 'alert', say });
	const severity = present.find((alert) => alert.fingerprint === fingerprint)?.severity;
	return { fingerprint, severity, words: say(fingerprint) };
}
