import type { AppParts, ServeApp, ServeContext } from '../app-types.ts';
import type { NodeSnapshot } from '../../sections/snapshot.ts';
import { factsOf } from '../facts.ts';
import { toNodeStatus } from '../node-status.ts';
import type { ServeOptions } from '../options.ts';
import { objectText } from '../picture.ts';

const json = { 'content-type': 'application/json; charset=UTF-8' };

/** The snapshot, each node and its network. */
export function addNodes(app: ServeApp, options: ServeOptions, { feed }: AppParts): void {
	const { moments, networkStats, clock } = options;
	const nodeOf = (context: ServeContext) =>
		feed.picture().nodes.get(context.req.param('name') ?? '');
	const statuses = new WeakMap<NodeSnapshot, string>();
	/** Written once, however many ask. */
	const statusText = (snapshot: NodeSnapshot): string => {
		const text = statuses.get(snapshot) ?? JSON.stringify(toNodeStatus(snapshot));
		statuses.set(snapshot, text);
		return text;
	};
	const unknown = (context: ServeContext) =>
		context.json({ error: 'no node has this name; /api/v1/nodes lists all' }, 404);
	app.get('/api/v1/snapshot', (context) => context.body(feed.document(), 200, json));
	app.get('/api/v1/nodes', (context) =>
		context.json(
			[...feed.picture().nodes.values()].map(({ snapshot: { target, health, poll } }) => ({
				name: target.name,
				kind: target.kind,
				...(target.group !== undefined && { group: target.group }),
				health: health.status,
				poll: poll.status,
			})),
		),
	);
	app.get('/api/v1/nodes/:name', (context) => {
		const node = nodeOf(context);
		return node ? context.body(objectText(node.texts), 200, json) : unknown(context);
	});
	app.get('/api/v1/nodes/:name/status', (context) => {
		const node = nodeOf(context);
		return node ? context.body(statusText(node.snapshot), 200, json) : unknown(context);
	});
	app.get('/api/v1/nodes/:name/facts', (context) => {
		const node = nodeOf(context);
		return node ? context.json(factsOf(node.snapshot, clock.now())) : unknown(context);
	});
	app.get('/api/v1/network/stats', (context) => {
		const { nodes, atMs } = moments.getSnapshot();
		const wanted = context.req.query('node');
		const chosen = nodes.filter(
			({ snapshot }) => wanted === undefined || snapshot.target.name === wanted,
		);
		if (chosen.length === 0 && wanted !== undefined) return unknown(context);
		return context.json(chosen.map((node) => networkStats(node, atMs)));
	});
}
