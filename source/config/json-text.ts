export type JsonText =
	| { readonly value: unknown }
	| {
			readonly problem: string;
			/** Both from 1; a column counts UTF-16 code units. */
			readonly line: number;
			readonly column: number;
	  };

/**
 * Parses JSON (RFC 8259); where it is broken, says where and what was expected. The engine's own
 * message is not used: it names no place for short texts, and it quotes the text, secrets included.
 * A byte order mark, as editors on Windows write it, is skipped.
 */
export function parseJsonText(text: string): JsonText {
	const json = text.replace(/^\uFEFF/, '');
	try {
		const value: unknown = JSON.parse(json);
		return { value };
	} catch {
		// The engine's error is dropped: the reader below finds the place.
		return locate(json, firstMistake(json));
	}
}

interface Mistake {
	readonly offset: number;
	readonly problem: string;
}

function locate(json: string, { offset, problem }: Mistake): JsonText {
	const before = json.slice(0, offset).split('\n');
	return { problem, line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

const blanks = /[ \t\n\r]*/y;
const scalar =
	/(?:"(?:[ !#-[\]-\uFFFF]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y;
const key = /"(?:[ !#-[\]-\uFFFF]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"/y;

/** What the grammar allows at this place. */
type Expected = 'value' | 'firstValue' | 'key' | 'firstKey' | 'colon' | 'next' | 'end';

/** Walks through broken JSON up to the first mistake; without recursion. */
function firstMistake(json: string): Mistake {
	const open: ('{' | '[')[] = [];
	let expected: Expected = 'value';
	let offset = 0;
	const take = (pattern: RegExp): boolean => {
		pattern.lastIndex = offset;
		const [taken] = pattern.exec(json) ?? [];
		offset += taken?.length ?? 0;
		return taken !== undefined;
	};
	const close = (): void => {
		open.pop();
		offset += 1;
		expected = open.length === 0 ? 'end' : 'next';
	};
	for (;;) {
		take(blanks);
		const character: string | undefined = json[offset];
		const container: '{' | '[' | undefined = open.at(-1);
		const closing = container === '{' ? '}' : ']';
		const mayClose = expected === 'next' || expected === 'firstValue' || expected === 'firstKey';
		if (container !== undefined && mayClose && character === closing) close();
		else if (expected === 'next' && character === ',') {
			offset += 1;
			expected = container === '{' ? 'key' : 'value';
		} else if (expected === 'colon' && character === ':') {
			offset += 1;
			expected = 'value';
		} else if ((expected === 'key' || expected === 'firstKey') && take(key)) expected = 'colon';
		else if ((expected === 'value' || expected === 'firstValue') && isOpening(character)) {
			open.push(character);
			offset += 1;
			expected = character === '{' ? 'firstKey' : 'firstValue';
		} else if ((expected === 'value' || expected === 'firstValue') && take(scalar)) {
			expected = open.length === 0 ? 'end' : 'next';
		} else return { offset, problem: describe(expected, character, container) };
	}
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
