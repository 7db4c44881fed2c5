import { clean } from '../../domain/clean.ts';
import { UserError } from '../../domain/errors.ts';
import { didYouMean } from '../../config/nearest.ts';
import { isNodeName, knownNodes } from '../../lifecycle/paths.ts';

/** The node that is meant: the named one, else the only one there is. */
export function chooseNode(root: string, named: string | undefined): string {
	const known = knownNodes(root);
	if (named !== undefined) {
		checkName(named);
		if (known.includes(named)) return named;
		throw new UserError(`no node "${clean(named, 60)}" was ever started here`, {
			nextSteps: [
				...didYouMean(named, known),
				...(known.length > 0 ? [`known: ${known.join(', ')}`] : [startHint]),
			],
		});
	}
	const [only] = known;
	if (only === undefined)
		throw new UserError('no node was ever started here', { nextSteps: [startHint] });
	if (known.length > 1)
		throw new UserError(`which node? There are ${known.length}`, {
			nextSteps: [`name one: ${known.join(', ')}`],
		});
	return only;
}

const startHint = 'start one: nodetop start -- COMMAND…';

/** A name is one part of a path. */
export function checkName(name: string): void {
	if (isNodeName(name)) return;
	throw new UserError(`"${clean(name, 60)}" cannot be the name of a node`, {
		nextSteps: [
			'letters, digits, dots, dashes and underscores, at most 60; give another one with --name',
		],
	});
}

/** At most one word: the node. */
export function onlyName(input: readonly string[]): string | undefined {
	if (input.length > 1) throw new UserError(`one node at a time, not ${input.length}`);
	return input[0];
}
