import type { NodeSnapshot } from '../sections/snapshot.ts';

/** The site that reports a node; `undefined` for one that is polled itself. */
export type SiteOf = (name: string) => string | undefined;

/** Who of a network's nodes is heard in a comparison. */
export interface Voices {
	/** Polled directly, each node once. */
	readonly own: readonly NodeSnapshot[];
	/** Together with the reports of sites, each node once. */
	readonly all: readonly NodeSnapshot[];
	/** By name the node that it is another name of. */
	readonly twins: ReadonlyMap<string, Twin>;
	/** Names of the nodes that a site reports. */
	readonly hearsay: readonly string[];
	readonly sites: readonly string[];
}

interface Twin {
	readonly of: string;
	readonly by: 'address' | 'nodeId';
}

/**
 * Counts each node once: one address under two names, or one node id, is one node. Of a node that is
 * polled directly and reported by a site too, the direct answer counts.
 */
export function findVoices(nodes: readonly NodeSnapshot[], siteOf: SiteOf): Voices {
	const isTold = (node: NodeSnapshot) => siteOf(node.target.name) !== undefined;
	const inOrder = [...nodes.filter((node) => !isTold(node)), ...nodes.filter(isTold)];
	const firsts = new Map<string, string>();
	const twins = new Map<string, Twin>();
	for (const node of inOrder) {
		const { name } = node.target;
		for (const [by, key] of marksOf(node, siteOf(name))) {
			const first = firsts.get(key);
			if (first === undefined) firsts.set(key, name);
			else if (first !== name && !twins.has(name)) twins.set(name, { of: first, by });
		}
	}
	const all = nodes.filter(({ target }) => !twins.has(target.name));
	const hearsay = nodes.filter(isTold).map(({ target }) => target.name);
	return {
		own: all.filter((node) => !isTold(node)),
		all,
		twins,
		hearsay,
		sites: [...new Set(hearsay.flatMap((name) => siteOf(name) ?? []))],
	};
}

/** What the notes of a group say about nodes with two names. */
export function twinNotes({ twins }: Voices): string[] {
	return [...twins].map(([name, { of, by }]) =>
		by === 'address'
			? `${of} and ${name} are one node under two names (one address): it counts once`
			: `${of} and ${name} tell one node id: one node under two names, or two that share a key; it counts once`,
	);
}

function marksOf(
	{ target, identity }: NodeSnapshot,
	site: string | undefined,
): (readonly [Twin['by'], string])[] {
	const address = addressOf(target.url);
	const nodeId = identity?.nodeId;
	return [
		// What a site calls 127.0.0.1 is another machine than ours.
		...(address === undefined ? [] : [['address', `${site ?? ''} ${address}`] as const]),
		...(nodeId === undefined ? [] : [['nodeId', `${target.kind} ${nodeId}`] as const]),
	];
}

const loopback = /^(?:localhost|127(?:\.\d+){3}|\[::1\]|0\.0\.0\.0)$/;

/** Host, port and path, with one name for this machine. */
function addressOf(url: string): string | undefined {
	const parsed = URL.parse(url);
	if (!parsed || parsed.host === '') return undefined;
	const { protocol, hostname, port, pathname, search } = parsed;
	const host = loopback.test(hostname) ? 'localhost' : hostname.replace(/\.$/, '');
	return `${protocol}//${host}:${port}${pathname.replace(/\/+$/, '')}${search}`;
}
