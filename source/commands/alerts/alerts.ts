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

list: prints the firing alerts, the most severe first, each with a short ID for the other subcommands. It
reads the state that nodetop watch, or a screen, keeps on disk, and says if neither runs.
  --all             also pending alerts, and those that resolved in the last 24 hours
  --pending         only pending alerts
  --resolved        only alerts that resolved in the last 24 hours
  --severity S      only this severity and higher: info, warning or critical
  --check           exit with 0 if no alert fires that is not muted, 1 for a warning, 2 for a critical
                    alert, 3 if no process watches, or it has written nothing for two minutes
  --json            print one document (schema nodetop-alert-list/1)

ack: sends no more messages about the alert until it resolves, unless it becomes worse.
snooze: sends no messages about the alert for a time.
silence: sends no messages about alerts with all these labels (node, group, kind, rule, severity,
component, satellite, …; * matches any text) for a time, at most 7 days. If an alert was sent before,
its end is still sent. Write longer or weekly silences into the profile (silences, maintenance).
A running watch applies these within seconds; otherwise the next one does when it starts.

history: prints alerts that fired, changed and resolved, oldest first.
  --since D         30m, 8h, 7d (default 24h)
  --all             also pending alerts that ended before they fired
  --json            print one change a line

rules: prints every rule of the profile: severity, hold time, scope and meaning. --json prints the complete
rules as one document (schema nodetop-alert-rules/1).

test: sends a message marked TEST to the given channels, or to all of the profile, in the same way as
real ones. It changes no state. Exits with 0 if all messages were delivered, else with 69.

test-rules: evaluates the rules over scripted values in simulated time, and compares the alerts with what
the file expects. Exits with 0 if all is as expected, with 1 if not, with 78 if a file is invalid.
docs/rule-tests.md describes the files; --schema prints their JSON Schema.

  --profile NAME     use the alerts, rules and channels of this profile
  -c, --config FILE  use this configuration file

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
