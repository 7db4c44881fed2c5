import type { Group } from '../sections/group/schema.ts';
import { formatMs, formatNames } from '../domain/format.ts';
import type { Evidence } from './evidence.ts';
import type { NodeSnapshot } from '../sections/snapshot.ts';
import { isReplicatedLog, saysStalled } from '../sections/idle.ts';
import { byText } from './member.ts';

/** What the evidence comes to. */
export type Verdict = Pick<Group, 'state' | 'message' | 'evidence' | 'nextStep' | 'fork' | 'sides'>;

/** Asked in this order; the first that answers is the verdict, for each explains those after it. */
const questions = [
	quorumLost,
	tooFew,
	partitioned,
	forked,
	finalsForked,
	stalled,
	finalityStalled,
	losing,
	lagging,
	agreed,
];

export function reachVerdict(evidence: Evidence): Verdict {
	for (const question of questions) {
		const verdict = question(evidence);
		if (verdict) return verdict;
	}
	const { standing, attendance } = evidence;
	const count = attendance.answering.length;
	return standing
		? unknown(`${count} nodes are level at ${standing.reference}, but report no hash to compare`)
		: unknown(`${count} nodes answer, but report nothing that can be compared`);
}

function unknown(message: string): Verdict {
	return { state: 'unknown', message };
}

function tooFew({ network, attendance }: Evidence): Verdict | undefined {
	const total = network.nodes.length;
	if (total === 1) return unknown('one node: nothing to compare it with');
	const count = attendance.answering.length;
	if (count >= 2) return undefined;
	const who = count === 1 ? `1 of ${total} nodes answers` : `none of ${total} nodes answers`;
	return unknown(`${who}: nothing to compare`);
}

function partitioned({ sides, sidesBy, chains }: Evidence): Verdict | undefined {
	if (!sides) return undefined;
	return {
		state: 'partitioned',
		message: `${sides.length} sides do not hear each other: ${sides.map(nameSide).join(' | ')}`,
		evidence:
			sidesBy === 'vertices'
				? 'each side issues vertices that the other does not have'
				: 'no node of one side has a peer on the other, and no node has another peer',
		nextStep: 'check the links between the sides: routes, firewalls, P2P ports',
		sides: sides.map((side) => [...side]),
		...(chains.fork && { fork: chains.fork }),
	};
}

const nameSide = (side: readonly string[]) => formatNames(side);

function forked({ chains: { fork, mayRejoin } }: Evidence): Verdict | undefined {
	if (!fork) return undefined;
	const { number, atOrBefore, branches, mayResolve } = fork;
	const since = number === undefined ? `${atOrBefore ?? 0} or before` : `${number}`;
	const heads = branches.map(({ hash, height, nodes }) => {
		return `${formatNames(nodes, 2)} at ${height} ${shortHash(hash)}`;
	});
	return {
		state: 'forked',
		message: `${branches.length} chains since block ${since}: ${branches.map(({ nodes }) => formatNames(nodes)).join(' | ')}`,
		evidence: [
			...heads,
			...(mayResolve === true
				? ['seen in one poll of each so far: a short reorganisation looks the same']
				: []),
			...(mayRejoin
				? [
						'such chains joined again by themselves within the last 10 min: blocks come late or get lost between them',
					]
				: []),
		].join('; '),
		nextStep: mayRejoin
			? checkLines
			: 'ask the network which branch is right before restarting anything; compare client versions',
		fork,
	};
}

function finalsForked({ finals }: Evidence): Verdict | undefined {
	if (!finals) return undefined;
	const { fork, author, sequence, layer } = finals;
	const held = fork.branches.map(({ hash, nodes }) => {
		return `${formatNames(nodes, 2)} ${nodes.length === 1 ? 'holds' : 'hold'} ${shortHash(hash)}`;
	});
	return {
		state: 'forked',
		message: `${fork.branches.length} finalities since layer ${layer}: ${fork.branches.map(({ nodes }) => formatNames(nodes)).join(' | ')}`,
		evidence: `of vertex ${sequence} of ${shortAuthor(author)}, for final: ${held.join('; ')}`,
		nextStep:
			'what is final on one side never will be on the other: ask the network which is right; find who gave one number twice',
		fork,
	};
}

