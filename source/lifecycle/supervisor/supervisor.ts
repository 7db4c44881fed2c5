import type { Clock, Timer } from '../../domain/clock.ts';
import { messageOf, UserError } from '../../domain/errors.ts';
import { createListeners } from '../../domain/store.ts';
import { exitWords } from '../exit.ts';
import type { Exit } from '../exit.ts';
import { HealthChecker } from '../health/checker.ts';
import { troubleOf } from '../health/report.ts';
import type { HealthReport } from '../health/report.ts';
import { LogPump } from '../log/pump.ts';
import type { Retention } from '../log/segments.ts';
import { lossOf } from '../inspect.ts';
import { initialMachine, step } from '../machine.ts';
import type { Effect, Machine, MachineEvent } from '../machine.ts';
import type { NodeRecord } from '../identity.ts';
import type { ProcessPlace } from '../paths.ts';
import { findProgram, readEnvFile } from '../program.ts';
import type { ProcessStatus } from '../protocol.ts';
import { removeSmall, writeSmall } from '../small-file.ts';
import type { Spec } from '../spec.ts';
import { targetOf } from '../health/target.ts';
import { LastLines } from './last-lines.ts';
import { adoptNode, launchNode } from './node-process.ts';
import type { NodeProcess } from './node-process.ts';
import { Records } from './records.ts';
import type { Saved } from './state.ts';

export interface SupervisorOptions {
	readonly spec: Spec;
	readonly place: ProcessPlace;
	readonly clock: Clock;
	readonly env: NodeJS.ProcessEnv;
	readonly home: string;
	readonly retention: Retention;
	/** From 0 to 1. */
	readonly random: () => number;
}

const busyPumpMs = 50;
const idlePumpMs = 500;
const firstCheckMs = 500;
/** A node that opens its API only after it has loaded its database is not unhealthy meanwhile. */
const startPatienceMs = 600_000;

