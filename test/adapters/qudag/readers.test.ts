import { describe, expect, test } from 'vitest';
import {
	asItIs,
	entriesOf,
	listOf,
	object,
	readFlag,
	readIdentifier,
	readText,
} from '../../../source/adapters/qudag/readers.ts';
import { toCount } from '../../../source/adapters/quantity.ts';

const notObjects = [undefined, null, 7, 'text', true, [], [{ id: 'a' }]];

describe('a reader of an object', () => {
	const read = object({ id: readText, peers: toCount, health: asItIs }, 'id');

	test('reads each field by its own reader and nothing else', () => {
		expect(read({ id: 'a\u001B[2Jb', peers: '7', health: { Ok: 1 }, other: 1 })).toEqual({
			id: 'ab',
			peers: 7,
			health: { Ok: 1 },
		});
	});

	test('leaves out a field of the wrong shape, and keeps the others', () => {
		const fields = read({ id: 'a', peers: -1 });
		expect(fields?.id).toBe('a');
		expect(fields?.peers).toBeUndefined();
	});

	test.each([{}, { peers: 1 }, { id: '' }, { id: 7 }, { id: '\u0007' }])(
		'is of no use without what is required: %j',
		(value) => {
			expect(read(value)).toBeUndefined();
		},
	);

	test.each(notObjects)('reads nothing of what is no object: %j', (value) => {
		expect(read(value)).toBeUndefined();
		expect(object({ peers: toCount })(value)).toBeUndefined();
	});

	test('takes names of Object.prototype for data like any other', () => {
		const odd = JSON.parse('{"id":"a","__proto__":{"peers":3}}') as unknown;
		expect(read(odd)).toEqual({ id: 'a' });
	});
});

describe('a reader of a list', () => {
	test('keeps the last entries, and of those the ones that fit', () => {
		const read = listOf(toCount, 3);
		expect(read([1, 2, 'three', 4])).toEqual([2, 4]);
		expect(read([])).toEqual([]);
	});

	test.each([undefined, null, 'ab', { 0: 1, length: 1 }])('reads nothing of %j', (value) => {
		expect(listOf(toCount, 3)(value)).toBeUndefined();
	});
});

test('entries are those of an object, up to a number', () => {
	expect(entriesOf(2)({ a: 1, b: 'x', c: 3 })).toEqual([
		['a', 1],
		['b', 'x'],
	]);
	for (const value of notObjects) expect(entriesOf(2)(value)).toBeUndefined();
});

test('a flag is a boolean, an identifier a whole number or a text', () => {
	expect([true, false, 'true', 1, null].map(readFlag)).toEqual([
		true,
		false,
		undefined,
		undefined,
		undefined,
	]);
	expect([7, '7', 'main\u0000net', -1, 1.5, '', {}].map(readIdentifier)).toEqual([
		7,
		'7',
		'main net',
		undefined,
		undefined,
		undefined,
		undefined,
	]);
});
