import { createListeners } from '../domain/store.ts';
import type { ReadableStore } from '../domain/store.ts';
import type { Target } from '../domain/target.ts';
import type { Alert } from '../domain/alert.ts';
import type { Group, ConnectionVerdict } from '../sections/group/schema.ts';
import type { PollResult } from '../sections/poll/poll-result.ts';
import { membersAfter, membersInTurns } from './members.ts';
import { attachTo, initialState, judgeAgain, nextState } from './node-state.ts';
import type { Attached, Judge, Judging, NodeState } from './node-state.ts';
import { afterMove, isSameStanding, noStandings, standingsOf } from './standing.ts';
import type { Comparison, Standings } from './standing.ts';

export interface FleetState {
	/** In the order of the configuration; the nodes of a site below it. */
	readonly nodes: readonly NodeState[];
	/** Nodes of one network, as they were last compared. */
	readonly groups: readonly Group[];
	/** Present while several nodes fail at once. */
	readonly witness: ConnectionVerdict | undefined;
	/** Alerts of the last evaluation; undefined while no rules are evaluated. */
	readonly alerts: readonly Alert[] | undefined;
}

export interface Fleet extends ReadableStore<FleetState> {
	/** Judges its nodes, and knows why. */
	readonly judge: Judge;
	/** A node that is polled itself. */
	node(name: string): NodeState | undefined;
	/** The nodes that a site reports; none for any other node. */
	members(site: string): readonly NodeState[];
	add(target: Target): void;
	remove(name: string): void;
	/** Takes a poll's result. Ignores unknown nodes. */
	apply(result: PollResult): void;
	/**
	 * The same for a site of thousands of nodes, whose states are made in turns and taken at once. One result of a
	 * site after the other.
	 */
	applyInTurns(result: PollResult): Promise<void>;
	/** Takes what the nodes show together, and judges those nodes again whose standing changed. */
	compare(comparison: Comparison): void;
	/**
	 * Keeps what was measured beside the polls of a node; it survives them. Does not notify: it shows with
	 * the next change. Ignores unknown nodes.
	 */
	attach(name: string, part: Attached, atMs: number): void;
	/** Takes the alerts of an evaluation. */
	setAlerts(alerts: readonly Alert[] | undefined): void;
}

/** The state of all watched nodes: knows their targets and secrets. The list is made when it is read. */
export function createFleet(judge: Judge): Fleet {
	const held: Held = {
		judge,
		states: new Map(),
		members: new Map(),
		standings: noStandings,
		alerts: undefined,
	};
	const listeners = createListeners();
	let list: FleetState | undefined;

	function change(): void {
		list = undefined;
		listeners.notify();
	}

	return {
		judge,
		subscribe: listeners.subscribe,
		getSnapshot: () => (list ??= listOf(held)),
		node: (name) => held.states.get(name),
		members: (site) => held.members.get(site) ?? [],
		add(target) {
			held.states.set(target.name, initialState(target));
			change();
		},
		remove(name) {
			if (!held.states.delete(name)) return;
			held.members.delete(name);
			change();
		},
		apply(result) {
			if (takeResult(held, result, membersAfter)) change();
		},
		async applyInTurns(result) {
			const next = await makeMembers(held, result);
			if (takeResult(held, result, next)) change();
		},
		compare(comparison) {
			takeComparison(held, comparison);
			change();
		},
		attach(name, part, atMs) {
			const state = held.states.get(name);
			if (!state) return;
			held.states.set(name, attachTo(state, part, held, atMs));
			list = undefined;
		},
		setAlerts(next) {
			held.alerts = next;
			change();
		},
	};
}

interface Held {
	readonly judge: Judge;
	readonly states: Map<string, NodeState>;
	/** The nodes that a site reports, by site. */
	readonly members: Map<string, readonly NodeState[]>;
	standings: Standings;
	alerts: readonly Alert[] | undefined;
}

function listOf({ states, members, standings, alerts }: Held): FleetState {
	const nodes = [...states.values()].flatMap((state) => [
		state,
		...(members.get(state.target.name) ?? []),
	]);
	return { nodes, groups: standings.groups, witness: standings.witness, alerts };
}

/**
 * The members after a result, made in turns. What comes of them once they are made: those of which a comparison
 * has said something else meanwhile are judged again.
 */
async function makeMembers(held: Held, result: PollResult): Promise<typeof membersAfter> {
	const { judge, standings } = held;
	const known = held.members.get(result.target.name) ?? [];
	const next = await membersInTurns(known, result, { judge, standings });
	return (_, { atMs }, judging) =>
		next.map((state) => afterComparison(state, standings, judging, atMs));
}

/** Whether the node is watched. */
function takeResult(held: Held, result: PollResult, membersOf: typeof membersAfter): boolean {
	const { states, members } = held;
	const { name } = result.target;
	const previous = states.get(name);
	if (!previous) return false;
	const known = members.get(name) ?? [];
	if (known.length > 0 || hasMembers(result)) members.set(name, membersOf(known, result, held));
	const next = nextState(previous, result, held);
	if (next.memory.progressAtMs !== previous.memory.progressAtMs) {
		held.standings = afterMove(held.standings, name);
	}
	states.set(name, next);
	return true;
}

function takeComparison(held: Held, comparison: Comparison): void {
	const { states, members, standings: before } = held;
	const standings = standingsOf(comparison);
	held.standings = standings;
	const judgedAgain = (state: NodeState) => afterComparison(state, before, held, comparison.nowMs);
	for (const [name, state] of states) states.set(name, judgedAgain(state));
	for (const [name, nodes] of members) members.set(name, nodes.map(judgedAgain));
}

/** Judged again where the networks show something else of it than before. */
function afterComparison(
	state: NodeState,
	before: Standings,
	judging: Judging,
	nowMs: number,
): NodeState {
	const isSame =
		state.isJudgedBySite === true || isSameStanding(before, judging.standings, state.target.name);
	return isSame ? state : judgeAgain(state, judging, nowMs);
}

function hasMembers({ outcome }: PollResult): boolean {
	return outcome.status === 'read' && outcome.reading.members !== undefined;
}
