import { formatNames } from '../domain/format.ts';
import type { Group, GroupMember } from '../sections/group/schema.ts';
import type { NodeSnapshot } from '../sections/snapshot.ts';
import type { GroupPosition } from '../domain/words.ts';
import { gatherEvidence } from './evidence.ts';
import type { Evidence } from './evidence.ts';
import { createGroupMemory, forgetAbsent, stateSinceMs } from './memory.ts';
import type { GroupMemory } from './memory.ts';
import { findNetworks } from './networks.ts';
import type { Network } from './networks.ts';
import { measureSpread } from './spread.ts';
import { behind, reachVerdict } from './verdict.ts';
import type { Verdict } from './verdict.ts';
import { findVoices, twinNotes } from './voices.ts';
import type { SiteOf, Voices } from './voices.ts';

/** Compares the watched nodes network by network, and remembers what one look does not show. */
export interface GroupAnalysis {
	/** The groups as they are now, in the order of their first node. `nowMs` is Unix ms. */
	evaluate(nodes: readonly NodeSnapshot[], nowMs: number, siteOf?: SiteOf): Group[];
}

interface Memories {
	readonly all: GroupMemory;
	/** Nodes that are polled directly, if sites report more nodes. */
	readonly own: GroupMemory;
}

const noSites: SiteOf = () => undefined;

export function createGroupAnalysis(): GroupAnalysis {
	let memories = new Map<string, Memories>();
	return {
		evaluate(nodes, nowMs, siteOf = noSites) {
			const kept = new Map<string, Memories>();
			const groups = findNetworks(nodes).map((network) => {
				const memory = memories.get(network.name) ?? {
					all: createGroupMemory(),
					own: createGroupMemory(),
				};
				kept.set(network.name, memory);
				return compareNetwork(network, findVoices(network.nodes, siteOf), memory, nowMs);
			});
			memories = kept;
			return groups;
		},
	};
}

/** What a comparison of some of a network's nodes came to. */
interface Assessment {
	readonly evidence: Evidence;
	readonly verdict: Verdict;
	readonly members: readonly GroupMember[];
}

function assess(network: Network, memory: GroupMemory, nowMs: number): Assessment {
	forgetAbsent(memory, new Set(network.nodes.map(({ target }) => target.name)));
	const evidence = gatherEvidence(network, memory, nowMs);
	const verdict = reachVerdict(evidence);
	return { evidence, verdict, members: placeMembers(evidence, verdict) };
}

/**
 * Reports of a site are second-hand: they may confirm direct answers, and may accuse nodes that only a site
 * knows. If they contradict a node that is polled directly, only the direct answers count.
 */
function weigh(
	network: Network,
	voices: Voices,
	memories: Memories,
	nowMs: number,
): { readonly assessment: Assessment; readonly objection?: string } {
	const all = assess({ ...network, nodes: voices.all }, memories.all, nowMs);
	const { own, sites } = voices;
	if (own.length === 0 || own.length === voices.all.length) return { assessment: all };
	const direct = assess({ ...network, nodes: own }, memories.own, nowMs);
	const aside =
		direct.verdict.state === 'partitioned'
			? new Set<string>()
			: offMain((all.verdict.sides ?? []).map((side) => ({ nodes: side })));
	const isAccused = own.some(({ target: { name } }) => {
		const told = memberIn(all, name)?.position;
		const isWorse = told === 'behind' || told === 'forked';
		return aside.has(name) || (isWorse && told !== memberIn(direct, name)?.position);
	});
	if (!isAccused) return { assessment: all };
	return {
		assessment: direct,
		objection: `${formatNames(sites)} alone says: ${all.verdict.message}`,
	};
}

function memberIn({ members }: Assessment, name: string): GroupMember | undefined {
	return members.find(({ node }) => node === name);
}

