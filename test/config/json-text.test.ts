import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJsonText } from '../../source/config/json-text.ts';

function engineSays(text: string): unknown {
	try {
		return { value: JSON.parse(text.replace(/^\uFEFF/, '')) as unknown };
	} catch {
		return 'not JSON';
	}
}

describe('parseJsonText', () => {
	it('skips a byte order mark', () => {
		expect(parseJsonText('\uFEFF{"a":1}')).toEqual({ value: { a: 1 } });
	});

	it.each([
		['', 1, 1, 'the file is empty'],
		[' \n ', 2, 2, 'the file is empty'],
		['{"a": 1,}', 1, 9, 'a comma stands before the closing "}"'],
		['{\n\t"a": [1, 2,]\n}', 2, 13, 'a comma stands before the closing "]"'],
		['{\n\t"a": 1\n\t"b": 2\n}', 3, 2, 'a "," or "}" was expected'],
		['{"a" 1}', 1, 6, 'a ":" was expected after the key'],
		['{a: 1}', 1, 2, 'a key in double quotes or "}" was expected'],
		["{'a': 1}", 1, 2, "JSON strings stand in double quotes, not in '"],
		['{"a": hunter2}', 1, 7, 'a value was expected'],
		['{"a": "x\n"}', 1, 7, 'a value was expected'],
		['{"a": 01}', 1, 8, 'a "," or "}" was expected'],
		['[1}', 1, 3, 'a "," or "]" was expected'],
		['{"a": {"b": 1}', 1, 15, 'the file ends too early: a bracket or a brace is open'],
		['{"a":', 1, 6, 'the file ends too early: a bracket or a brace is open'],
		['{} {}', 1, 4, 'the file goes on after its end'],
		['{ // note\n}', 1, 3, 'JSON has no comments'],
	])('finds the mistake in %j', (text, line, column, problem) => {
		expect(parseJsonText(text)).toEqual({ line, column, problem });
	});

	it('agrees with the engine on what is JSON', () => {
		const texts = fc.oneof(
			fc.json(),
			fc.tuple(fc.json(), fc.nat(), fc.string({ maxLength: 2 })).map(([json, at, put]) => {
				const index = at % (json.length + 1);
				return json.slice(0, index) + put + json.slice(index + 1);
			}),
		);
		fc.assert(
			fc.property(texts, (text) => {
				const result = parseJsonText(text);
				// What is put in may make one key of two: that is still JSON.
				const said = 'value' in result ? { value: result.value } : 'not JSON';
				expect(said).toEqual(engineSays(text));
			}),
		);
	});

	it('finds a place inside every broken text', () => {
		const broken = fc
			.tuple(fc.json(), fc.nat(), fc.string({ maxLength: 2 }))
			.map(([json, at, put]) => json.slice(0, at % json.length) + put)
			.filter((text) => engineSays(text) === 'not JSON');
		fc.assert(
			fc.property(broken, (text) => {
				const result = parseJsonText(text);
				const { line, column } = 'line' in result ? result : { line: 0, column: 0 };
				const lineText = text.replace(/^\uFEFF/, '').split('\n')[line - 1];
				expect(column).toBeGreaterThan(0);
				expect(column - 1).toBeLessThanOrEqual(lineText?.length ?? -1);
			}),
		);
	});
});
