import { loadSettings } from '../../app/configuration.ts';
import { momentOf, openProfileHistory, openRecordingFile } from '../../app/recorded.ts';
import { exitCodes, UserError } from '../../domain/errors.ts';
import { tableLines } from '../../export/text-table.ts';
import type { TextColumn } from '../../export/text-table.ts';
import { changesBetween, nodeChanges } from '../../history/changes.ts';
import type { Change } from '../../history/changes.ts';
import { clean } from '../../domain/clean.ts';
import type { Moment } from '../../sections/moment.ts';
import type { NodeSnapshot } from '../../sections/snapshot.ts';
import { textStyleFor } from '../alerts/list.ts';
import type { Command } from '../command.ts';
import { parseFlags } from '../flags.ts';
import { timeOf } from '../history/time-flags.ts';
import { settingsFlags } from '../settings-flags.ts';

const help = `Usage
  nodetop diff [--since T] [--until T] [--file FILE] [--json]
  nodetop diff NODE OTHER [--until T] [--file FILE] [--json]

Prints the differences between two recorded moments of the profile, or between two nodes at one moment: health,
findings, restarts, versions, network ids, leader, validators, peers gained and lost, groups and alerts.

  --since T          the earlier moment: 03:12, 2026-01-02 03:12 (UTC), or time ago (default 10m)
  --until T          the later moment (default now)
  --file FILE        read this recording (of nodetop record or nodetop history export)
  --json             print a list of {kind, node, group, what, from, to, at, severity, alert}
  --profile NAME     use the history of this profile
  -c, --config FILE  use this configuration file

Examples
  nodetop diff --since 03:02 --until 03:12
  nodetop diff validator backup
`;

/** `nodetop diff`. */
export const diff: Command = {
	help,
	async run(context) {
		const { flags, input } = await parseFlags(context.argv, {
			profile: settingsFlags.profile,
			config: settingsFlags.config,
			since: { type: 'string' },
			until: { type: 'string' },
			file: { type: 'string' },
			json: { type: 'boolean' },
		});
		if (input.length !== 0 && input.length !== 2) {
			throw new UserError('diff takes two nodes, or none', {
				nextSteps: ['nodetop diff NODE OTHER', 'nodetop diff --since 10m'],
			});
		}
		const settings = await loadSettings({ flags, nodeSpecs: [], env: context.env });
		const recorded =
			flags.file === undefined
				? await openProfileHistory(settings.profile, context.env)
				: await openRecordingFile(flags.file);
		try {
			const span = recorded.manifest && (await recorded.ask('span', {}));
			const nowMs = span?.untilMs ?? context.clock.now();
			const after = await momentOf(recorded, timeOf(flags.until ?? 'now', '--until', nowMs));
			const [one, other] = input;
			const changes =
				one === undefined || other === undefined
					? changesBetween(
							await momentOf(recorded, timeOf(flags.since ?? '10m', '--since', nowMs)),
							after,
						)
					: nodeChanges(nodeOf(after, one), nodeOf(after, other));
			const style = textStyleFor(context);
			const lines =
				flags.json === true
					? [JSON.stringify(changes)]
					: changes.length === 0
						? ['nothing differs']
						: tableLines(changes, columns, style, { cutFirst: 'widest' });
			context.stdout.write(lines.map((line) => `${line}\n`).join(''));
			return exitCodes.ok;
		} finally {
			await recorded.close();
		}
	},
};

function nodeOf({ nodes }: Moment, name: string): NodeSnapshot {
	const found = nodes.find(({ snapshot }) => snapshot.target.name === name);
	if (found) return found.snapshot;
	throw new UserError(`there was no node "${clean(name, 60)}" then`, {
		nextSteps: [`nodes: ${nodes.map(({ snapshot }) => snapshot.target.name).join(', ')}`],
	});
}

const columns: readonly TextColumn<Change>[] = [
	{ title: 'ABOUT', priority: 0, read: ({ node, group }) => node ?? group ?? 'us' },
	{
		title: 'WHAT',
		priority: 0,
		read: ({ kind, what }) => (what === undefined ? kind : `${kind}: ${what}`),
	},
	{ title: 'BEFORE', priority: 1, leastWidth: 8, read: ({ from }) => from },
	{ title: 'AFTER', priority: 1, leastWidth: 8, read: ({ to }) => to },
];