/** Runs one node: starts it, watches it, starts it again, keeps its log. */
export class Supervisor {
	readonly #options: SupervisorOptions;
	readonly #pump: LogPump;
	readonly #records: Records;
	readonly #lastLines = new LastLines();
	readonly #listeners = createListeners();
	#spec: Spec;
	#machine: Machine = initialMachine;
	#node: NodeProcess | undefined;
	#checker: HealthChecker;
	#before: { readonly version: string | undefined; readonly network: string | undefined } = {
		version: undefined,
		network: undefined,
	};
	#health: HealthReport | undefined;
	#unhealthyInRow = 0;
	/** In this run of the node. */
	#hasAnswered = false;
	#restartTimer: Timer | undefined;
	#healthTimer: Timer | undefined;
	#pumpTimer: Timer | undefined;
	#isClosed = false;

	constructor(options: SupervisorOptions) {
		this.#options = options;
		this.#spec = options.spec;
		this.#records = new Records(options.place, options.clock);
		this.#pump = new LogPump({
			stdout: options.place.stdout,
			stderr: options.place.stderr,
			directory: options.place.log,
			retention: options.retention,
			clock: options.clock,
			onWritten: this.#lastLines.add,
			onProblem: (about, problem) => {
				this.#records.tell(about, problem);
			},
		});
		this.#checker = this.#newChecker();
		this.#runPump();
	}

	get machine(): Machine {
		return this.#machine;
	}

	get spec(): Spec {
		return this.#spec;
	}

	get place(): ProcessPlace {
		return this.#options.place;
	}

	/** Calls back after each change of state; returns the function that ends it. */
	get subscribe(): (listener: () => void) => () => void {
		return this.#listeners.subscribe;
	}

	/** Whether nothing is left to do: no process, and no restart that is due. */
	isOver(): boolean {
		return this.#machine.process === undefined && ['stopped', 'error'].includes(this.#machine.state)
			? true
			: this.#machine.state === 'crashed' && this.#restartTimer === undefined;
	}

	/** Takes over a node that runs, as an earlier supervisor left it. False when it is not there. */
	async adopt(record: NodeRecord, saved: Saved | undefined): Promise<boolean> {
		const { place, clock } = this.#options;
		const events = { onExit: this.#onExit, onLeft: this.#onLeft };
		const node = await adoptNode(record, { place, clock, ...events });
		if (!node) return false;
		this.#node = node;
		const { pid, atMs: startedAtMs } = node.record;
		const { restarts = 0, attempts = 0 } = saved ?? {};
		this.#before = { version: saved?.version, network: saved?.network };
		const reason = 'taken over from a supervisor that is gone';
		this.#machine = { ...initialMachine, state: saved?.state ?? 'stopped' };
		const isStopping = saved?.state === 'stopping';
		this.#take({
			restarts,
			attempts,
			// It got its signal, and is still to end.
			state: isStopping ? 'stopping' : 'running',
			afterStop: (isStopping ? saved.afterStop : undefined) ?? 'stop',
			process: { pid, startedAtMs },
			reason,
		});
		this.#checkSoon();
		return true;
	}

	/** Writes down that the node ended while no supervisor ran, if it did. */
	tellLoss(saved: Saved | undefined): void {
		const loss = lossOf(saved);
		if (!saved || !loss) return;
		removeSmall(this.#options.place.node);
		const { state, restarts } = saved;
		this.#machine = { ...initialMachine, state, restarts };
		this.#take({ ...this.#machine, ...loss });
	}

	start(reason: string): void {
		this.apply({ type: 'start', reason });
	}

	/** Other arguments or settings for the next start. */
	useSpec(spec: Spec): void {
		this.#spec = spec;
		writeSmall(this.#options.place.spec, spec);
		this.#checker = this.#newChecker();
	}

	apply(event: MachineEvent): void {
		const { machine, effects } = step(
			this.#machine,
			event,
			this.#spec.policy,
			this.#options.random(),
		);
		this.#take(machine, event.type === 'exited' ? event.exit : undefined);
		for (const effect of effects) this.#do(effect);
		this.#listeners.notify();
	}

	status(): ProcessStatus {
		const { state, restarts, process: running, reason } = this.#machine;
		const { clock } = this.#options;
		const { version, network } = this.#known();
		const isRunning = running !== undefined;
		const rpcUrl = targetOf(this.#spec, this.#options.home).url;
		const problem = this.#records.problem();
		return {
			name: this.#spec.name,
			state,
			restarts,
			health: isRunning && this.#health ? wordFor(this.#health) : 'unknown',
			supervisorPid: process.pid,
			...(running && {
				pid: running.pid,
				uptimeSeconds: Math.max(0, Math.floor((clock.now() - running.startedAtMs) / 1000)),
				startedAt: new Date(running.startedAtMs).toISOString(),
			}),
			...(version !== undefined && { version }),
			...(network !== undefined && { network }),
			...(reason !== undefined && { reason }),
			...(problem !== undefined && { problem }),
			...(rpcUrl !== undefined && { rpcUrl }),
		};
	}

	/** Checks now. */
	async health(): Promise<HealthReport> {
		const report = await this.#checker.check(this.#machine.process?.pid, this.#options.clock.now());
		this.#health = report;
		return report;
	}

	/** One signal to the node, after looking that it is the same process; false where there is none. */
	async signal(signal: 'SIGTERM' | 'SIGKILL'): Promise<boolean> {
		return (await this.#node?.signal(signal)) ?? false;
	}

	/** Starts a process without asking the machine: the upgrade decides what its end means. */
	async launch(): Promise<void> {
		const { place, clock, env } = this.#options;
		const { command, cwd, envFile } = this.#spec;
		const [name = '', ...args] = command;
		const program = findProgram(name, cwd, env['PATH']);
		const ownEnv = {
			...env,
			...(envFile !== undefined && readEnvFile(envFile)),
			...this.#spec.env,
		};
		await this.#pump.drain(true);
		this.#pump.reset();
		this.#lastLines.clear();
		this.#health = undefined;
		this.#unhealthyInRow = 0;
		this.#hasAnswered = false;
		this.#checker = this.#newChecker();
		const events = { onExit: this.#onExit, onLeft: this.#onLeft };
		const node = await launchNode({ program, args, cwd, env: ownEnv, place, clock, ...events });
		this.#node = node;
		this.apply({ type: 'opened', pid: node.record.pid, atMs: node.record.atMs });
		if (this.#machine.state === 'stopping') this.#do({ type: 'terminate' });
		this.#checkSoon();
	}

	note(text: string): void {
		this.#pump.note(text);
	}

	async close(): Promise<void> {
		this.#isClosed = true;
		const { clock } = this.#options;
		for (const timer of [this.#restartTimer, this.#healthTimer, this.#pumpTimer])
			clock.clearTimeout(timer);
		await this.#pump.drain(this.#machine.process === undefined);
		await this.#pump.close();
	}

	/** What the node said last, also in an earlier run. */
	#known(): { readonly version: string | undefined; readonly network: string | undefined } {
		const { version, network } = this.#checker;
		this.#before = {
			version: version ?? this.#before.version,
			network: network ?? this.#before.network,
		};
		return this.#before;
	}

	#newChecker(): HealthChecker {
		const { timeoutMs, minPeers } = this.#spec.health;
		return new HealthChecker({ ...targetOf(this.#spec, this.#options.home), timeoutMs, minPeers });
	}

	readonly #onLeft = ({ pid, atMs }: NodeRecord, exit: Exit): void => {
		if (this.#isClosed) return;
		const text = `its first process ${exitWords(exit)}; process ${pid} of its group goes on`;
		this.#pump.note(text);
		const wentOn = exit.kind === 'code' && exit.code === 0;
		if (this.#machine.state === 'running' && !wentOn)
			this.#records.tell('processes', `${text}: it must end before the node is started again`);
		this.apply({ type: 'opened', pid, atMs });
	};

	readonly #onExit = (exit: Exit): void => {
		this.#node = undefined;
		this.#records.tell('processes', undefined);
		this.#options.clock.clearTimeout(this.#healthTimer);
		void this.#tellExit(exit);
	};

	/** After its last lines were read. */
	async #tellExit(exit: Exit): Promise<void> {
		// Its log is closed, and another supervisor may have the node.
		if (this.#isClosed) return;
		await this.#pump.drain(true);
		const lastLines = this.#lastLines.get();
		this.apply({ type: 'exited', exit, lastLines, atMs: this.#options.clock.now() });
	}

	#take(machine: Machine, exit?: Exit): void {
		const before = this.#machine;
		this.#machine = machine;
		if (before === machine) return;
		this.#records.save(machine, this.#known());
		if (before.state === machine.state) return;
		const { reason, restarts, process: running } = machine;
		const hasTrouble = machine.state === 'crashed' || machine.state === 'error';
		const pid = running?.pid ?? before.process?.pid;
		const line = `${before.state} → ${machine.state}${reason === undefined ? '' : `: ${reason}`}`;
		this.#pump.note(line);
		this.#records.append({
			at: new Date(this.#options.clock.now()).toISOString(),
			from: before.state,
			to: machine.state,
			restarts,
			...(reason !== undefined && { reason }),
			...(pid !== undefined && { pid }),
			...(exit?.kind === 'code' && { exitCode: exit.code }),
			...(exit?.kind === 'signal' && { signal: exit.signal }),
			...(hasTrouble && { lastLines: [...this.#lastLines.get()] }),
		});
	}

	#do(effect: Effect): void {
		const { clock } = this.#options;
		if (effect.type === 'spawn') void this.#spawn();
		else if (effect.type === 'terminate') void this.signal('SIGTERM');
		else {
			clock.clearTimeout(this.#restartTimer);
			this.#restartTimer = undefined;
			if (effect.type !== 'wait') return;
			this.#restartTimer = clock.setTimeout(() => {
				this.#restartTimer = undefined;
				this.apply({ type: 'restartDue' });
			}, effect.ms);
		}
	}

	async #spawn(): Promise<void> {
		try {
			await this.launch();
		} catch (error) {
			const isHopeless = error instanceof UserError;
			this.apply({ type: 'notStarted', reason: messageOf(error), isHopeless });
		}
	}

	/** Often at first, so that a start is soon known to be well; then at its interval. */
	#checkSoon(waitMs = firstCheckMs): void {
		const { clock } = this.#options;
		const { intervalMs } = this.#spec.health;
		clock.clearTimeout(this.#healthTimer);
		if (this.#isClosed) return;
		this.#healthTimer = clock.setTimeout(
			() => {
				void this.#checkAndGoOn(waitMs);
			},
			Math.min(waitMs, intervalMs),
		);
	}

	async #checkAndGoOn(waitMs: number): Promise<void> {
		const { intervalMs } = this.#spec.health;
		const isHealthy = await this.#check(waitMs >= intervalMs);
		if (this.#machine.process)
			this.#checkSoon(isHealthy ? intervalMs : Math.min(waitMs * 2, intervalMs));
	}

	/** Only checks at the interval count against a node: the first ones come while it is still starting. */
	async #check(isRegular: boolean): Promise<boolean> {
		const { version: known } = this.#known();
		const report = await this.health();
		if (this.#known().version !== known || this.#records.isBehind())
			this.#records.save(this.#machine, this.#known());
		this.#listeners.notify();
		this.#hasAnswered ||= report.checks.rpc_endpoint?.healthy === true;
		const counts = isRegular && (this.#hasAnswered || this.#ranMs() > startPatienceMs);
		this.#unhealthyInRow = report.healthy ? 0 : this.#unhealthyInRow + (counts ? 1 : 0);
		const { restartUnhealthy } = this.#spec.policy;
		if (restartUnhealthy > 0 && this.#unhealthyInRow >= restartUnhealthy) {
			this.#unhealthyInRow = 0;
			this.apply({ type: 'unhealthy', reason: `unhealthy: ${troubleOf(report) ?? ''}` });
		}
		return report.healthy;
	}

	#ranMs(): number {
		const { process: running } = this.#machine;
		return running ? this.#options.clock.now() - running.startedAtMs : 0;
	}

	#runPump(): void {
		const taken = this.#pump.turn();
		if (this.#isClosed) return;
		this.#pumpTimer = this.#options.clock.setTimeout(
			() => {
				this.#runPump();
			},
			taken > 4_000_000 ? 0 : taken > 0 ? busyPumpMs : idlePumpMs,
		);
	}
}

/** A process that runs is not healthy for that: a node that cannot be asked may do nothing. */
function wordFor({ healthy, checks }: HealthReport): ProcessStatus['health'] {
	if (!healthy) return 'unhealthy';
	return checks.rpc_endpoint === undefined ? 'unknown' : 'healthy';
}
