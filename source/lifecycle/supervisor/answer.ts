import { formatMs } from '../../domain/format.ts';
import type { Reply, Request } from '../protocol.ts';
import type { Answer } from './server.ts';
import type { Supervisor } from './supervisor.ts';
import { until } from './until.ts';
import { runUpgrade } from './upgrade.ts';

type Say = (reply: Reply) => void;

const forcedGraceMs = 30_000;
const settledMs = 500;

/** Answers what the commands ask of a supervisor. */
export function answerFor(supervisor: Supervisor): Answer {
	return async (request, say) => {
		switch (request.ask) {
			case 'status':
				say({ is: 'status', status: supervisor.status() });
				break;
			case 'health':
				say({ is: 'health', report: await supervisor.health() });
				break;
			case 'stop':
				await stop(supervisor, request, say);
				break;
			case 'restart':
				await restart(supervisor, request.spec, say);
				break;
			case 'upgrade':
				await runUpgrade(supervisor, request.order, say);
				break;
		}
	};
}

async function stop(
	supervisor: Supervisor,
	{ isForced, graceMs }: Extract<Request, { readonly ask: 'stop' }>,
	say: Say,
): Promise<void> {
	const patienceMs =
		graceMs ??
		(isForced ? Math.min(forcedGraceMs, supervisor.spec.graceMs) : supervisor.spec.graceMs);
	const { process: running } = supervisor.machine;
	supervisor.apply({ type: 'stop', reason: 'stopped by a person', next: 'stop' });
	if (await ended(supervisor, patienceMs, say)) {
		say({
			is: 'done',
			text: running ? `stopped: ${supervisor.machine.reason ?? ''}` : 'it does not run',
		});
		return;
	}
	const waited = formatMs(patienceMs);
	if (!isForced) {
		say({
			is: 'failed',
			message: `it has not ended within ${waited}; nodetop goes on waiting and sends no other signal`,
			nextSteps: [
				'read what it does: nodetop logs -f',
				'nodetop stop --force kills it: its database may need a repair that takes hours',
			],
		});
		return;
	}
	say({ is: 'progress', text: `not ended within ${waited}: killing it` });
	await supervisor.signal('SIGKILL');
	await until(supervisor, () => supervisor.machine.process === undefined, forcedGraceMs);
	say({ is: 'done', text: `killed: ${supervisor.machine.reason ?? ''}` });
}

/** Whether the process has ended in time. */
function ended(supervisor: Supervisor, limitMs: number, say: Say): Promise<boolean> {
	const of = formatMs(limitMs);
	return until(
		supervisor,
		() => supervisor.machine.process === undefined && supervisor.machine.state !== 'stopping',
		limitMs,
		(waitedMs) => {
			say({
				is: 'progress',
				text: `stopping for ${formatMs(waitedMs)} of at most ${of}`,
			});
		},
	);
}

async function restart(
	supervisor: Supervisor,
	spec: Extract<Request, { readonly ask: 'restart' }>['spec'],
	say: Say,
): Promise<void> {
	const pid = supervisor.machine.process?.pid;
	if (supervisor.machine.state === 'upgrading') {
		say({
			is: 'failed',
			message: 'an upgrade is under way',
			nextSteps: ['wait until it has ended'],
		});
		return;
	}
	if (spec) supervisor.useSpec(spec);
	supervisor.apply({ type: 'stop', reason: 'restarted by a person', next: 'start' });
	const { graceMs } = supervisor.spec;
	const isNew = () =>
		supervisor.machine.process !== undefined && supervisor.machine.process.pid !== pid;
	const isOver = () => isNew() || ['error', 'crashed'].includes(supervisor.machine.state);
	const isInTime = await until(supervisor, isOver, graceMs + forcedGraceMs, (waitedMs) => {
		say({
			is: 'progress',
			text: `${supervisor.machine.state} for ${formatMs(waitedMs)}`,
		});
	});
	// What ends at once was not restarted.
	if (isNew()) await until(supervisor, () => !isNew(), settledMs);
	if (isNew())
		say({ is: 'done', text: `restarted as process ${supervisor.machine.process?.pid ?? ''}` });
	else {
		const why = isInTime ? supervisor.machine.reason : 'it has not ended yet';
		say({ is: 'failed', message: `not restarted: ${why ?? ''}`, nextSteps: ['see: nodetop logs'] });
	}
}
