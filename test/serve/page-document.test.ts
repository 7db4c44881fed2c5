import { describe, expect, it } from 'vitest';
import { isSnapshot } from '../../source/serve/page/document.ts';
import { documentOf, issue, plainNode } from '../export/nodes.ts';

const ill = plainNode({ health: { status: 'degraded', issues: [issue()] } });

/** The document as the stream brings it, one value of it replaced. */
function broken(path: readonly (string | number)[], value: unknown): unknown {
	const document: unknown = JSON.parse(JSON.stringify(documentOf([plainNode(), ill])));
	let at = document as Record<string | number, unknown>; // Each step of a path below is an object.
	for (const name of path.slice(0, -1)) at = at[name] as typeof at;
	at[path.at(-1) ?? ''] = value;
	return document;
}

describe('a document as the page reads it', () => {
	it('is what the server sends', () => {
		expect(isSnapshot(broken(['takenAt'], '2026-01-02T03:04:05.000Z'))).toBe(true);
		expect(isSnapshot(broken(['summary', 'later'], 1))).toBe(true);
		expect(isSnapshot(documentOf([]))).toBe(true);
	});

	it.each([
		[['schema'], 'nodetop/2'],
		[['takenAt'], 5],
		[['summary'], []],
		[['nodes'], {}],
		[['nodes', 1], 'n2'],
		[['nodes', 0, 'target'], undefined],
		[['nodes', 0, 'target', 'name'], 7],
		[['nodes', 0, 'target', 'kind'], undefined],
		[['nodes', 0, 'health', 'status'], 1],
		[['nodes', 0, 'poll'], undefined],
		[['groups'], undefined],
		[['groups', 0], 'network'],
		[['alerts'], {}],
		[['alerts', 0, 'severity'], undefined],
		[['alerts', 0, 'since'], 1],
	])('is not what has another value at %j', (path, value) => {
		expect(isSnapshot(broken(path, value))).toBe(false);
	});

	it.each([undefined, null, [], 'text', 5])('is not %j', (value) => {
		expect(isSnapshot(value)).toBe(false);
	});
});