function compareNetwork(
	network: Network,
	voices: Voices,
	memories: Memories,
	nowMs: number,
): Group {
	const { name, kind, networkId, genesisHash, nodes } = network;
	const { assessment, objection } = weigh(network, voices, memories, nowMs);
	const { evidence, verdict } = assessment;
	const { common, standing } = evidence;
	const notes = [
		...network.notes,
		...twinNotes(voices),
		...(objection === undefined ? [] : [objection]),
	];
	return {
		name,
		kind,
		...(networkId !== undefined && { networkId }),
		...(genesisHash !== undefined && { genesisHash }),
		nodes: nodes.map(({ target }) => target.name),
		state: verdict.state,
		since: new Date(stateSinceMs(memories.all, verdict.state, nowMs)).toISOString(),
		message: verdict.message,
		...(verdict.evidence !== undefined && { evidence: verdict.evidence }),
		...(verdict.nextStep !== undefined && { nextStep: verdict.nextStep }),
		...(common && { common }),
		...(standing && { heights: { lowest: standing.lowest, highest: standing.highest } }),
		members: nodes.map(({ target }) => memberOf(assessment, voices, target.name)),
		...(verdict.fork && { fork: verdict.fork }),
		...(verdict.sides && { sides: verdict.sides }),
		...measureSpread(nodes),
		...(voices.hearsay.length > 0 && { hearsay: [...voices.hearsay] }),
		...(notes.length > 0 && { notes }),
	};
}

/** A second name of a node stands where the node stands; of what was not compared nothing is known. */
function memberOf(assessment: Assessment, { twins }: Voices, name: string): GroupMember {
	const sameAs = twins.get(name)?.of;
	const member = memberIn(assessment, sameAs ?? name) ?? { position: 'unknown' as const };
	return { ...member, node: name, ...(sameAs !== undefined && { sameAs }) };
}

function placeMembers(evidence: Evidence, verdict: Verdict): GroupMember[] {
	const { network, standing } = evidence;
	const positionOf = positioner(evidence, verdict);
	const sideOf = indexOf(verdict.sides);
	const branchOf = indexOf(verdict.fork?.branches.map(({ nodes }) => nodes));
	return network.nodes.map(({ target: { name } }) => {
		const position = positionOf(name);
		const behindBy = standing?.positions.get(name)?.behindBy ?? 0;
		const [side, branch] = [sideOf.get(name), branchOf.get(name)];
		const isBehind = position === 'behind' || position === 'stalled';
		return {
			node: name,
			position,
			...(isBehind && behindBy > 0 && { behindBy }),
			...(side !== undefined && { side }),
			...(branch !== undefined && { branch }),
		};
	});
}

function positioner(evidence: Evidence, { state }: Verdict): (name: string) => GroupPosition {
	const { attendance, chains, finals, standing, stillness, vertices } = evidence;
	const unreachable = new Set(attendance.unreachable);
	const unreadable = new Set(attendance.unreadable);
	const late = new Set(behind(evidence).map(({ name }) => name));
	const heard = new Set(vertices?.sides.flat());
	const finalForked = offMain(finals?.fork.branches ?? []);
	const placed = new Set(chains.compared > 1 ? chains.main?.nodes : []);
	const isAlone = attendance.answering.length < 2;
	return (name) => {
		if (unreachable.has(name)) return 'unreachable';
		if (unreadable.has(name) || (isAlone && state !== 'stalled')) return 'unknown';
		if (chains.forked.has(name) || finalForked.has(name)) return 'forked';
		if (stillness.still.has(name))
			return late.has(name) && state === 'stalled' ? 'behind' : 'stalled';
		if (late.has(name)) return 'behind';
		const position = standing?.positions.get(name)?.position;
		if (position !== undefined) return position;
		return heard.has(name) || placed.has(name) ? 'level' : 'unknown';
	};
}

/** All but those of the largest branch or side; of equally large ones, all. */
function offMain(branches: readonly { readonly nodes: readonly string[] }[]): Set<string> {
	const [first, second] = branches;
	const isTie = first?.nodes.length === second?.nodes.length;
	return new Set((isTie ? branches : branches.slice(1)).flatMap(({ nodes }) => nodes));
}

function indexOf(lists: readonly (readonly string[])[] | undefined): Map<string, number> {
	return new Map(
		(lists ?? []).flatMap((list, index) => list.map((name) => [name, index] as const)),
	);
}
