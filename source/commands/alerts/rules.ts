import { loadRulesAndQuiet } from '../../app/alert-settings.ts';
import { formatMs } from '../../domain/format.ts';
import type { Rule } from '../../domain/rule.ts';
import { tableLines } from '../../export/text-table.ts';
import type { TextColumn } from '../../export/text-table.ts';
import { findingOf } from '../../sections/findings.ts';
import type { CommandContext } from '../command.ts';
import { parseFlags } from '../flags.ts';
import { warnOn } from '../warn.ts';
import { bookFlags } from './alert-book.ts';
import { textStyleFor } from './list.ts';

/** `nodetop alerts rules`: the rules that are in force in the profile. */
export async function listRules(context: CommandContext): Promise<number> {
	const { flags } = await parseFlags(context.argv, { ...bookFlags, json: { type: 'boolean' } });
	const options = { flags, env: context.env, warn: warnOn(context) };
	const { rules } = await loadRulesAndQuiet(options);
	const all = [...rules.values()];
	if (flags.json === true) {
		const document = { schema: 'nodetop-alert-rules/1', rules: all };
		context.stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
		return 0;
	}
	const lines = tableLines(all, columns, textStyleFor(context), { cutFirst: 'widest' });
	context.stdout.write(`${lines.join('\n')}\n`);
	return 0;
}

const columns: readonly TextColumn<Rule>[] = [
	{ title: 'RULE', priority: 0, read: ({ name }) => name },
	{ title: 'SEVERITY', priority: 0, read: ({ severity = 'by level' }) => severity },
	{ title: 'LASTS', priority: 1, read: ({ forMs }) => (forMs === 0 ? 'at once' : formatMs(forMs)) },
	{ title: 'OF', priority: 2, read: ({ scope }) => scope },
	{
		title: 'MEANS',
		priority: 1,
		leastWidth: 20,
		read: ({ name, message }) => findingOf(name)?.meaning ?? message,
	},
];
