import { parseSpan } from '../../config/duration.ts';
import { UserError } from '../../domain/errors.ts';
import { findPresent } from './acknowledge.ts';
import { bookFlags, leaveActions, openAlertBook } from './alert-book.ts';
import type { CommandContext } from '../command.ts';
import { parseFlags } from '../flags.ts';

const maxDays = 7;

/** `nodetop alerts snooze ID DURATION`; `off` ends a snooze. */
export async function snoozeAlert(context: CommandContext): Promise<number> {
	const { flags, input } = await parseFlags(context.argv, bookFlags);
	const [typed, span, ...more] = input;
	if (typed === undefined || span === undefined || more.length > 0) {
		throw new UserError('alerts snooze takes the id of an alert and a duration', {
			nextSteps: ['nodetop alerts snooze 3f9a1c 2h', 'nodetop alerts list shows the ids'],
		});
	}
	const spanMs = span === 'off' ? 0 : parseSpan(span, 'alerts snooze', maxDays);
	const book = await openAlertBook(context, flags);
	const { fingerprint, words } = findPresent(typed, book);
	const until = new Date(context.clock.now() + spanMs).toISOString();
	const came = await leaveActions(book, [{ type: 'snooze', fingerprint, until }], context);
	const done = spanMs === 0 ? `snoozed no longer: ${words}` : `snoozed ${words} until ${until}`;
	context.stdout.write(`${done}: ${came}\n`);
	return 0;
}
