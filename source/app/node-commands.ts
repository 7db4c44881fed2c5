import { replayCommand, showCommand } from '../alerts/incident.ts';
import type { IncidentCommands, ShowNode } from '../alerts/incident.ts';
import type { Fleet } from '../fleet/fleet.ts';

/** The commands that the receiver of an alert can run. */
export function createIncidentCommands({
	fleet,
	commandFlags,
	hasHistory = false,
}: {
	readonly fleet: Fleet;
	readonly commandFlags?: readonly string[] | undefined;
	readonly hasHistory?: boolean | undefined;
}): IncidentCommands {
	return {
		show: createShowNode(fleet, commandFlags),
		replay: (since) => (hasHistory ? replayCommand(since, commandFlags) : undefined),
	};
}

type Nodes = ReturnType<Fleet['getSnapshot']>['nodes'];

/**
 * Makes the command that shows a node of the fleet, so that the receiver of a message can run it as it
 * is. `flags` select the profile, such as `--profile mainnet`.
 */
function createShowNode(fleet: Fleet, flags: readonly string[] | undefined): ShowNode {
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