/** Where all validators are watched, how many of the others they have at least as peers. */
function fewPeers(nodes: readonly NodeSnapshot[]): string {
	const others = nodes.length - 1;
	const isWhole = nodes.every(({ consensus }) => consensus?.validators === nodes.length);
	const told = nodes.flatMap(({ network }) => network?.peers ?? []);
	const fewest = Math.min(...told);
	if (!isWhole || told.length === 0 || fewest >= others) return '';
	return `; validators have only ${fewest} of ${others} others as peers: they may be cut off`;
}

/** The verdict that needs no waiting: if some nodes did not answer, most of the group must have. */
function stalled(evidence: Evidence): Verdict | undefined {
	const { network, attendance, stillness, stillLimitMs, standing, vertices } = evidence;
	const { answering } = attendance;
	if (answering.length * 2 <= network.nodes.length) return undefined;
	const level = answering.filter(
		({ name }) =>
			stillness.seen.has(name) &&
			(standing
				? standing.positions.get(name)?.position === 'level'
				: vertices?.behind.includes(name) !== true),
	);
	if (level.length < 2 || level.length * 2 <= answering.length) return undefined;
	const { groupMs, selfReported } = stillness;
	const isStill = groupMs !== undefined && stillLimitMs !== undefined && groupMs >= stillLimitMs;
	const isReportedByAll =
		stillness.onlyFinality.size === 0 && answering.every(({ name }) => selfReported.has(name));
	if (!isStill && !isReportedByAll) return undefined;
	const where = standing ? ` at ${standing.reference}` : '';
	const still =
		groupMs !== undefined && groupMs >= 1000
			? ` for ${formatMs(Math.floor(groupMs / 1000) * 1000)}`
			: '';
	const seen = isReportedByAll
		? 'consensus is stalled on every node'
		: 'no node that answers made progress';
	const loss = losing(evidence) ?? lossy(evidence);
	return {
		state: 'stalled',
		message: `${loss ? 'messages are lost: ' : ''}${count(level.length, answering.length)} stand still together${where}: no progress${still}`,
		evidence: `${seen}${loss ? `; ${loss.evidence}` : fewPeers(network.nodes)}`,
		nextStep:
			loss?.nextStep ??
			'it is the network, not one node: see its status channel; do not restart validators all at once',
	};
}

/** Blocks go on, and none becomes final: the head does not stand still. */
function finalityStalled({ attendance, stillness, standing }: Evidence): Verdict | undefined {
	const { answering } = attendance;
	const without = answering.filter(({ name }) => stillness.onlyFinality.has(name));
	if (without.length < 2 || without.length * 2 <= answering.length) return undefined;
	const finals = without.flatMap(({ node }) => node.chain?.finalized?.number ?? []);
	const newest = Math.max(...finals.map(Number));
	const head = standing ? `, now at ${standing.reference}` : '';
	return {
		state: 'stalled',
		message: `${count(without.length, answering.length)} finalize nothing: finality stands still at ${newest}`,
		evidence: `blocks go on${head}, and none becomes final`,
		nextStep:
			'validators of the network are missing: see its status channel; restarting a node will not help',
	};
}

/**
 * Too few members of a watched group are left to decide anything, and one that is left has stopped. A
 * log such as Raft's needs more than half; what tolerates faulty members more than two thirds.
 */
function quorumLost({ network, attendance }: Evidence): Verdict | undefined {
	const { answering, unreachable } = attendance;
	const nodes = answering.map(({ node }) => node);
	const members = Math.max(0, ...nodes.map(({ consensus }) => consensus?.validators ?? 0));
	// Only where every member is watched do those that do not answer us count.
	if (members < 2 || members > network.nodes.length || unreachable.length === 0) return undefined;
	const needed = nodes.some(isReplicatedLog)
		? Math.floor(members / 2) + 1
		: Math.floor((members * 2) / 3) + 1;
	const hasStopped = nodes.length > 0 && nodes.every(saysStalled);
	if (answering.length >= needed || !hasStopped) return undefined;
	return {
		state: 'stalled',
		message: `the quorum is lost: ${answering.length} of ${members} members ${answering.length === 1 ? 'answers' : 'answer'}, ${needed} are needed`,
		evidence: `no answer from ${formatNames(unreachable)}; ${formatNames(answering.map(({ name }) => name))} ${answering.length === 1 ? 'decides' : 'decide'} nothing`,
		nextStep: `bring back ${formatNames(unreachable)}; until then nothing can be decided or written`,
	};
}

