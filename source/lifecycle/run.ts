import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { systemClock } from '../domain/clock.ts';
import { exitCodes, UserError } from '../domain/errors.ts';
import { acquireLock } from '../domain/lock.ts';
import type { Lock } from '../domain/lock.ts';
import { markSchema } from './identity.ts';
import { otherDirectories, realOf } from './inspect.ts';
import { defaultRetention } from './log/segments.ts';
import { dataLockOf, placeOf } from './paths.ts';
import type { ProcessPlace } from './paths.ts';
import { inWords, readSmall, writeSmall } from './small-file.ts';
import { specSchema } from './spec.ts';
import type { Spec } from './spec.ts';
import { targetOf } from './health/target.ts';
import { answerFor } from './supervisor/answer.ts';
import { listen } from './supervisor/server.ts';
import { readSaved } from './supervisor/state.ts';
import { Supervisor } from './supervisor/supervisor.ts';

export interface RunOrder {
	/** Where the directories of all nodes are. */
	readonly root: string;
	/** Where a socket is whose path would be too long. */
	readonly runtime: string;
	readonly name: string;
	/** What to run; absent to take over a node that runs. */
	readonly spec?: Spec | undefined;
}

export interface SupervisorRun {
	readonly supervisor: Supervisor;
	/** Resolves when there is nothing left to supervise. */
	readonly over: Promise<void>;
	readonly close: () => Promise<void>;
}

/**
 * Becomes the supervisor of a node: takes the locks, takes over a node that runs or starts it, and listens. Throws
 * `UserError` when another supervisor has the node or its data directory, or there is nothing to do.
 */
export async function runSupervisor(
	order: RunOrder,
	env: NodeJS.ProcessEnv,
): Promise<SupervisorRun> {
	const { root, runtime, name } = order;
	const place = placeOf(root, name, runtime);
	const locks = [await lockNode(root, place, name)];
	try {
		const record = readSmall(place.node, markSchema);
		const kept = readSmall(place.spec, specSchema);
		// The arguments of a node that runs are those that it was started with.
		const spec = (record ? kept : undefined) ?? order.spec ?? kept;
		if (!spec)
			throw new UserError(`nothing is known of a node "${name}"`, {
				nextSteps: ['nodetop start --name NAME -- COMMAND…'],
			});
		locks.push(...(await lockData(order, spec)));
		const supervisor = new Supervisor({
			spec,
			place,
			clock: systemClock,
			env,
			home: homedir(),
			retention: defaultRetention,
			random: Math.random,
		});
		const server = await listen(place.socket, answerFor(supervisor));
		const saved = readSaved(place);
		const isAdopted = record !== undefined && (await supervisor.adopt(record, saved));
		if (!isAdopted) supervisor.tellLoss(saved);
		if (!isAdopted && order.spec) {
			writeSmall(place.spec, order.spec);
			supervisor.useSpec(order.spec);
			supervisor.start('started by a person');
		}
		return {
			supervisor,
			over: overOf(supervisor),
			async close() {
				server.close();
				await supervisor.close();
				for (const lock of locks) await lock.release();
			},
		};
	} catch (error) {
		for (const lock of locks) await lock.release();
		throw inWords(error, place.directory);
	}
}

async function lockNode(root: string, place: ProcessPlace, name: string): Promise<Lock> {
	const words = {
		holderDoes: 'supervises the node of',
		nextStep: `see: nodetop status --process ${name}`,
	};
	try {
		mkdirSync(root, { recursive: true, mode: 0o700 });
		return await acquireLock(place.directory, { patienceMs: 2000, words });
	} catch (error) {
		throw inWords(error, place.directory);
	}
}

/** The lock of the data directory, and a look whether a node without a supervisor still has it. */
async function lockData({ root, name }: RunOrder, spec: Spec): Promise<readonly Lock[]> {
	const { dataDirectory } = targetOf(spec, homedir());
	if (dataDirectory === undefined) return [];
	const real = realOf(dataDirectory);
	const words = {
		holderDoes: 'supervises a node with the data directory',
		nextStep: 'two nodes on one data directory destroy it: stop the other one first',
	};
	const lock = await acquireLock(dataLockOf(root, real), {
		patienceMs: 2000,
		words: { ...words, holderDoes: `${words.holderDoes} ${real}; lock` },
	});
	const other = (await otherDirectories(root, name)).get(real);
	if (other === undefined) return [lock];
	await lock.release();
	throw new UserError(`the node "${other}" runs with the data directory ${real}`, {
		nextSteps: [words.nextStep],
		exitCode: exitCodes.unavailable,
	});
}

function overOf(supervisor: Supervisor): Promise<void> {
	return new Promise((resolve) => {
		if (supervisor.isOver()) {
			resolve();
			return;
		}
		const unsubscribe = supervisor.subscribe(() => {
			if (!supervisor.isOver()) return;
			unsubscribe();
			resolve();
		});
	});
}
