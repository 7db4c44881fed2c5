import type { ProcessState } from '../domain/words.ts';
import { exitWords, hopelessReason, hopelessWords } from './exit.ts';
import type { Exit } from './exit.ts';
import { restartWaitMs } from './restart-policy.ts';
import type { Policy } from './spec.ts';

/** Everything that the supervisor decides by. */
export interface Machine {
	readonly state: ProcessState;
	/** Automatic restarts since a person started the node. */
	readonly restarts: number;
	/** Those of them in a row, without a stable run in between. */
	readonly attempts: number;
	/** Present while there is a process. */
	readonly process: { readonly pid: number; readonly startedAtMs: number } | undefined;
	/** Why it is in this state, in a few words. */
	readonly reason: string | undefined;
	/** What follows when the process has ended, while it is stopping. */
	readonly afterStop: 'stop' | 'start';
}

export const initialMachine: Machine = {
	state: 'stopped',
	restarts: 0,
	attempts: 0,
	process: undefined,
	reason: undefined,
	afterStop: 'stop',
};

export type MachineEvent =
	/** A person, or a supervisor that finds the node gone, wants it to run. */
	| { readonly type: 'start'; readonly reason: string }
	/** The process is the node now. */
	| { readonly type: 'opened'; readonly pid: number; readonly atMs: number }
	/** There was no process to be had. */
	| { readonly type: 'notStarted'; readonly reason: string; readonly isHopeless: boolean }
	| { readonly type: 'stop'; readonly reason: string; readonly next: 'stop' | 'start' }
	| {
			readonly type: 'exited';
			readonly exit: Exit;
			readonly lastLines: readonly string[];
			readonly atMs: number;
	  }
	/** The wait before a restart is over. */
	| { readonly type: 'restartDue' }
	/** It was unhealthy as often in a row as its policy allows. */
	| { readonly type: 'unhealthy'; readonly reason: string }
	| { readonly type: 'upgradeBegins'; readonly reason: string }
	| { readonly type: 'upgradeEnds'; readonly reason: string; readonly isRunning: boolean };

export type Effect =
	| { readonly type: 'spawn' }
	/** One SIGTERM to its group, then patience. */
	| { readonly type: 'terminate' }
	| { readonly type: 'wait'; readonly ms: number }
	| { readonly type: 'cancelWait' };

export interface Step {
	readonly machine: Machine;
	readonly effects: readonly Effect[];
}

/** What happens next. Pure; an event that means nothing in a state changes nothing. */
export function step(machine: Machine, event: MachineEvent, policy: Policy, random: number): Step {
	switch (event.type) {
		case 'start':
			return start(machine, event.reason);
		case 'opened':
			return opened(machine, event);
		case 'notStarted':
			return ended(machine, event.reason, policy, { isHopeless: event.isHopeless, random });
		case 'stop':
			return stop(machine, event);
		case 'exited':
			return exited(machine, event, policy, random);
		case 'restartDue':
			return machine.state === 'crashed'
				? spawn({ ...machine, restarts: machine.restarts + 1 }, machine.reason)
				: nothing(machine);
		case 'unhealthy':
			return unhealthy(machine, event.reason, policy);
		case 'upgradeBegins':
			return begins(machine, event.reason);
		case 'upgradeEnds':
			return {
				machine: {
					...machine,
					state: event.isRunning ? 'running' : 'error',
					reason: event.reason,
					attempts: 0,
				},
				effects: [],
			};
	}
}

function nothing(machine: Machine): Step {
	return { machine, effects: [] };
}

function spawn(machine: Machine, reason: string | undefined): Step {
	return { machine: { ...machine, state: 'starting', reason }, effects: [{ type: 'spawn' }] };
}

function start(machine: Machine, reason: string): Step {
	if (machine.process || machine.state === 'starting' || machine.state === 'upgrading')
		return nothing(machine);
	const { machine: next, effects } = spawn({ ...machine, restarts: 0, attempts: 0 }, reason);
	return { machine: next, effects: [{ type: 'cancelWait' }, ...effects] };
}

function opened(
	machine: Machine,
	{ pid, atMs }: { readonly pid: number; readonly atMs: number },
): Step {
	const process = { pid, startedAtMs: atMs };
	const keeps = machine.state === 'upgrading' || machine.state === 'stopping';
	return {
		machine: { ...machine, process, state: keeps ? machine.state : 'running' },
		effects: [],
	};
}

