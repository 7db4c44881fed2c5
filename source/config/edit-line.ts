import { UserError } from '../domain/errors.ts';

/** A part of a path: a key, or a place in a list. */
type Step = string | number;

/** What one line changes: a value at a path, or its removal. */
export interface ConfigEdit {
	readonly path: readonly Step[];
	/** Absent for a removal. */
	readonly value?: unknown;
}

/** One value of a configuration with its path, as a line that can be edited. */
export interface ConfigRow {
	readonly path: string;
	readonly value: string;
}

const example = 'write PATH = VALUE, such as profiles.default.rules.peers-few.severity = critical';
const unsafe = new Set(['__proto__', 'constructor', 'prototype']);
const hidden = '***';
const longestLine = 2000;

/** `PATH = VALUE`; without a value it removes what is there. Throws `UserError` that says how it is written. */
export function parseEdit(line: string): ConfigEdit {
	const at = line.indexOf('=');
	if (at < 0 || line.length > longestLine) throw new UserError(example);
	const path = parsePath(line.slice(0, at).trim());
	const text = line.slice(at + 1).trim();
	if (text === '') return { path };
	if (text.includes(hidden)) {
		throw new UserError('*** stands for a secret that is not shown: write ${NAME} of a variable');
	}
	return { path, value: parseValue(text) };
}

/** JSON where it is JSON, else the text itself. */
function parseValue(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

/** `a.b[0]["c.d"]`. */
function parsePath(text: string): Step[] {
	const steps: Step[] = [];
	const part = /(?:^|\.)([^.[\]"\s]+)|\[(\d{1,6})\]|\["([^"]+)"\]/gy;
	while (part.lastIndex < text.length) {
		const found = part.exec(text);
		if (!found)
			throw new UserError(`the path "${text.slice(0, 60)}" cannot be read`, {
				nextSteps: [example],
			});
		const [, name, index, quoted] = found;
		const key = name ?? quoted;
		if (key !== undefined && unsafe.has(key)) throw new UserError(`${key} is no key`);
		steps.push(key ?? Number(index));
	}
	if (steps.length === 0) throw new UserError(example);
	return steps;
}

function pathText(path: readonly Step[]): string {
	return path.reduce<string>((text, step) => {
		if (typeof step === 'number') return `${text}[${step}]`;
		if (!/^[^.[\]"\s=]+$/.test(step)) return `${text}["${step}"]`;
		return text === '' ? step : `${text}.${step}`;
	}, '');
}

/** A copy with the change; objects and lists on the way are made. Throws `UserError` where the path leads through a value. */
export function applyEdit(config: object, { path, value }: ConfigEdit): object {
	const copy = structuredClone(config);
	let at: unknown = copy;
	for (const [index, step] of path.entries()) {
		if (typeof at !== 'object' || at === null || Array.isArray(at) !== (typeof step === 'number')) {
			throw new UserError(
				`${pathText(path.slice(0, index + 1))}: there is nothing of that kind there`,
			);
		}
		const holder = at as Record<Step, unknown>;
		if (index === path.length - 1) change(holder, step, value);
		else if (!Object.hasOwn(holder, step))
			holder[step] = typeof path[index + 1] === 'number' ? [] : {};
		at = holder[step];
	}
	return copy;
}

function change(holder: Record<Step, unknown>, step: Step, value: unknown): void {
	if (value !== undefined) holder[step] = value;
	else if (Array.isArray(holder) && typeof step === 'number') holder.splice(step, 1);
	else delete holder[step];
}

/** Every value with its path, in the order of the file; a list of plain values is one. */
export function rowsOf(config: unknown, path: readonly Step[] = []): ConfigRow[] {
	if (typeof config !== 'object' || config === null || isPlainList(config)) {
		return [
			{ path: pathText(path), value: typeof config === 'string' ? config : JSON.stringify(config) },
		];
	}
	const entries: (readonly [Step, unknown])[] = Array.isArray(config)
		? config.map((value, index) => [index, value] as const)
		: Object.entries(config);
	return entries.flatMap(([step, value]) => rowsOf(value, [...path, step]));
}

function isPlainList(value: object): boolean {
	return Array.isArray(value) && value.every((each) => typeof each !== 'object' || each === null);
}

const context = 2;

/** The lines that a change takes out and puts in, with some around them. */
export function diffLines(before: unknown, after: unknown): string[] {
	const old = linesOf(before);
	const now = linesOf(after);
	let start = 0;
	while (start < Math.min(old.length, now.length) && old[start] === now[start]) start++;
	let end = 0;
	const most = Math.min(old.length, now.length) - start;
	while (end < most && old[old.length - 1 - end] === now[now.length - 1 - end]) end++;
	if (start === old.length && start === now.length) return [];
	return [
		...old.slice(Math.max(0, start - context), start).map((line) => `  ${line}`),
		...old.slice(start, old.length - end).map((line) => `- ${line}`),
		...now.slice(start, now.length - end).map((line) => `+ ${line}`),
		...now.slice(now.length - end, now.length - end + context).map((line) => `  ${line}`),
	];
}

function linesOf(value: unknown): string[] {
	return JSON.stringify(value, undefined, 2).split('\n');
}
