import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonBoundError, parseBoundedJson } from '../../source/domain/bounded-json.ts';

const bounds = { maxDepth: 3, maxEntries: 4, maxValues: 10, maxStringLength: 8 };

describe('parseBoundedJson', () => {
	it.each([
		['as deep as is allowed', '[[[1]]]', [[[1]]]],
		['as many entries as are allowed', '[1,2,3,4]', [1, 2, 3, 4]],
		['brackets and commas within a text', '"[[[[,,,"', '[[[[,,,'],
		['a quote within a text', String.raw`["a\"[[[["]`, ['a"[[[[']],
		['a text that ends in a backslash', String.raw`["a\\", [[1]]]`, ['a\\', [[1]]]],
	])('reads %s', (_what, text, value) => {
		expect(parseBoundedJson(text, bounds)).toEqual(value);
	});

	it.each([
		['[[[[1]]]]', 'is nested deeper than 3 levels'],
		['{"a":{"a":{"a":{', 'is nested deeper than 3 levels'],
		['[1,2,3,4,5]', 'has a list of more than 4 entries'],
		['[[1,2,3],[1,2,3],[1,2,3],[1]]', 'holds more than 10 values'],
		['["123456789"]', 'has a text of more than 8 characters'],
	])('refuses %s before it is parsed', (text, message) => {
		expect(() => parseBoundedJson(text, bounds)).toThrow(new JsonBoundError(message));
	});

	it('refuses 100,000 levels, and 2 MB of opening brackets, by the default bounds', () => {
		expect(() => parseBoundedJson('[1,'.repeat(100_000))).toThrow(JsonBoundError);
		expect(() => parseBoundedJson('['.repeat(2_000_000))).toThrow(JsonBoundError);
		expect(() => parseBoundedJson(`[${'[1],'.repeat(2_000_000)}1]`)).toThrow(JsonBoundError);
	});

	it('reads whatever JSON.parse reads within the bounds', () => {
		fc.assert(
			fc.property(fc.json({ maxDepth: 5 }), (text) => {
				expect(parseBoundedJson(text)).toEqual(JSON.parse(text));
			}),
		);
	});
});
