import { formatMs } from '../../domain/format.ts';
import { findings } from '../../sections/process/findings.ts';
import type { Process } from '../../sections/process/schema.ts';
import type { ProcessFacts } from '../local/process-facts.ts';
import { notSeen, troubled, unseen, well } from './component-check.ts';
import type { ComponentCheck, Outcome, Trouble } from './component-check.ts';

/** As its supervisor reports, or else from the system's data about the process that listens. */
const running: ComponentCheck = {
	component: 'process',
	name: 'running',
	issue: 'processTroubled',
	async run({ node, local, notedBefore }) {
		const { process: supervised } = node;
		// What a node reported of itself before it stopped answering is old.
		const isCurrent = node.poll.status !== 'failed' || supervised?.supervisor === 'nodetop';
		if (supervised && isCurrent) return judgeSupervised(supervised);
		const seen = await local.process();
		return 'because' in seen ? notSeen(seen) : judgeProcess(seen.value, notedBefore?.process);
	},
};

const health: Readonly<Record<Process['state'], 'up' | 'degraded' | 'down'>> = {
	running: 'up',
	starting: 'degraded',
	upgrading: 'degraded',
	stopping: 'degraded',
	stopped: 'down',
	crashed: 'down',
	error: 'down',
};

function judgeSupervised({ state, exitReason }: Process): Outcome {
	if (health[state] === 'up') return well(state);
	const hasCrashed = state === 'crashed' || state === 'error';
	const trouble: Trouble = {
		severity: health[state] === 'down' ? 'critical' : 'warning',
		health: health[state],
		message: hasCrashed ? `the state of its process is ${state}` : `its process is ${state}`,
		evidence: exitReason,
		nextStep: findings.processTroubled.nextStep,
	};
	return troubled(trouble, [], hasCrashed ? 'processCrashed' : undefined);
}

/** A process that was stopped by a signal keeps its port open and answers nothing. */
function judgeProcess(
	{ pid, state, startTicks, uptimeSeconds }: ProcessFacts,
	before: ProcessFacts | undefined,
): Outcome {
	const values =
		uptimeSeconds === undefined
			? []
			: [{ name: 'uptime', value: uptimeSeconds, unit: 'seconds' } as const];
	if (state === 'T' || state === 't') {
		return troubled(
			{
				severity: 'critical',
				health: 'down',
				message: `process ${pid} is stopped by a signal or a debugger`,
				nextStep: `let it go on: kill -CONT ${pid}`,
			},
			values,
		);
	}
	if (state === 'Z' || state === 'X') {
		return troubled(
			{ severity: 'critical', health: 'down', message: `process ${pid} has ended` },
			values,
		);
	}
	const isNew = before !== undefined && (before.pid !== pid || before.startTicks !== startTicks);
	const since = uptimeSeconds === undefined ? '' : ` for ${formatMs(uptimeSeconds * 1000)}`;
	return well(
		`process ${pid} runs${since}${isNew ? ', started since the last check' : ''}`,
		values,
	);
}

/** Polls that fail so had an answer, if not one of this kind of node. */
const answered: ReadonlySet<string | undefined> = new Set([
	'badResponse',
	'unauthorized',
	'rateLimited',
]);

/** A connection to its own address: it distinguishes a node that hangs from one that does not run. */
const listening: ComponentCheck = {
	component: 'process',
	name: 'listening',
	issue: 'notListening',
	async run({ local, node }) {
		const seen = await local.dialled();
		if ('because' in seen) return notSeen(seen);
		const dialled = seen.value;
		if (dialled.outcome === 'accepted') {
			const values = [{ name: 'connect', value: dialled.ms / 1000, unit: 'seconds' } as const];
			const isSilent = node.poll.status === 'failed' && node.poll.error?.code === 'timeout';
			return isSilent
				? troubled(
						{
							severity: 'critical',
							message: 'its port accepts connections, but it does not answer',
							nextStep: 'it hangs: check its log, its disk and its memory before restarting it',
						},
						values,
					)
				: well(`its port accepts connections in ${formatMs(dialled.ms)}`, values);
		}
		const isRefused = dialled.outcome === 'refused';
		if (!isRefused && answered.has(node.poll.error?.code))
			return unseen('no connection was made in time, and yet its address answered the last poll');
		return troubled({
			severity: 'critical',
			health: 'down',
			message: isRefused ? 'nothing listens at its address' : 'its address does not answer',
			...(!isRefused && { evidence: dialled.problem }),
			nextStep: isRefused ? 'start it, or check its port' : 'check the path to it and its firewall',
		});
	},
};

export const processComponent: readonly ComponentCheck[] = [running, listening];
