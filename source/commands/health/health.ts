import { loadSettings } from '../../app/configuration.ts';
import { parseDuration } from '../../config/duration.ts';
import type { Settings } from '../../config/settings.ts';
import { checkedComponents } from '../../sections/health/component-health.ts';
import type { CheckedComponent } from '../../sections/health/component-health.ts';
import { exitCodes, UserError } from '../../domain/errors.ts';
import type { SnapshotDocument } from '../../sections/snapshot.ts';
import { exitCodeOfLevel, worstLevel } from '../../domain/words.ts';
import { overallPlanHealth, planHealthOf } from '../../export/plan-health.ts';
import { plainReport, stateOf, toPluginReport } from '../../export/plugin-text.ts';
import { chooseSubject } from '../../app/choose-targets.ts';
import { monitorOptions } from '../../app/monitor-options.ts';
import { documentOf, settle, withMonitor } from '../../app/take-document.ts';
import type { Command, CommandContext } from '../command.ts';
import { parseFlags } from '../flags.ts';
import { settingsFlags, settingsHelp } from '../settings-flags.ts';
import { surroundingsOf } from '../surroundings.ts';
import { pause, untilAborted } from '../../domain/waiting.ts';

const help = `Usage
  nodetop health [NODE…] [--component C] [--for TIME] [--json]
  nodetop health --process [NAME] [--json]

Polls every node once, checks its components, and prints one status line with performance data and one
line for each component, in the format that Nagios, Icinga, Naemon and Checkmk read. At most 4 kB.

Exit codes
  0 OK         no node has a finding above info
  1 WARNING    the worst finding is a warning
  2 CRITICAL   a node is down, or a finding is critical
  3 UNKNOWN    the state of a node is unknown, and nothing is worse; or nodetop failed
  64, 78       wrong usage, a mistake in the configuration

  --component C  check only ${checkedComponents.join(', ')}
  --for TIME     watch for this time (1s to 5m) and check again, for findings that need two checks
  --json         print one document (schema nodetop-health/1) with every check; same exit codes. "plan"
                 says the same as Healthy, Warning, Critical or Failing, with issues, in all, for each
                 node and for each component
  --process      check the node process that nodetop start runs: RPC endpoint, peers, sync, disk; 0 healthy, 2 not

${settingsHelp}Examples
  nodetop health validator
  nodetop health --component storage --timeout 3s
`;

const mostWatchMs = 300_000;
/** Two checks nearer than this are one. */
const leastWatchMs = 1000;

/** A monitoring plugin: health as an exit code, a line, and performance data. */
export const health: Command = {
	help,
	async run(context) {
		const { flags, input } = await parseFlags(context.argv, {
			...settingsFlags,
			component: { type: 'string' },
			for: { type: 'string' },
			json: { type: 'boolean' },
			process: { type: 'boolean' },
		});
		if (flags.process === true) {
			const { printProcessHealth } = await import('./process.ts');
			return printProcessHealth(context, input, flags.json === true);
		}
		const component = toComponent(flags.component);
		const watchMs = toWatchTime(flags.for);
		const settings = await loadSettings({ flags, nodeSpecs: input, env: context.env });
		try {
			return await report(settings, { component, watchMs, isJson: flags.json === true }, context);
		} catch (error) {
			if (error instanceof UserError) throw error;
			// Exit code 1, which a bug has elsewhere, would be a WARNING here.
			context.stdout.write(plainReport('unknown', 'a bug of nodetop; its stack is on stderr'));
			context.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
			return exitCodeOfLevel.unknown;
		}
	},
};

interface Wish {
	readonly component: CheckedComponent | undefined;
	readonly watchMs: number;
	readonly isJson: boolean;
}

async function report(settings: Settings, wish: Wish, context: CommandContext): Promise<number> {
	const { component, isJson } = wish;
	const document = await examine(settings, wish.watchMs, context);
	if (context.signal.aborted) {
		context.stdout.write(plainReport('unknown', 'interrupted'));
		return exitCodes.interrupted;
	}
	const { state, text } = toPluginReport(document, component);
	context.stdout.write(isJson ? toHealthJson(document, component) : text);
	return exitCodeOfLevel[state];
}

/** Polls, compares the nodes of a network, checks; and once more after the time to watch. */
async function examine(
	settings: Settings,
	watchMs: number,
	context: CommandContext,
): Promise<SnapshotDocument> {
	const surroundings = surroundingsOf(context);
	const { signal } = surroundings;
	const { targets, hint } = await chooseSubject(settings, surroundings);
	// This host alone is no answer to how the nodes are.
	const hasNoNodes = settings.targets.length === 0 && targets.every(isHost);
	const options = monitorOptions('once', settings, hasNoNodes ? [] : targets, surroundings);
	return withMonitor(options, async (monitor) => {
		const work = async (): Promise<void> => {
			await settle(monitor);
			if (watchMs === 0) return;
			await pause(watchMs, signal);
			await monitor.checkHealth();
		};
		await untilAborted(work(), signal);
		return documentOf(monitor, { ...surroundings, hint });
	});
}

function isHost({ kind }: { readonly kind: string | undefined }): boolean {
	return kind === 'host';
}

function toHealthJson(document: SnapshotDocument, component: CheckedComponent | undefined): string {
	const nodes = document.nodes.map((node) => ({
		name: node.target.name,
		kind: node.target.kind,
		state: stateOf(node, component),
		plan: planHealthOf(node.health),
		...node.health,
		components: (node.health.components ?? []).filter(
			(each) => component === undefined || each.component === component,
		),
	}));
	const state = worstLevel(nodes.map((node) => node.state));
	const { takenAt, nodetop } = document;
	const exitCode = exitCodeOfLevel[state];
	const plan = overallPlanHealth(nodes);
	const answer = { schema: 'nodetop-health/1', takenAt, nodetop, state, exitCode, plan, nodes };
	return `${JSON.stringify(answer, undefined, 2)}\n`;
}

function toComponent(text: string | undefined): CheckedComponent | undefined {
	const found = checkedComponents.find((component) => component === text);
	if (found !== undefined || text === undefined) return found;
	throw new UserError(`--component: there is no component of that name`, {
		nextSteps: [`components: ${checkedComponents.join(', ')}`],
	});
}

function toWatchTime(text: string | undefined): number {
	if (text === undefined) return 0;
	const watchMs = parseDuration(text, '--for');
	if (watchMs >= leastWatchMs && watchMs <= mostWatchMs) return watchMs;
	throw new UserError('--for: the time to watch is 1s to 5m', {
		nextSteps: ['the screen and nodetop watch run for longer'],
	});
}
