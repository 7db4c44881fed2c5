import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { execFile } from 'node:child_process';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { clean } from '../domain/clean.ts';
import { UserError } from '../domain/errors.ts';
import { versionIn } from './flags/geth-version.ts';

/** Where a program is: by its path, else in PATH. Throws `UserError` when it is missing or cannot be executed. */
export function findProgram(program: string, cwd: string, path: string | undefined): string {
	if (program.includes('/')) {
		const file = isAbsolute(program) ? program : resolve(cwd, program);
		const problem = problemOf(file);
		if (problem === undefined) return file;
		throw refusal(file, problem);
	}
	const places = (path ?? '').split(delimiter).filter((place) => place !== '');
	const files = places.map((place) =>
		join(isAbsolute(place) ? place : resolve(cwd, place), program),
	);
	const found = files.find((file) => problemOf(file) === undefined);
	if (found !== undefined) return found;
	const near = files.find((file) => problemOf(file) !== 'missing');
	if (near !== undefined) throw refusal(near, problemOf(near) ?? '');
	throw new UserError(`there is no program "${clean(program, 80)}" in PATH`, {
		nextSteps: ['give its path: nodetop start -- /usr/local/bin/geth …'],
	});
}

function problemOf(file: string): string | undefined {
	try {
		if (statSync(file).isDirectory()) return 'a directory';
		accessSync(file, constants.X_OK);
		return undefined;
	} catch (error) {
		const code = error instanceof Error && 'code' in error ? error.code : undefined;
		return code === 'EACCES' ? 'not executable' : 'missing';
	}
}

function refusal(file: string, problem: string): UserError {
	const shown = clean(file, 200);
	if (problem === 'not executable')
		return new UserError(`${shown} is not executable`, { nextSteps: [`chmod +x '${shown}'`] });
	if (problem === 'a directory') return new UserError(`${shown} is a directory, not a program`);
	return new UserError(`${shown} does not exist`, {
		nextSteps: ['check the path of the node’s program'],
	});
}

const versionMs = 5000;

/**
 * What a binary says its version is: `PROGRAM version`, else `PROGRAM --version`. It is run for at most five
 * seconds; undefined when it says none.
 */
export async function versionOf(file: string): Promise<string | undefined> {
	for (const args of [['version'], ['--version']]) {
		const said = await outputOf(file, args);
		const version = /(?:^|\n)\s*Version:\s*(\S+)/i.exec(said)?.[1] ?? said;
		const found = versionIn(version);
		if (found !== undefined) return found;
	}
	return undefined;
}

function outputOf(file: string, args: readonly string[]): Promise<string> {
	return new Promise((resolve) => {
		const options = { timeout: versionMs, maxBuffer: 100_000, killSignal: 'SIGKILL' } as const;
		const child = execFile(file, [...args], options, (error, stdout, stderr) => {
			resolve(error ? '' : `${stdout}\n${stderr}`);
		});
		child.stdin?.end();
	});
}

/** `KEY=VALUE` lines; `#` begins a comment, quotes around a value are taken off. Throws `UserError` without any value. */
export function readEnvFile(path: string): Record<string, string> {
	let text: string;
	try {
		text = readFileSync(path, 'utf8');
	} catch (error) {
		const code = error instanceof Error && 'code' in error ? String(error.code) : '';
		throw new UserError(`--env-file: ${clean(path, 200)} cannot be read (${code})`);
	}
	const pairs = text.split(/\r?\n/).flatMap((line, index) => {
		const trimmed = line.trim();
		if (trimmed === '' || trimmed.startsWith('#')) return [];
		return [readPair(trimmed.replace(/^export\s+/, ''), `${path}:${index + 1}`)];
	});
	return Object.fromEntries(pairs);
}

/** `KEY=VALUE`. The value is not shown in what it throws. */
export function readPair(text: string, where: string): [string, string] {
	const equals = text.indexOf('=');
	const name = text.slice(0, Math.max(0, equals)).trim();
	if (!/^[A-Za-z_]\w*$/.test(name))
		throw new UserError(`${clean(where, 200)}: not of the form KEY=VALUE`);
	const value = text.slice(equals + 1);
	const quoted = /^(["'])(.*)\1$/s.exec(value);
	return [name, quoted?.[2] ?? value];
}
