import type { Settings } from '../config/settings.ts';
import type { Target } from '../domain/target.ts';
import { findLocalNodes, localTarget } from './local-nodes.ts';
import type { Surroundings } from './surroundings.ts';

/** What to watch, and what to say where nobody configured it. */
export interface Subject {
	readonly targets: readonly Target[];
	readonly hint: string | undefined;
}

/** Both are a line of 80 cells, whole. */
const whatToKeep = 'none is configured; these answer here: `nodetop add URL` keeps one';
const whatToDo = 'no node answers here: add one with `nodetop add URL`, or see `nodetop demo`';

/**
 * The configured nodes; where none is, the nodes that answer on this machine's usual ports; where none
 * does, this host and one line of what to do next.
 */
export async function chooseSubject(
	settings: Settings,
	surroundings: Pick<Surroundings, 'signal' | 'clock'>,
): Promise<Subject> {
	if (settings.targets.length > 0) return { targets: settings.targets, hint: undefined };
	const found = await findLocalNodes(settings, surroundings);
	if (found.length > 0) return { targets: found.map(({ target }) => target), hint: whatToKeep };
	const host = localTarget('this-host', 'host', 'host:', settings);
	return { targets: [host], hint: whatToDo };
}
