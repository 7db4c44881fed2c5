import { readFile, stat } from 'node:fs/promises';
import { exitCodes, messageOf, UserError } from '../domain/errors.ts';
import { answer } from '../history/answers.ts';
import { HistoryReader } from '../history/reader.ts';
import { readRecording } from '../history/recording-file.ts';
import type { Manifest } from '../history/recording-file.ts';
import { readMoment } from '../sections/moment-json.ts';
import type { Moment } from '../sections/moment.ts';
import { historyFile } from './run-history.ts';
import type { AskHistory } from './time-travel.ts';

const mostBytes = 1024 * 1024 * 1024;

/** Something that was recorded, opened to be looked at. */
export interface Recorded {
	readonly ask: AskHistory;
	readonly reader: HistoryReader;
	/** What is said of it; absent for the history of a profile. */
	readonly manifest?: Manifest;
	/** What is wrong with it, where it can be shown all the same. */
	readonly warning?: string;
	readonly close: () => Promise<void>;
}

/** Opens a portable recording. It may come from anybody. Throws `UserError`. */
export async function openRecordingFile(file: string): Promise<Recorded> {
	try {
		const { size } = await stat(file);
		if (size > mostBytes) throw new Error('it is larger than 1 GB');
		const { tables, manifest, isCutOff } = readRecording(await readFile(file));
		const reader = new HistoryReader(tables);
		return {
			// Asked as a worker would be: what it throws rejects.
			ask: async (name, question) => Promise.resolve(answer(reader, name, question)),
			reader,
			manifest,
			...(isCutOff && { warning: `${file} is cut off: what there is of it is shown` }),
			close: () => Promise.resolve(),
		};
	} catch (error) {
		throw new UserError(`${file} cannot be replayed: ${messageOf(error)}`, {
			nextSteps: ['`nodetop record FILE` makes a recording, `nodetop history export FILE` another'],
			cause: error,
		});
	}
}

/** Opens the history of a profile to read it, also while another process writes it. Throws `UserError`. */
export async function openProfileHistory(
	profile: string,
	env: NodeJS.ProcessEnv,
): Promise<Recorded> {
	const file = historyFile(profile, env);
	const { openToRead } = await import('../history/sqlite/open.ts');
	try {
		const tables = await openToRead(file, true);
		const reader = new HistoryReader(tables);
		return {
			reader,
			ask: async (name, question) => Promise.resolve(answer(reader, name, question)),
			close() {
				tables.close();
				return Promise.resolve();
			},
		};
	} catch (error) {
		throw new UserError(`the profile ${profile} has no history to read: ${messageOf(error)}`, {
			nextSteps: ['`nodetop watch`, or the screen of the profile, records one'],
			exitCode: exitCodes.unavailable,
			cause: error,
		});
	}
}

/** A recording, where a file is named; else the history of the profile. Throws `UserError`. */
export async function openRecorded(
	file: string | undefined,
	profile: string,
	env: NodeJS.ProcessEnv,
): Promise<Recorded> {
	return file === undefined ? openProfileHistory(profile, env) : openRecordingFile(file);
}

/** The moment at or before a time; the first one for a time before it. Throws `UserError`. */
export async function momentOf({ ask }: Recorded, atMs: number): Promise<Moment> {
	try {
		const span = await ask('span', {});
		if (!span) throw new Error('it holds no moment');
		const text = await ask('moment', { atMs: Math.max(atMs, span.fromMs) });
		if (text === undefined) throw new Error('it holds no moment of that time');
		return readMoment(text);
	} catch (error) {
		if (error instanceof UserError) throw error;
		throw new UserError(`nothing can be shown: ${messageOf(error)}`, {
			exitCode: exitCodes.unavailable,
			cause: error,
		});
	}
}
