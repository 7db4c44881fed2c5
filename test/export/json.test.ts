import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentSchema } from '../../source/sections/snapshot.ts';
import { toJson, toNdjson } from '../../source/export/json.ts';
import { documentOf, downNode, evmNode, hostileDocuments, plainNode, qudagNode } from './nodes.ts';

const full = documentOf([qudagNode(), evmNode(), downNode()]);

describe('toJson', () => {
	it('is the document, by its schema, and ends with a newline', () => {
		const text = toJson(full);
		expect(documentSchema.parse(JSON.parse(text))).toEqual(full);
		expect(text.startsWith('{\n  "schema": "nodetop/1",\n')).toBe(true);
		expect(text.endsWith('\n}\n')).toBe(true);
	});

	it('keeps a number past 2^53 digit for digit', () => {
		const number = '18446744073709551615';
		const text = toJson(documentOf([evmNode({ chain: { head: { number } } })]));
		expect(text).toContain(`"number": "${number}"`);
	});

	it('escapes what a terminal would obey, and reads back the same', () => {
		const name = 'a\u009B31m\u202Eb\u2028c\u007F';
		const text = toJson(documentOf([plainNode({ target: { name } })]));
		expect(text).toContain(String.raw`a\u009b31m\u202eb\u2028c\u007f`);
		expect(documentSchema.parse(JSON.parse(text)).nodes[0]?.target.name).toBe(name);
	});

	it('writes no control character but newlines, whatever the strings hold', () => {
		fc.assert(
			fc.property(hostileDocuments, (document) => {
				const text = toJson(document);
				expect(text).not.toMatch(/[\0-\t\u000B-\u001F\u007F-\u009F\u202A-\u202E]/);
				expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(document)));
			}),
		);
	});
});

describe('toNdjson', () => {
	it('is a line a node, complete in itself', () => {
		const lines = toNdjson(full).split('\n');
		expect(lines.pop()).toBe('');
		expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
			full.nodes.map((node) => ({ schema: 'nodetop/1', takenAt: full.takenAt, ...node })),
		);
	});

	it('is empty without nodes', () => {
		expect(toNdjson(documentOf([]))).toBe('');
	});

	it('has as many lines as nodes, whatever the strings hold', () => {
		fc.assert(
			fc.property(hostileDocuments, (document) => {
				expect(toNdjson(document).split(/\r\n|[\n\r\u2028\u2029\u0085]/)).toHaveLength(
					document.nodes.length + 1,
				);
			}),
		);
	});
});
