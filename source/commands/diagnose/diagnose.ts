import { loadSettings } from '../../app/configuration.ts';
import { parseDuration } from '../../config/duration.ts';
import type { Settings } from '../../config/settings.ts';
import type { DiagnosisInput, PathProbe } from '../../diagnosis/case.ts';
import { diagnose as diagnoseCase } from '../../diagnosis/diagnose.ts';
import type { Diagnosis } from '../../diagnosis/diagnose.ts';
import { toDiagnosisText } from '../../diagnosis/diagnosis-text.ts';
import { exitCodes, UserError } from '../../domain/errors.ts';
import type { SnapshotDocument } from '../../sections/snapshot.ts';
import type { Target } from '../../domain/target.ts';
import type { Command, CommandContext } from '../command.ts';
import { parseFlags } from '../flags.ts';
import { defaultWatchMs, measurePathTo } from '../../app/measure-paths.ts';
import { settingsFlags, settingsHelp } from '../settings-flags.ts';
import { chooseSubject } from '../../app/choose-targets.ts';
import { monitorOptions } from '../../app/monitor-options.ts';
import type { Surroundings } from '../../app/surroundings.ts';
import { documentOf, withMonitor } from '../../app/take-document.ts';
import { surroundingsOf } from '../surroundings.ts';
import { pause } from '../../domain/waiting.ts';

const help = `Usage
  nodetop diagnose [NODE…] [--for TIME] [--json]

Watches the nodes for a few seconds, measures the path to each, compares them, and prints the most likely
cause of each problem: in the node, on the path, on this machine, or in the whole network. It lists the
evidence for and against, the next step, and what would disprove the cause. To each node it opens six
connections a second, at most 300, and sends a few marked GET requests. With --read-only it sends none of
these and uses only the polls.

  --for TIME  watch for this time (default 5s, at most 5m); a loss of a few percent needs 30s
  --json      print one document (schema nodetop-diagnosis/1)

${settingsHelp}Examples
  nodetop diagnose
  nodetop diagnose validator --for 30s
`;

const mostWatchMs = 300_000;
const mostPollMs = 1000;

export const diagnose: Command = {
	help,
	async run(context) {
		const { flags, input } = await parseFlags(context.argv, {
			...settingsFlags,
			for: { type: 'string' },
			json: { type: 'boolean' },
		});
		const settings = await loadSettings({ flags, nodeSpecs: input, env: context.env });
		const watchMs = watchTime(flags.for);
		const { snapshot, diagnoses, paths } = await examine(settings, watchMs, context);
		if (context.signal.aborted) return exitCodes.interrupted;
		context.stdout.write(
			flags.json === true
				? `${JSON.stringify(toDiagnosisDocument(snapshot, diagnoses, paths), undefined, 2)}\n`
				: toDiagnosisText(diagnoses),
		);
		return exitCodes.ok;
	},
};

/** Watches and measures the nodes of the settings for a while, and diagnoses each. */
export async function examine(settings: Settings, watchMs: number, context: CommandContext) {
	const surroundings = surroundingsOf(context);
	const { targets, hint } = await chooseSubject(settings, surroundings);
	if (hint !== undefined) context.stderr.write(`${hint}\n`);
	const [snapshot, paths] = await Promise.all([
		watchFor(watchMs, targets, settings, surroundings),
		measurePaths(targets, watchMs, settings, surroundings),
	]);
	return {
		targets,
		snapshot,
		paths,
		diagnoses: diagnoseAll(snapshot, paths, targets, context.clock.now()),
	};
}

/** The value of `--for`, in milliseconds. */
export function watchTime(given: string | undefined): number {
	if (given === undefined) return defaultWatchMs;
	const parsed = parseDuration(given, '--for');
	if (parsed <= mostWatchMs) return parsed;
	throw new UserError(`--for ${given} is too long to wait for`, {
		nextSteps: ['give a time up to 5m, such as 10s'],
	});
}

/** Polls often enough to see whether a node gets on, and resolves with the last state. */
async function watchFor(
	watchMs: number,
	targets: readonly Target[],
	settings: Settings,
	surroundings: Surroundings,
): Promise<SnapshotDocument> {
	const brisk = targets.map((target) => ({
		...target,
		intervalMs: Math.min(target.intervalMs, mostPollMs),
	}));
	const options = monitorOptions('once', settings, brisk, surroundings);
	return withMonitor(options, async (monitor) => {
		await Promise.all([monitor.firstRound(), pause(watchMs, surroundings.signal)]);
		await monitor.checkHealth();
		return documentOf(monitor, surroundings);
	});
}

async function measurePaths(
	targets: readonly Target[],
	watchMs: number,
	settings: Settings,
	{ env, clock, signal, warn }: Surroundings,
): Promise<PathProbe[]> {
	const onRefused = ({ name }: Target, why: string) => {
		warn(`${name}: the path to it is not measured: ${why}`);
	};
	const options = { settings, env, clock, signal, watchMs, onRefused };
	const paths = await Promise.all(targets.map((target) => measurePathTo(target, options)));
	return paths.filter((path) => path !== undefined);
}

/** A diagnosis of each node of the snapshot, in its order. */
function diagnoseAll(
	{ nodes, groups, witness }: SnapshotDocument,
	paths: readonly PathProbe[],
	targets: readonly Target[],
	nowMs: number,
): Diagnosis[] {
	return nodes.map((node) => {
		const { name } = node.target;
		const input: DiagnosisInput = {
			node,
			commandName: targets.find((target) => target.name === name)?.commandName,
			fleet: nodes,
			group: groups.find((group) => group.nodes.includes(name)),
			path: paths.find(({ target }) => target === name),
			otherPaths: paths.filter(({ target }) => target !== name),
			witness,
			nowMs,
		};
		return diagnoseCase(input);
	});
}

function toDiagnosisDocument(
	snapshot: SnapshotDocument,
	diagnoses: readonly Diagnosis[],
	paths: readonly PathProbe[],
) {
	const { takenAt, nodetop } = snapshot;
	return { schema: 'nodetop-diagnosis/1', takenAt, nodetop, diagnoses, paths };
}
