export type JsonText =
	| {
			readonly value: unknown;
			/** Keys that stand twice in one object: of such, the engine keeps the last. */
			readonly repeated?: readonly RepeatedKey[];
	  }
	| {
			readonly problem: string;
			/** Both from 1; a column counts UTF-16 code units. */
			readonly line: number;
			readonly column: number;
	  };

/** A place in a text; both from 1. A column counts UTF-16 code units. */
export interface Place {
	readonly line: number;
	readonly column: number;
}

export interface RepeatedKey {
	/** The keys that lead to it, joined by dots. */
	readonly path: string;
	readonly first: Place;
	readonly again: Place;
}

/**
 * Parses JSON (RFC 8259); where it is broken, says where and what was expected. The engine's own
 * message is not used: it names no place for short texts, and it quotes the text, secrets included.
 * A byte order mark, as editors on Windows write it, is skipped.
 */
export function parseJsonText(text: string): JsonText {
	const json = text.replace(/^\uFEFF/, '');
	try {
		const value: unknown = JSON.parse(json);
		const { repeated } = walk(json);
		return repeated.length === 0 ? { value } : { value, repeated };
	} catch {
		// The engine's error is dropped: the reader below finds the place.
		const { mistake } = walk(json);
		return { problem: mistake.problem, ...placeOf(json, mistake.offset) };
	}
}

interface Mistake {
	readonly offset: number;
	readonly problem: string;
}

function placeOf(json: string, offset: number): Place {
	const before = json.slice(0, offset).split('\n');
	return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

const blanks = /[ \t\n\r]*/y;
const scalar =
	/(?:"(?:[ !#-[\]-\uFFFF]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y;
const key = /"(?:[ !#-[\]-\uFFFF]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"/y;

/** What the grammar allows at this place. */
type Expected = 'value' | 'firstValue' | 'key' | 'firstKey' | 'colon' | 'next' | 'end';

interface Container {
	readonly kind: '{' | '[';
	/** Where each key of an object stands first. */
	readonly keys: Map<string, number>;
	/** The key or index of the value that is read now. */
	at: string | number;
}

/** Highest number of keys in one error. */
const maxRepeated = 10;

/**
 * Walks through JSON up to its first mistake, which for whole JSON is its end; without recursion. Notes on
 * the way the keys that stand twice in one object.
 */
function walk(json: string): {
	readonly mistake: Mistake;
	readonly repeated: readonly RepeatedKey[];
} {
	const open: Container[] = [];
	const repeated: RepeatedKey[] = [];
	let expected: Expected = 'value';
	let offset = 0;
	const take = (pattern: RegExp): string | undefined => {
		pattern.lastIndex = offset;
		const [taken] = pattern.exec(json) ?? [];
		offset += taken?.length ?? 0;
		return taken;
	};
	const takeKey = (): boolean => {
		const keyOffset = offset;
		const text = take(key);
		if (text === undefined) return false;
		const again = noteKey(json, open, String(JSON.parse(text)), keyOffset);
		if (again && repeated.length < maxRepeated) repeated.push(again);
		return true;
	};
	for (;;) {
		take(blanks);
		const character: string | undefined = json[offset];
		const container = open.at(-1);
		const closing = container?.kind === '{' ? '}' : ']';
		const mayClose = expected === 'next' || expected === 'firstValue' || expected === 'firstKey';
		const wantsValue = expected === 'value' || expected === 'firstValue';
		if (container !== undefined && mayClose && character === closing) {
			open.pop();
			offset += 1;
			expected = open.length === 0 ? 'end' : 'next';
		} else if (container !== undefined && expected === 'next' && character === ',') {
			offset += 1;
			if (typeof container.at === 'number') container.at += 1;
			expected = container.kind === '{' ? 'key' : 'value';
		} else if (expected === 'colon' && character === ':') {
			offset += 1;
			expected = 'value';
		} else if (wantsValue && isOpening(character)) {
			open.push({ kind: character, keys: new Map(), at: 0 });
			offset += 1;
			expected = character === '{' ? 'firstKey' : 'firstValue';
		} else if (wantsValue && take(scalar) !== undefined) {
			expected = open.length === 0 ? 'end' : 'next';
		} else if ((expected === 'key' || expected === 'firstKey') && takeKey()) {
			expected = 'colon';
		} else {
			const problem = describe(expected, character, container?.kind);
			return { mistake: { offset, problem }, repeated };
		}
	}
}

/** Notes a key in the innermost object; gives it back when that object has it already. */
function noteKey(
	json: string,
	open: readonly Container[],
	name: string,
	offset: number,
): RepeatedKey | undefined {
	const container = open.at(-1);
	if (!container) return undefined;
	container.at = name;
	const firstOffset = container.keys.get(name);
	if (firstOffset === undefined) {
		container.keys.set(name, offset);
		return undefined;
	}
	const path = open.map(({ at }) => (typeof at === 'number' ? `[${at}]` : `.${at}`)).join('');
	return {
		path: path.replace(/^\./, ''),
		first: placeOf(json, firstOffset),
		again: placeOf(json, offset),
	};
}

function isOpening(character: string | undefined): character is '{' | '[' {
	return character === '{' || character === '[';
}

function describe(
	expected: Expected,
	character: string | undefined,
	container: '{' | '[' | undefined,
): string {
	if (character === undefined) {
		return container === undefined && expected === 'value'
			? 'the file is empty'
			: 'the file ends too early: a bracket or a brace is open';
	}
	if (character === '/' || character === '#') return 'JSON has no comments';
	if (character === "'") return "JSON strings stand in double quotes, not in '";
	const closing = container === '{' ? '}' : ']';
	if ((expected === 'key' || expected === 'value') && character === closing) {
		return `a comma stands before the closing "${closing}"`;
	}
	const words: Readonly<Record<Expected, string>> = {
		value: 'a value was expected',
		firstValue: 'a value or "]" was expected',
		key: 'a key in double quotes was expected',
		firstKey: 'a key in double quotes or "}" was expected',
		colon: 'a ":" was expected after the key',
		next: `a "," or "${closing}" was expected`,
		end: 'the file goes on after its end',
	};
	return words[expected];
}

export function repeatedText({ path, first, again }: RepeatedKey): string {
	const at = ({ line, column }: Place): string => `line ${line}, column ${column}`;
	return `${path} stands twice: at ${at(first)} and ${at(again)}`;
}
