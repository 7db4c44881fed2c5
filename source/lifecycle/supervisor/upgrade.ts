import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { clean } from '../../domain/clean.ts';
import { messageOf, UserError } from '../../domain/errors.ts';
import { formatCount, formatMs } from '../../domain/format.ts';
import { troubleOf } from '../health/report.ts';
import type { Reply, UpgradeOrder } from '../protocol.ts';
import { removedFlags, stageBinary, pointToRelease } from '../releases.ts';
import type { Spec } from '../spec.ts';
import type { Supervisor } from './supervisor.ts';
import { until } from './until.ts';

type Say = (reply: Reply) => void;

const pollMs = 500;
const heightPollMs = 2000;
const backupMs = 6 * 3_600_000;
/** A node whose health cannot be asked must at least run as long as this. */
const runsMs = 10_000;
const run = promisify(execFile);

/** Another binary for a node, and back by itself when the node is not healthy with it. */
export async function runUpgrade(
	supervisor: Supervisor,
	order: UpgradeOrder,
	say: Say,
): Promise<void> {
	const tell = (text: string): void => {
		supervisor.note(`upgrade: ${text}`);
		say({ is: 'progress', text });
	};
	try {
		say({ is: 'done', text: await upgrade(supervisor, order, tell) });
	} catch (error) {
		const nextSteps = error instanceof UserError ? [...error.nextSteps] : ['see: nodetop logs'];
		say({ is: 'failed', message: messageOf(error), nextSteps });
	}
}

async function upgrade(
	supervisor: Supervisor,
	order: UpgradeOrder,
	tell: (text: string) => void,
): Promise<string> {
	const before = supervisor.spec;
	if (supervisor.machine.state !== 'running')
		throw new UserError('only a node that runs is upgraded', { nextSteps: ['nodetop start'] });
	const { place } = supervisor;
	const staged = await stageBinary(place, order, before.command[0] ?? '');
	tell(`staged ${staged.version ?? 'a binary of unknown version'}, sha256 ${staged.sha256}`);
	for (const flag of removedFlags(before.command, staged.version)) tell(flag);
	await waitForMoment(supervisor, order, tell);
	if (order.backup) await backUp(order.backup, before, tell);
	const startedAtMs = performance.now();
	supervisor.apply({
		type: 'upgradeBegins',
		reason: `upgrade to ${staged.version ?? staged.sha256.slice(0, 8)}`,
	});
	await gone(supervisor, tell);
	pointToRelease(place, staged.release);
	supervisor.useSpec({ ...before, command: [staged.program, ...before.command.slice(1)] });
	const trouble = await gate(supervisor, order.gateMs, tell);
	if (trouble === undefined) {
		const took = formatMs(performance.now() - startedAtMs);
		const reason = `upgraded to ${staged.version ?? staged.sha256.slice(0, 8)} in ${took}`;
		supervisor.apply({ type: 'upgradeEnds', reason, isRunning: true });
		return reason;
	}
	await rollBack(supervisor, before, staged.previousRelease, trouble, tell);
	throw new UserError(`rolled back: ${trouble}`, {
		nextSteps: ['the node runs its old binary; read: nodetop logs'],
	});
}

async function waitForMoment(
	supervisor: Supervisor,
	order: UpgradeOrder,
	tell: (text: string) => void,
): Promise<void> {
	const { atHeight, atMs } = order;
	if (atMs !== undefined) {
		tell(`waits until ${new Date(atMs).toISOString()}`);
		while (Date.now() < atMs) await sleep(Math.min(heightPollMs, atMs - Date.now()));
	}
	if (atHeight === undefined) return;
	tell(`waits for block ${formatCount(atHeight)}`);
	for (;;) {
		if (supervisor.machine.state !== 'running')
			throw new UserError('the node stopped while the upgrade waited for its height');
		const block = (await supervisor.health()).checks.sync_status?.current_block;
		if (block !== undefined && block >= atHeight) return;
		await sleep(heightPollMs);
	}
}

async function backUp(
	command: readonly string[],
	{ cwd }: Spec,
	tell: (text: string) => void,
): Promise<void> {
	const [file = '', ...args] = command;
	tell(`runs the backup: ${clean(file, 80)}`);
	try {
		await run(file, args, { cwd, timeout: backupMs, maxBuffer: 10_000_000 });
	} catch (error) {
		throw new UserError(
			`the backup failed, so nothing was changed: ${clean(messageOf(error), 200)}`,
		);
	}
}

async function gone(supervisor: Supervisor, tell: (text: string) => void): Promise<void> {
	const isGone = () => supervisor.machine.process === undefined;
	const { graceMs } = supervisor.spec;
	const isInTime = await until(supervisor, isGone, graceMs, (waitedMs) => {
		tell(`stopping for ${formatMs(waitedMs)}`);
	});
	if (isInTime) return;
	supervisor.apply({
		type: 'upgradeEnds',
		reason: 'the upgrade was given up: the node did not end',
		isRunning: true,
	});
	throw new UserError(`the node has not ended within ${formatMs(graceMs)}, so nothing was changed`);
}

/** Starts the new binary; what is wrong with it, or undefined when it became healthy in time. */
async function gate(
	supervisor: Supervisor,
	gateMs: number,
	tell: (text: string) => void,
): Promise<string | undefined> {
	try {
		await supervisor.launch();
	} catch (error) {
		return messageOf(error);
	}
	const startedAtMs = performance.now();
	tell('started; waits until it is healthy');
	let trouble = 'it has not become healthy';
	while (performance.now() - startedAtMs < gateMs) {
		await sleep(pollMs);
		if (!supervisor.machine.process) return `it ended: ${supervisor.machine.reason ?? ''}`;
		const report = await supervisor.health();
		const isAsked = report.checks.rpc_endpoint !== undefined;
		if (
			report.healthy &&
			(isAsked || performance.now() - startedAtMs >= Math.min(runsMs, gateMs / 2))
		)
			return undefined;
		trouble = troubleOf(report) ?? trouble;
	}
	return `not healthy within ${formatMs(gateMs)}: ${trouble}`;
}

async function rollBack(
	supervisor: Supervisor,
	before: Spec,
	release: string | undefined,
	trouble: string,
	tell: (text: string) => void,
): Promise<void> {
	tell(`${trouble}; goes back to the old binary`);
	if (supervisor.machine.process) {
		await supervisor.signal('SIGTERM');
		const isGone = await until(
			supervisor,
			() => supervisor.machine.process === undefined,
			before.graceMs,
		);
		if (!isGone) {
			supervisor.apply({
				type: 'upgradeEnds',
				reason: `${trouble}; the new binary does not end`,
				isRunning: true,
			});
			throw new UserError(`${trouble}; the new binary does not end, so it still runs`, {
				nextSteps: ['nodetop stop'],
			});
		}
	}
	pointToRelease(supervisor.place, release);
	supervisor.useSpec(before);
	try {
		await supervisor.launch();
		supervisor.apply({ type: 'upgradeEnds', reason: `rolled back: ${trouble}`, isRunning: true });
	} catch (error) {
		const reason = `rolled back, but the old binary does not start: ${messageOf(error)}`;
		supervisor.apply({ type: 'upgradeEnds', reason, isRunning: false });
		throw new UserError(reason);
	}
}

function sleep(ms: number): Promise<void> {
	return new Promise((resolve) => {
		setTimeout(resolve, Math.max(0, ms));
	});
}
