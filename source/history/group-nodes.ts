import { child } from './report/incidents.ts';
import type { HistoryReader } from './reader.ts';

/** Groups of the newest moment before a time, with their nodes: as compared, and as configured. */
export function groupsAt(
	reader: HistoryReader,
	atMs: number,
): ReadonlyMap<string, readonly string[]> {
	const frame = reader.frameAt(atMs);
	const groups = new Map<string, Set<string>>();
	const add = (group: unknown, node: unknown): void => {
		if (typeof group !== 'string' || typeof node !== 'string') return;
		groups.set(group, (groups.get(group) ?? new Set()).add(node));
	};
	for (const group of listOf(frame?.['groups'])) {
		for (const node of listOf(child(group, 'nodes'))) add(child(group, 'name'), node);
	}
	for (const node of listOf(frame?.['nodes'])) {
		const target = child(child(node, 'snapshot'), 'target');
		add(child(target, 'group'), child(target, 'name'));
	}
	return new Map([...groups].map(([name, nodes]) => [name, [...nodes]]));
}

function listOf(value: unknown): readonly unknown[] {
	return Array.isArray(value) ? (value as readonly unknown[]) : []; // `isArray` forgets what is in it.
}
