import { clean } from '../../domain/clean.ts';
import type { Member } from '../../sections/snapshot.ts';
import { createExpositionReader } from '../bft/exposition.ts';
import type { NamedMapping } from '../bft/detection.ts';
import { createTargetReader } from '../bft/target-reader.ts';
import { nodetopNames, readNodetopNode } from './nodetop-nodes.ts';
import { replicaLabels } from './keys.ts';
import type { Series } from './query.ts';

/** What Prometheus knows of one of its targets. */
export interface Scraped {
	readonly job: string;
	readonly instance: string;
	/** What tells it from another of the same job and instance; empty where there is none. */
	readonly apart: string;
	readonly isUp: boolean;
	/** When it was scraped last, Unix ms. */
	readonly atMs: number;
}

/** A target of Prometheus, from one scrape to the next. */
export interface ScrapedTarget {
	/** When the newest scrape that was read began; undefined before the first. */
	readonly readAtMs: number | undefined;
	/** What kind of node it is itself; undefined for a nodetop, and for what is no node. */
	readonly kind: string | undefined;
	/** Takes the values of a scrape. */
	read(scraped: Scraped, series: readonly Series[]): void;
	/** The nodes that it is, or that it watches if it is a nodetop. */
	members(scraped: Scraped): readonly Member[];
}

const ofNodetop = new Set(nodetopNames);
/** Labels that Prometheus adds: the node's own series do not have them. */
const added = new Set(['__name__', 'job', 'instance', ...replicaLabels]);

/** Kinds by mapping, where nodes of a mapping have a kind of their own. */
const kinds: Readonly<Record<string, string>> = { qudag: 'qudag', hornet: 'dag', avalanche: 'dag' };

export function createScrapedTarget(
	mappings: readonly NamedMapping[],
	intervalMs: number,
): ScrapedTarget {
	const readSelf = createSelfReader(mappings, intervalMs);
	let readAtMs: number | undefined;
	let members: readonly Member[] = [];
	let kind: string | undefined;

	return {
		get readAtMs() {
			return readAtMs;
		},
		get kind() {
			return kind;
		},
		read(scraped, series) {
			readAtMs = scraped.atMs;
			const { byNode, own } = split(series);
			const told = byNode.size > 0 ? [] : readSelf(scraped, own);
			// It is scraped, but its metrics are gone: the node is still there, and its state is unknown.
			const self = kind !== undefined && told.length === 0 ? [emptied(scraped, kind)] : told;
			kind = byNode.size > 0 ? undefined : self[0]?.target.kind;
			members =
				byNode.size > 0 ? [...byNode].map(([name, found]) => readNodetopNode(name, found)) : self;
		},
		members: (scraped) =>
			scraped.isUp ? members : members.map((member) => unreachable(member, scraped)),
	};
}

/** The series of each node of a nodetop, and those of the target itself. */
function split(series: readonly Series[]): { byNode: Map<string, Series[]>; own: Series[] } {
	const byNode = new Map<string, Series[]>();
	const own: Series[] = [];
	for (const each of series) {
		const { node, kind, __name__: name = '' } = each.labels;
		if (node === undefined || kind === undefined) own.push(each);
		// What a nodetop has under the names of a plan is there under its own names too.
		else if (ofNodetop.has(name)) {
			const known = byNode.get(node);
			if (known) known.push(each);
			else byNode.set(node, [each]);
		}
	}
	return { byNode, own };
}

type ReadMember = Extract<Member, { reading: unknown }>;

function createSelfReader(
	mappings: readonly NamedMapping[],
	intervalMs: number,
): (scraped: Scraped, own: readonly Series[]) => readonly ReadMember[] {
	const read = createTargetReader(mappings, intervalMs);
	const toExposition = createExpositionReader();
	return (scraped, own) => {
		const samples = own.map(({ labels, value }) => ({
			name: labels['__name__'] ?? '',
			labels: Object.fromEntries(Object.entries(labels).filter(([name]) => !added.has(name))),
			value,
		}));
		const truncated: ReadonlySet<string> = new Set();
		const exposition = toExposition({
			samples,
			shape: samples,
			skippedLines: 0,
			droppedSamples: 0,
			truncated,
		});
		const { reading, metrics } = read(exposition, scraped.atMs);
		if (metrics.mapping === undefined && !metrics.isHost) return [];
		const kind = metrics.isHost ? 'host' : (kinds[metrics.mapping?.name ?? ''] ?? 'bft');
		return [{ target: targetOf(scraped, kind), reading }];
	};
}

/** A target that was never up, of a job whose other targets are nodes of this kind. */
export function neverUp(scraped: Scraped, kind: string): Member {
	return { target: targetOf(scraped, kind), error: unscraped(scraped) };
}

/** A node whose target is scraped, and no longer has any metric of it. */
function emptied(scraped: Scraped, kind: string): ReadMember {
	return {
		target: targetOf(scraped, kind),
		reading: {
			unrecognised: {
				seems: 'a target of Prometheus without metrics of a node',
				nextStep:
					'look at the metrics of the target, and at what Prometheus drops of them (metric_relabel_configs)',
			},
		},
	};
}

/** What a server that answers in part does not name, and did before. */
export function notNamed(member: Member): Member {
	const target = 'snapshot' in member ? member.snapshot.target : member.target;
	return {
		target,
		error: {
			code: 'unsupported',
			message: 'it is not in the part that Prometheus answers',
			nextStep: 'look at the stores behind the server: one of them does not answer',
		},
	};
}

function unreachable(member: Member, scraped: Scraped): Member {
	const target = 'snapshot' in member ? member.snapshot.target : member.target;
	return { target, error: unscraped(scraped) };
}

function unscraped({ instance }: Scraped): Extract<Member, { error: unknown }>['error'] {
	return {
		code: 'unreachable',
		message: `Prometheus cannot scrape ${clean(instance, 100)}`,
		nextStep: 'look at the page /targets of the Prometheus server',
	};
}

function targetOf(scraped: Scraped, kind: string): { name: string; kind: string; url: string } {
	return { name: nameOf(scraped), kind, url: `http://${clean(scraped.instance, 120)}` };
}

/** Its instance, with what tells it from another of the same. */
export function nameOf({ instance, apart }: Scraped): string {
	const place = clean(instance, 120);
	return apart === '' ? place : `${place} (${clean(apart, 60)})`;
}
