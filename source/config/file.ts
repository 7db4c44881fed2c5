import { constants } from 'node:fs';
import { access, readFile, rename, stat } from 'node:fs/promises';
import { exitCodes, UserError } from '../domain/errors.ts';
import { codeOf, fileError, refuseIfReplaceable, warnIfOpenToOthers } from './file-errors.ts';
import type { Warn } from './file-errors.ts';
import { parseJsonText, repeatedText } from './json-text.ts';
import type { RepeatedKey } from './json-text.ts';
import { describeIssues } from './problems.ts';
import type { ConfigProblem } from './problems.ts';
import { schemaVersion } from './schema.ts';
import type { ConfigFile, ConfigFormat } from './schema.ts';
import { replaceStore } from './store.ts';

const maxProblemsShown = 10;

/**
 * Reads the configuration file and writes nothing; `undefined` when there is none. Warns when group
 * or others may open it. Throws `UserError` with exit code 78, naming the file and what to do, when
 * it cannot be read, is no JSON, or does not fit the schema; no message shows a value of the file.
 */
export async function readConfigFile(
	format: ConfigFormat,
	path: string,
	warn: Warn,
): Promise<ConfigFile | undefined> {
	const text = await readText(path);
	if (text === undefined) return undefined;
	await refuseIfReplaceable(path);
	await warnIfOpenToOthers(path, warn);
	return parseConfig(format, text, path);
}

function parseConfig(format: ConfigFormat, text: string, path: string): ConfigFile {
	const json = parseJsonText(text);
	if ('problem' in json) throw corrupt(path, json);
	refuseRepeated(path, json.repeated);
	return checkConfig(format, json.value, path);
}

/**
 * Checks a value against the schema of the file, and gives the value itself back, so that a rewrite keeps
 * the order of its keys. Throws `UserError` that lists each mistake with its path.
 */
export function checkConfig({ schema }: ConfigFormat, value: unknown, path: string): ConfigFile {
	const version = newerVersion(value);
	if (version !== undefined) {
		throw new UserError(
			`${path}: schemaVersion ${version} is from a newer nodetop; this one reads ${schemaVersion}`,
			{
				nextSteps: ['update nodetop, or name another file with --config'],
				exitCode: exitCodes.config,
			},
		);
	}
	const checked = schema.safeParse(value);
	if (!checked.success) throw invalid(path, describeIssues(schema, checked.error.issues));
	// The schema transforms nothing, so the value has its type.
	return value as ConfigFile;
}

export interface Edited {
	readonly path: string;
	/** Where a corrupt file was put, if the file was corrupt. */
	readonly keptAside: string | undefined;
}

/**
 * Changes the configuration file: reads it, applies `edit` to a copy, checks the whole, and writes it
 * atomically with mode 0600 in a directory made with 0700. A file that is no JSON is first renamed to
 * `….corrupt-TIME` beside it, never overwritten, and `edit` starts from an empty configuration. A
 * file that is JSON but does not fit the schema is refused. Throws `UserError`; 73 if writing failed.
 */
export async function editConfigFile(
	format: ConfigFormat,
	path: string,
	edit: (config: ConfigFile) => ConfigFile,
	{ warn, now }: { readonly warn: Warn; readonly now: () => number },
): Promise<Edited> {
	const text = await readText(path);
	const json = text === undefined ? { value: {} } : parseJsonText(text);
	const isCorrupt = 'problem' in json;
	if (!isCorrupt) refuseRepeated(path, json.repeated);
	const before = isCorrupt ? {} : checkConfig(format, json.value, path);
	const edited = edit(structuredClone(before));
	const after = checkConfig(format, { schemaVersion, ...edited }, path);
	const parse = (written: string) => parseConfig(format, written, path);
	let keptAside: string | undefined;
	try {
		if (isCorrupt) {
			keptAside = await keepAside(path, now());
			warn(
				`${path} was not JSON (line ${json.line}, column ${json.column}); it is kept as ${keptAside}, and a new file is started`,
			);
		}
		await replaceStore(path, { before, after, parse });
	} catch (error) {
		throw fileError(error, path, 'written', exitCodes.cannotWrite);
	}
	return { path, keptAside };
}

/** Renames the file; another file that has the new name stays as it is. */
async function keepAside(path: string, nowMs: number): Promise<string> {
	const stamp = new Date(nowMs).toISOString().replaceAll(/[-:]|\.\d+/g, '');
	for (let attempt = 1; ; attempt += 1) {
		const target = `${path}.corrupt-${stamp}${attempt === 1 ? '' : `-${attempt}`}`;
		if (await exists(target)) continue;
		await rename(path, target);
		return target;
	}
}

async function exists(path: string): Promise<boolean> {
	try {
		await access(path, constants.F_OK);
		return true;
	} catch (error) {
		if (codeOf(error) === 'ENOENT') return false;
		throw error;
	}
}

/** Throws for a device or a pipe: reading it may never end. */
async function readText(path: string): Promise<string | undefined> {
	try {
		const found = await stat(path);
		if (!found.isFile() && !found.isDirectory()) {
			throw new UserError(`${path} is not a regular file`, {
				nextSteps: ['give a regular file, because nodetop reads and rewrites it'],
				exitCode: exitCodes.config,
			});
		}
		return await readFile(path, 'utf8');
	} catch (error) {
		if (codeOf(error) === 'ENOENT') return undefined;
		throw fileError(error, path, 'read', exitCodes.config);
	}
}

function corrupt(path: string, at: { problem: string; line: number; column: number }): UserError {
	return new UserError(`${path}:${at.line}:${at.column}: not JSON: ${at.problem}`, {
		nextSteps: [
			`correct line ${at.line}, column ${at.column}`,
			'or start again: `nodetop add URL` renames this file and writes a new one',
		],
		exitCode: exitCodes.config,
	});
}

/** One of two equal keys would replace the other without a word: a channel, or a list of nodes. */
function refuseRepeated(path: string, repeated: readonly RepeatedKey[] = []): void {
	if (repeated.length === 0) return;
	const lines = repeated.map((each) => `\n  ${repeatedText(each)}`);
	throw new UserError(`${path}:${lines.join('')}`, {
		nextSteps: ['rename or remove one of the two: only the last would count'],
		exitCode: exitCodes.config,
	});
}

function invalid(path: string, problems: readonly ConfigProblem[]): UserError {
	const lines = problems
		.slice(0, maxProblemsShown)
		.map((problem) => `${problem.path === '' ? 'the file' : problem.path}: ${problem.message}`);
	const more = problems.length - lines.length;
	const list = [...lines, ...(more > 0 ? [`and ${more} more`] : [])];
	const text = list.length === 1 ? ` ${list[0]}` : list.map((line) => `\n  ${line}`).join('');
	return new UserError(`${path}:${text}`, {
		nextSteps: [...new Set(problems.flatMap((problem) => problem.nextSteps)), seeSchema],
		exitCode: exitCodes.config,
	});
}

const seeSchema = '`nodetop config schema` prints what the file may hold';

function newerVersion(value: unknown): number | undefined {
	if (typeof value !== 'object' || value === null || !('schemaVersion' in value)) return undefined;
	const { schemaVersion: version } = value;
	return typeof version === 'number' && version > schemaVersion ? version : undefined;
}
