import type { NodeSnapshot } from './snapshot.ts';

/** The labels of a node, for rules and silences that choose by them. */
export function nodeLabels(
	{ name, kind, group: nodeGroup, tags }: NodeSnapshot['target'],
	group: string | undefined,
): Readonly<Record<string, string>> {
	return {
		node: name,
		kind,
		...(group !== undefined && { group }),
		...(nodeGroup !== undefined && { nodeGroup }),
		...(tags !== undefined && { tags: tags.join(',') }),
	};
}
