import { join } from 'node:path';
import { isNoSpace, isReadOnly, messageOf } from '../domain/errors.ts';
import { applyAction } from './alert-state.ts';
import type { AlertState } from './alert-state.ts';
import type { Evaluation, EvaluationTime } from './evaluation.ts';
import { keepReserve } from './reserve.ts';
import {
	appendHistory,
	historyLine,
	linesNotInHistory,
	readActions,
	removeActions,
	stateFileName,
	writeAlertState,
} from './state-file.ts';

/** Keeps the state of an alert engine, its history and the filed actions in step with the disk. */
export interface AlertPersistence {
	/** Applies the actions that other processes filed. Returns their names, for `save`. */
	applyFiledActions(): Promise<readonly string[]>;
	/**
	 * Saves after an evaluation: at once when an alert changed or a person acted, else when the state on
	 * disk is too old. Never rejects: `problem` says why it failed, and the next evaluation tries again.
	 */
	save(evaluation: Evaluation, time: EvaluationTime, acted: ActionsTaken): Promise<void>;
	/** Why the state on disk is behind; `undefined` when it is not. */
	problem(): string | undefined;
	/** Whether the disk is full: what is kept went into the space reserved for that. */
	isDiskFull(): boolean;
}

export interface ActionsTaken {
	/** Names of the filed actions, which are removed once the state is on disk. */
	readonly filed: readonly string[];
	readonly hasActed: boolean;
}

/** While an alert waits, the time that it has waited is saved so often. */
const saveEveryMs = 5000;
/** How old the state on disk gets at most: its age shows whether a process still watches. */
const freshEveryMs = 60_000;
const maxApplied = 1000;
const maxUnwritten = 1000;

/** Takes up what the last process could not finish. Throws system errors when the history cannot be read. */
export async function openAlertPersistence(
	directory: string,
	state: AlertState,
	afterWrite?: () => Promise<void>,
): Promise<AlertPersistence> {
	const lost = await linesNotInHistory(directory, state.historyLines ?? []);
	const path = join(directory, stateFileName);
	let problem: string | undefined;
	let isDiskFull = (await keepReserve(directory)) === 'full';
	// The first evaluation saves at once: from then on the state's age shows that a process watches.
	let savedAtMs = Number.NEGATIVE_INFINITY;
	let unwritten: readonly string[] = lost;

	async function write(time: EvaluationTime): Promise<void> {
		state.savedAt = new Date(time.wallMs).toISOString();
		// In one write with the state: a kill before they are appended loses none.
		state.historyLines = [...unwritten];
		await writeAlertState(path, state);
		savedAtMs = time.steadyMs;
		await appendHistory(directory, unwritten);
		unwritten = [];
		await afterWrite?.();
		isDiskFull = (await keepReserve(directory)) === 'full';
	}

	async function applyFiled(): Promise<readonly string[]> {
		const filed = await readActions(directory);
		for (const { name, action } of filed) {
			if (!state.applied.includes(name)) applyAction(state, action);
		}
		const names = filed.map(({ name }) => name);
		state.applied = [...new Set([...state.applied, ...names])].slice(-maxApplied);
		return names;
	}

	return {
		applyFiledActions: () =>
			applyFiled().catch((error: unknown) => {
				problem = messageOf(error);
				return [];
			}),
		async save({ transitions, isWaiting }, time, { filed, hasActed }) {
			unwritten = [...unwritten, ...transitions.map(historyLine)].slice(-maxUnwritten);
			const isUrgent = isWaiting || problem !== undefined || isDiskFull;
			const isDue = time.steadyMs - savedAtMs >= (isUrgent ? saveEveryMs : freshEveryMs);
			if (transitions.length === 0 && !hasActed && !isDue) return;
			try {
				await write(time);
				await removeActions(directory, filed);
				problem = undefined;
			} catch (error) {
				// A full disk must not stop alerts from being sent.
				problem = problemOf(error, directory);
			}
		},
		problem: () => problem,
		isDiskFull: () => isDiskFull,
	};
}

function problemOf(error: unknown, directory: string): string {
	if (isNoSpace(error)) return `no space left on the disk of ${directory}`;
	return isReadOnly(error) ? `the disk of ${directory} is read-only` : messageOf(error);
}
