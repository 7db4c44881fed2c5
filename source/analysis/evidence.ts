import { isIdle, isDevelopmentChain, isReplicatedLog, saysStalled } from '../sections/idle.ts';
import type { NodeSnapshot } from '../sections/snapshot.ts';
import { findFinalFork, observeFinals } from './final-conflicts.ts';
import type { FinalFork } from './final-conflicts.ts';
import { viewChains } from './forks.ts';
import type { ChainView } from './forks.ts';
import { comparableHeightOf, compareHeights } from './heights.ts';
import type { Standing } from './heights.ts';
import { findFollowing } from './following.ts';
import type { Following } from './following.ts';
import { findLinkSides } from './link-sides.ts';
import { ofCommonestChain, takeAttendance } from './member.ts';
import type { Attendance, Member } from './member.ts';
import type { GroupMemory } from './memory.ts';
import { lossyNodes, observe, observeHeight } from './memory.ts';
import type { Network } from './networks.ts';
import { paceOf, paceOfNetwork, stillLimitMs } from './pace.ts';
import { findStillness } from './stillness.ts';
import type { Stillness } from './stillness.ts';
import { findVertexSides, newestCommonVertex } from './vertex-sides.ts';
import type { Sides } from './vertex-sides.ts';

/** Everything that the nodes of one network show when they are laid side by side. */
export interface Evidence {
	readonly network: Network;
	readonly attendance: Attendance;
	readonly chains: ChainView;
	readonly vertices: Sides | undefined;
	/** What the nodes of a DAG hold for final, where it conflicts. */
	readonly finals: FinalFork | undefined;
	/** Sides that cannot hear each other; absent when there is one, or it is not known. */
	readonly sides: readonly (readonly string[])[] | undefined;
	/** What shows the sides. */
	readonly sidesBy: 'vertices' | 'links' | undefined;
	/** Nodes whose messages get lost by their own counts, if most do. */
	readonly lossy: readonly string[];
	readonly standing: Standing | undefined;
	readonly stillness: Stillness;
	/** From here on standing still is a stall; absent where it never is. */
	readonly stillLimitMs: number | undefined;
	readonly common: ChainView['common'];
	/** The leader of each member, for replicated logs, which report no hashes. */
	readonly following: Following | undefined;
}

export function gatherEvidence(network: Network, memory: GroupMemory, nowMs: number): Evidence {
	const attendance = takeAttendance(network.nodes);
	const { answering } = attendance;
	observe(memory, answering, nowMs);
	const ofOneChain = ofCommonestChain(answering);
	observeHeight(memory, highestOf(ofOneChain), nowMs);
	const pace = paceOfNetwork(ofOneChain.map(({ node }) => node)) ?? paceOf(memory.rises);
	const meanGapMs = pace?.meanGapMs ?? toldInterval(ofOneChain);
	const nodes = answering.map(({ node }) => node);
	const isDevelopment = nodes.every(isDevelopmentChain);
	const limitMs = stillLimitMs(pace, {
		isOnDemand: isDevelopment || nodes.every(isReplicatedLog),
		isResting: isGroupAtRest(nodes),
	});
	const chains = viewChains(ofOneChain, memory, meanGapMs, nowMs);
	const withDag = answering.filter(({ node }) => node.dag?.recent);
	const vertices = withDag.length >= 2 ? findVertexSides(withDag) : undefined;
	observeFinals(memory.finals, withDag);
	const finals = findFinalFork(memory.finals, withDag);
	const byLinks = isDevelopment ? undefined : splitByLinks(answering, memory, vertices, chains);
	// A node that rejects descendants of the other's final vertex misses them, even if it is not cut off.
	const isSplitByVertices = !finals && vertices !== undefined && vertices.sides.length > 1;
	const heard = vertices?.sides.length === 1 ? vertices.sides[0] : undefined;
	return {
		network,
		attendance,
		chains,
		vertices,
		finals,
		sides: isSplitByVertices ? vertices.sides : byLinks,
		sidesBy: isSplitByVertices ? 'vertices' : byLinks && 'links',
		lossy: lossyNodes(memory, answering),
		standing: compareHeights(ofOneChain, meanGapMs),
		stillness: findStillness(answering, memory, limitMs),
		stillLimitMs: limitMs,
		common: chains.common ?? (heard && newestCommonVertex(withDag, heard)),
		following: findFollowing(answering),
	};
}

/** One that is stalled by itself makes no stall of a network that has nothing to do. */
function isGroupAtRest(nodes: readonly NodeSnapshot[]): boolean {
	const moving = nodes.filter((node) => !saysStalled(node));
	return moving.length > 0 && moving.every(isIdle);
}

function highestOf(members: readonly Member[]): number {
	return Math.max(-1, ...members.map(({ node }) => comparableHeightOf(node) ?? -1));
}

function toldInterval(members: readonly Member[]): number | undefined {
	const told = members.flatMap(({ node }) => node.chain?.blockIntervalMs ?? []);
	return told.length === 0 ? undefined : Math.min(...told);
}

/**
 * Peer lists that fall apart are believed only where nothing speaks against them: no new vertices
 * that cross, and no newest block that all sides have.
 */
function splitByLinks(
	members: readonly Member[],
	memory: GroupMemory,
	vertices: Sides | undefined,
	chains: ChainView,
): Evidence['sides'] {
	if (vertices && vertices.sides.length > 0) return undefined;
	const links = findLinkSides(members);
	if (!links) return undefined;
	memory.hadLink ||= links.hasLink;
	const { sides } = links;
	if (sides.length < 2 || !memory.hadLink) return undefined;
	const heads = new Map(members.map(({ name, node }) => [name, headMark(node)]));
	const marks = sides.map((side) => new Set(side.map((name) => heads.get(name))));
	const [first, ...others] = marks;
	const isShared = [...(first ?? [])].some(
		(mark) => mark !== undefined && others.every((other) => other.has(mark)),
	);
	return isShared && chains.fork === undefined ? undefined : sides;
}

function headMark({ chain }: NodeSnapshot): string | undefined {
	return chain?.head?.hash;
}
