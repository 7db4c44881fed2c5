import { tableLines } from '../../export/text-table.ts';
import type { TextColumn } from '../../export/text-table.ts';
import { readHistory } from '../../alerts/history-file.ts';
import type { PastTransition } from '../../alerts/history-file.ts';
import { subjectOf } from '../../alerts/subject-of.ts';
import { parseSpan } from '../../config/duration.ts';
import { exitCodes } from '../../domain/errors.ts';
import { bookFlags, openAlertBook } from './alert-book.ts';
import { textStyleFor } from './list.ts';
import type { CommandContext } from '../command.ts';
import { parseFlags } from '../flags.ts';
import { warnOn } from '../warn.ts';

const defaultSpan = '24h';
const maxDays = 3650;
/** What came to nothing. */
const quietEvents = new Set(['pending', 'dropped']);

/** `nodetop alerts history`: what changed, from the append-only file. */
export async function showAlertHistory(context: CommandContext): Promise<number> {
	const { flags, input } = await parseFlags(context.argv, {
		...bookFlags,
		since: { type: 'string' },
		all: { type: 'boolean' },
		json: { type: 'boolean' },
	});
	const span = flags.since ?? defaultSpan;
	const spanMs = parseSpan(span, '--since', maxDays);
	const { directory } = await openAlertBook(context, flags);
	const { transitions, badLines } = await readHistory(directory, context.clock.now() - spanMs);
	if (badLines > 0) {
		const words =
			badLines === 1 ? '1 line of the history makes' : `${badLines} lines of the history make`;
		warnOn(context)(`${words} no sense`);
	}
	const rows = transitions.filter(
		({ event, incident: { labels } }) =>
			(flags.all === true || !quietEvents.has(event)) &&
			(input.length === 0 || [labels['node'], labels['group']].some((name) => isIn(input, name))),
	);
	const style = textStyleFor(context);
	const lines =
		flags.json === true
			? rows.map((row) => JSON.stringify(row))
			: rows.length === 0
				? [`nothing fired or ended in the last ${span}`]
				: tableLines(rows, columns, style, { cutFirst: 'widest' });
	context.stdout.write(lines.map((line) => `${line}\n`).join(''));
	return exitCodes.ok;
}

function isIn(names: readonly string[], name: string | undefined): boolean {
	return name !== undefined && names.includes(name);
}

const columns: readonly TextColumn<PastTransition>[] = [
	{ title: 'AT', priority: 0, read: ({ at }) => `${at.slice(0, 19).replace('T', ' ')}Z` },
	{ title: 'EVENT', priority: 0, read: ({ event }) => event },
	{ title: 'SEVERITY', priority: 1, read: ({ incident }) => incident.severity },
	{ title: 'RULE', priority: 0, leastWidth: 12, read: ({ incident }) => incident.rule },
	{
		title: 'ABOUT',
		priority: 0,
		leastWidth: 10,
		read: ({ incident: { labels } }) => subjectOf(labels),
	},
	{
		title: 'MESSAGE',
		priority: 2,
		leastWidth: 16,
		read: ({ incident: { message, reason, state } }) =>
			state === 'resolved' && reason !== undefined ? `${reason}: ${message}` : message,
	},
];
