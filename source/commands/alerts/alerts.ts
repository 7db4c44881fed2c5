import type { Command, CommandContext } from '../command.ts';
import { unknownVerb } from '../profile/profile.ts';

const help = `Usage
  nodetop alerts list [NODE…] [--all | --pending | --resolved] [--severity S] [--json] [--check]
  nodetop alerts ack ID… [--by NAME]
  nodetop alerts snooze ID DURATION | off
  nodetop alerts silence LABEL=VALUE… --for DURATION [--comment TEXT] [--by NAME]
  nodetop alerts silences [--json]
  nodetop alerts unsilence ID…
  nodetop alerts history [NODE…] [--since DURATION] [--all] [--json]
  nodetop alerts rules [--json]
  nodetop alerts test [CHANNEL…]
  nodetop alerts test-rules FILE… | --schema

list: what fires, gravest first, each with a short ID for the other words. It reads what nodetop watch, or
a screen that watches, keeps on disk, and says so when none runs.
  --all             also what may fire soon, and what ended in the last 24 hours
  --pending         what may fire soon
  --resolved        what ended in the last 24 hours
  --severity S      info, warning or critical: nothing milder
  --check           exit with 0 when nothing fires that is not muted, 1 for a warning, 2 for something
                    critical, 3 when nobody watches or nothing of it
                    was written for two minutes
  --json            one document (schema nodetop-alert-list/1)

ack: not told again until it ended, unless it becomes worse. snooze: the same for a time.
silence: what has all these labels (node, group, kind, rule, severity, component, satellite, …; * is any
text) is not told for a time, at most 7 days; what was told before still gets its end. Longer ones, and
those of every week, belong to the profile (silences, maintenance).
A running watch takes these within seconds; else the next one does when it begins.

history: what fired, changed and ended, oldest first; the last 24 hours unless told.
  --since D         30m, 8h, 7d
  --all             also what began and passed before it fired
  --json            one change a line

rules: every rule of the profile: its severity, how long it must last before it fires, what it is about, and what
it means. --json prints them whole, one document (schema nodetop-alert-rules/1).

test: sends a message flagged TEST to the channels named, or to all of the profile, by the way that real
ones take. Changes no state. Exits with 0 when all were delivered, else with 69.

test-rules: plays series of values through the rules in simulated time, and compares which alerts there are
when. Exits with 0 when all is as expected, else with 1; with 78 when a file makes no sense.
docs/rule-tests.md describes the files; --schema prints their JSON Schema.

  --profile NAME     the profile whose alerts, rules and channels are meant
  -c, --config FILE  another configuration file

Examples
  nodetop alerts ack 3f9a1c --by ana
  nodetop alerts silence node=validator rule=disk-low --for 2h --comment 'new disk on its way'
`;

type Run = (context: CommandContext) => Promise<number>;

const verbs: Readonly<Record<string, () => Promise<Run>>> = {
	list: async () => (await import('./list.ts')).listAlerts,
	ack: async () => (await import('./acknowledge.ts')).acknowledgeAlerts,
	snooze: async () => (await import('./snooze.ts')).snoozeAlert,
	silence: async () => (await import('./silence.ts')).silenceAlerts,
	silences: async () => (await import('./silences.ts')).listSilences,
	unsilence: async () => (await import('./unsilence.ts')).endSilences,
	history: async () => (await import('./history.ts')).showAlertHistory,
	rules: async () => (await import('./rules.ts')).listRules,
	test: async () => (await import('./test-channels.ts')).testAlertChannels,
	'test-rules': async () => (await import('./test-rules.ts')).testRules,
};

/** Flags that may stand before the verb with a value behind them. */
const takesValue = new Set(['--profile', '--config', '-c']);

/** `nodetop alerts`: adding a verb adds its file and one entry above. */
export const alerts: Command = {
	help,
	async run(context) {
		const index = context.argv.findIndex(
			(word, at) => !word.startsWith('-') && !takesValue.has(context.argv[at - 1] ?? ''),
		);
		const verb = context.argv[index] ?? '';
		const load = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
		if (load === undefined) throw unknownVerb('alerts', verb, Object.keys(verbs));
		const run = await load();
		return run({ ...context, argv: context.argv.toSpliced(index, 1) });
	},
};
