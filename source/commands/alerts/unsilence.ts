import { UserError } from '../../domain/errors.ts';
import { bookFlags, leaveActions, openAlertBook } from './alert-book.ts';
import { findId } from './alert-id.ts';
import type { CommandContext } from '../command.ts';
import { parseFlags } from '../flags.ts';

/** `nodetop alerts unsilence ID…`: ends silences that were made by hand. */
export async function endSilences(context: CommandContext): Promise<number> {
	const { flags, input } = await parseFlags(context.argv, bookFlags);
	if (input.length === 0) {
		throw new UserError('alerts unsilence needs the id of a silence', {
			nextSteps: [
				'nodetop alerts silences lists them; to end one of the profile, edit the configuration',
			],
		});
	}
	const book = await openAlertBook(context, flags);
	const nowMs = context.clock.now();
	const silences = book.state.silences.filter(({ endsAt }) => Date.parse(endsAt) > nowMs);
	const say = (id: string): string => {
		const { match = {} } = silences.find((silence) => silence.id === id) ?? {};
		return Object.entries(match)
			.map(([name, value]) => `${name}=${value}`)
			.join(' ');
	};
	const all = silences.map(({ id }) => id);
	const ids = input.map((typed) => findId(typed, all, { what: 'silence', say }));
	const actions = ids.map((id) => ({ type: 'unsilence' as const, id }));
	const came = await leaveActions(book, actions, context);
	for (const id of ids) context.stdout.write(`ended the silence ${id} (${say(id)}): ${came}\n`);
	return 0;
}