/** They hear each other, and yet miss what the others issue. */
function losing({ vertices, attendance }: Evidence): Verdict | undefined {
	const names = vertices?.losing ?? [];
	if (names.length === 0) return undefined;
	return {
		state: 'lagging',
		message: `messages are lost: ${count(names.length, attendance.answering.length)} miss new vertices of nodes that they hear`,
		evidence: `new vertices of nodes that they hear are missing at ${formatNames(names)}`,
		nextStep: checkLines,
	};
}

/** What a stall comes from, by the nodes' own counts. */
function lossy(evidence: Evidence): Pick<Verdict, 'evidence' | 'nextStep'> | undefined {
	if (evidence.lossy.length === 0) return undefined;
	const names = formatNames(evidence.lossy);
	return { evidence: `messages of ${names} get lost, by their own count`, nextStep: checkLines };
}

const checkLines = 'check the lines between the nodes for loss, and how busy the nodes are';

function lagging(evidence: Evidence): Verdict | undefined {
	const late = behind(evidence);
	if (late.length === 0) return undefined;
	const [worst] = late;
	const names = late.map(({ name }) => name);
	const { standing, attendance } = evidence;
	const by = worst?.behindBy ? ` by ${worst.behindBy}` : '';
	const rest = standing ? `; the rest are at ${standing.reference}` : '';
	return {
		state: 'lagging',
		message:
			names.length === 1
				? `${names[0]} is behind${by}${rest}`
				: `${count(names.length, attendance.answering.length)} are behind, ${names[0]}${by}${rest}`,
		...(names.length > 1 && { evidence: formatNames(names) }),
		nextStep: 'check whether it catches up; if not, check its peers, disk and clock',
	};
}

/** Nodes that are behind, the furthest first. */
export function behind({ standing, vertices }: Evidence): { name: string; behindBy: number }[] {
	const names = new Set(vertices?.behind);
	for (const [name, { position }] of standing?.positions ?? []) {
		if (position === 'behind') names.add(name);
	}
	return [...names]
		.map((name) => ({ name, behindBy: standing?.positions.get(name)?.behindBy ?? 0 }))
		.sort((a, b) => b.behindBy - a.behindBy || byText(a.name, b.name));
}

function agreed({
	attendance,
	chains,
	vertices,
	common,
	stillness,
	following,
	standing,
}: Evidence): Verdict | undefined {
	const { answering, unreachable } = attendance;
	const byHash = Math.max(chains.compared, vertices?.sides[0]?.length ?? 0);
	const placed = Math.max(byHash, following?.by.length ?? 0);
	if (placed < 2) return undefined;
	const where = common
		? ` at ${common.height} ${shortHash(common.hash)}`
		: byHash < 2 && standing
			? ` at ${standing.reference}`
			: '';
	const led =
		following && byHash < 2 ? `, led by ${following.leader} in term ${following.term}` : '';
	const still = answering.map(({ name }) => name).filter((name) => stillness.still.has(name));
	const parts = [
		`${count(placed, answering.length)} agree${where}${led}`,
		...(still.length > 0 ? [`${formatNames(still)} stalled`] : []),
		...(unreachable.length > 0 ? [`no answer from ${formatNames(unreachable)}`] : []),
		...(chains.phantomAt === undefined
			? []
			: [`two tips at ${chains.phantomAt}, which is no fork yet`]),
		...(chains.rejoiningAt === undefined
			? []
			: [
					`two chains from ${chains.rejoiningAt} on; the last time they joined again by themselves: blocks come late or get lost between them`,
				]),
	];
	return { state: 'agreed', message: parts.join('; ') };
}

function count(some: number, all: number): string {
	return some === all ? `${all} nodes` : `${some} of ${all} nodes`;
}

const shownAuthor = 20;

function shortAuthor(author: string): string {
	return author.length > shownAuthor ? `${author.slice(0, shownAuthor)}…` : author;
}

const shownHash = 10;

function shortHash(hash: string): string {
	return hash.length > shownHash ? hash.slice(0, shownHash) : hash;
}
