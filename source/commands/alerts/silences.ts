import { presentSilences } from '../../alerts/mutes.ts';
import type { KnownSilence } from '../../sections/alerting/schema.ts';
import { tableLines } from '../../export/text-table.ts';
import type { TextColumn } from '../../export/text-table.ts';
import { formatMs } from '../../domain/format.ts';
import { bookFlags, openAlertBook } from './alert-book.ts';
import { textStyleFor } from './list.ts';
import type { CommandContext } from '../command.ts';
import { parseFlags } from '../flags.ts';

/** `nodetop alerts silences`: those that hold or will hold, by hand and of the profile. */
export async function listSilences(context: CommandContext): Promise<number> {
	const { flags } = await parseFlags(context.argv, { ...bookFlags, json: { type: 'boolean' } });
	const { state, quiet } = await openAlertBook(context, flags);
	const nowMs = context.clock.now();
	const rows = presentSilences(state.silences, quiet.silences, nowMs);
	if (flags.json === true) {
		context.stdout.write(`${JSON.stringify(rows, undefined, '\t')}\n`);
		return 0;
	}
	const style = textStyleFor(context);
	const lines =
		rows.length === 0
			? ['no silences']
			: tableLines(rows, columns(nowMs), style, { cutFirst: 'widest' });
	context.stdout.write(`${lines.join('\n')}\n`);
	return 0;
}

function columns(nowMs: number): readonly TextColumn<KnownSilence>[] {
	return [
		{ title: 'ID', priority: 0, read: ({ id = 'profile' }) => id },
		{
			title: 'ENDS',
			priority: 0,
			read: ({ startsAt, endsAt }) => {
				const left = `in ${formatMs(Date.parse(endsAt) - nowMs)}`;
				const waits = startsAt === undefined ? 0 : (Date.parse(startsAt) - nowMs) / 1000;
				return waits > 0 ? `${left}, begins in ${formatMs(waits * 1000)}` : left;
			},
		},
		{
			title: 'MATCHES',
			priority: 0,
			leastWidth: 20,
			read: ({ match }) =>
				Object.entries(match)
					.map(([name, value]) => `${name}=${value}`)
					.join(' '),
		},
		{ title: 'BY', priority: 1, leastWidth: 8, read: ({ author = '' }) => author },
		{ title: 'COMMENT', priority: 2, leastWidth: 12, read: ({ comment = '' }) => comment },
	];
}