function stop(
	machine: Machine,
	{ reason, next }: { readonly reason: string; readonly next: 'stop' | 'start' },
): Step {
	if (machine.state === 'stopping') return nothing({ ...machine, afterStop: next });
	if (machine.state === 'upgrading') return nothing(machine);
	if (machine.process || machine.state === 'starting')
		return {
			machine: { ...machine, state: 'stopping', afterStop: next, reason },
			effects: [{ type: 'terminate' }],
		};
	if (next === 'start') return start(machine, reason);
	return {
		machine: { ...machine, state: 'stopped', reason, attempts: 0 },
		effects: [{ type: 'cancelWait' }],
	};
}

function exited(
	machine: Machine,
	{
		exit,
		lastLines,
		atMs,
	}: { readonly exit: Exit; readonly lastLines: readonly string[]; readonly atMs: number },
	policy: Policy,
	random: number,
): Step {
	const gone = { ...machine, process: undefined };
	const words = exitWords(exit);
	if (machine.state === 'upgrading') return nothing({ ...gone, reason: words });
	if (machine.state === 'stopping') {
		if (machine.afterStop === 'start')
			return spawn(
				{ ...gone, restarts: 0, attempts: 0 },
				`${machine.reason ?? 'restart'}; ${words}`,
			);
		return nothing({ ...gone, state: 'stopped', reason: words, attempts: 0 });
	}
	const ranMs = machine.process ? atMs - machine.process.startedAtMs : 0;
	const counted = ranMs >= policy.stableMs ? { ...gone, attempts: 0 } : gone;
	const hopeless = hopelessReason(exit, lastLines);
	if (hopeless !== undefined) {
		const { message, nextStep } = hopelessWords[hopeless];
		const reason = `${words}: ${message}, so restarts would not mend it; ${nextStep}`;
		return ended(counted, reason, policy, { isHopeless: true, random });
	}
	if (exit.kind === 'code' && exit.code === 0)
		return nothing({ ...counted, state: 'stopped', reason: 'ended by itself with code 0' });
	return ended(counted, words, policy, { isHopeless: false, random });
}

/** After an end that nobody wanted: a restart, or a person is needed. */
function ended(
	machine: Machine,
	reason: string,
	policy: Policy,
	{ isHopeless, random }: { readonly isHopeless: boolean; readonly random: number },
): Step {
	const gone = { ...machine, process: undefined };
	if (machine.state === 'stopping' && machine.afterStop === 'stop')
		return nothing({ ...gone, state: 'stopped', reason });
	if (machine.state === 'upgrading') return nothing({ ...gone, reason });
	if (isHopeless) return nothing({ ...gone, state: 'error', reason });
	if (!policy.autoRestart)
		return nothing({ ...gone, state: 'crashed', reason: `${reason}; automatic restart is off` });
	if (machine.attempts >= policy.maxRestarts) {
		const limit = `${reason}; the limit of ${policy.maxRestarts} restarts is reached`;
		return nothing({ ...gone, state: 'error', reason: limit });
	}
	const ms = restartWaitMs(machine.attempts, policy, random);
	return {
		machine: { ...gone, state: 'crashed', attempts: machine.attempts + 1, reason },
		effects: [{ type: 'wait', ms }],
	};
}

function unhealthy(machine: Machine, reason: string, policy: Policy): Step {
	if (machine.state !== 'running') return nothing(machine);
	if (machine.attempts >= policy.maxRestarts)
		return nothing({
			...machine,
			reason: `${reason}; the limit of ${policy.maxRestarts} restarts is reached`,
		});
	const counted = { ...machine, attempts: machine.attempts + 1, restarts: machine.restarts + 1 };
	return {
		machine: { ...counted, state: 'stopping', afterStop: 'start', reason },
		effects: [{ type: 'terminate' }],
	};
}

function begins(machine: Machine, reason: string): Step {
	const effects: Effect[] = machine.process ? [{ type: 'terminate' }] : [{ type: 'cancelWait' }];
	return { machine: { ...machine, state: 'upgrading', reason }, effects };
}
