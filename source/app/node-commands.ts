import { showCommand } from '../alerts/incident.ts';
import type { ShowNode } from '../alerts/incident.ts';
import type { Fleet } from '../fleet/fleet.ts';

type Nodes = ReturnType<Fleet['getSnapshot']>['nodes'];

/**
 * Makes the command that shows a node of the fleet, so that the receiver of a message can run it as it
 * is. `flags` select the profile, such as `--profile mainnet`.
 */
export function createShowNode(fleet: Fleet, flags: readonly string[] | undefined): ShowNode {
	let known: Nodes | undefined;
	let names: ReadonlyMap<string, string> = new Map();
	return (name) => {
		const { nodes } = fleet.getSnapshot();
		if (known !== nodes) names = commandNames(nodes);
		known = nodes;
		const commandName = names.get(name);
		return commandName === undefined ? showCommand(name, flags) : showCommand(commandName);
	};
}

/** How commands name the nodes that are in no profile. */
function commandNames(nodes: Nodes): ReadonlyMap<string, string> {
	return new Map(
		nodes.flatMap(({ target: { name, commandName } }) =>
			commandName === undefined ? [] : [[name, commandName] as const],
		),
	);
}
