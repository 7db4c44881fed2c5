import * as z from 'zod';
import { clean } from '../../domain/clean.ts';
import type { Endpoint } from '../endpoint.ts';
import { rounded } from '../statistics/histogram.ts';
import { createRequester } from '../requester.ts';
import type { Routing, RoutingNode } from '../routing.ts';
import { stamp } from '../test.ts';
import type { NetTest } from '../test.ts';

const mostHops = 32;
const defaults = { timeoutMs: 3000 };
const answerSchema = z.object({ next: z.string(), rttMs: z.number().nonnegative().optional() });

interface NextHop {
	readonly to: string;
	readonly rttMs: number | undefined;
}

/**
 * The route from one watched node to another, hop by hop. Each node on it is queried for its next hop
 * (`/api/v1/nettest/next-hop`); where it does not serve that, the peer lists give it with their round trips.
 */
export const routing: NetTest<'routing'> = {
	name: 'routing',
	title: 'the route between two watched nodes over their peers, hop by hop',
	weight: 'light',
	async run(tested, options, context) {
		const { sample, summary } = stamp('routing', tested, context.now);
		const { to } = options;
		const table = tested.routing;
		const goal = to === undefined ? undefined : table?.find(to);
		if (!table || to === undefined) {
			return {
				...summary('cannot'),
				reason: 'it needs another watched node as destination: --to NODE',
			};
		}
		if (!goal) return { ...summary('cannot'), to, reason: `no watched node is called ${to}` };
		const route = [tested.name];
		let totalRttMs: number | undefined = 0;
		const end = (reason?: string) => ({
			...summary(
				reason === undefined ? 'measured' : context.signal.aborted ? 'cancelled' : 'cannot',
			),
			to: goal.name,
			hops: route.length - 1,
			route,
			...(reason !== undefined && { reason }),
			...(reason === undefined && totalRttMs !== undefined && { totalRttMs: rounded(totalRttMs) }),
		});
		for (let hop = 1; route.at(-1) !== goal.name; hop++) {
			const from = route.at(-1) ?? tested.name;
			if (context.signal.aborted) return end('cancelled');
			const next = await findNext(table, from, goal, options.timeoutMs, context.signal);
			if (!next) return end(`no route is known from ${from} to ${goal.name}`);
			const { rttMs } = next;
			totalRttMs = rttMs === undefined || totalRttMs === undefined ? undefined : totalRttMs + rttMs;
			context.emit({
				...sample(),
				hop,
				from,
				to: next.to,
				...(rttMs !== undefined && { rttMs: rounded(rttMs) }),
			});
			if (route.includes(next.to) || hop >= mostHops)
				return end(`the route runs in a circle at ${next.to}`);
			route.push(next.to);
		}
		return end();
	},
};

async function findNext(
	table: Routing,
	from: string,
	goal: RoutingNode,
	timeoutMs: number | undefined,
	signal: AbortSignal,
): Promise<NextHop | undefined> {
	const endpoint = table.find(from)?.endpoint;
	const answer = endpoint && (await askNext(endpoint, goal, timeoutMs, signal));
	if (answer) {
		const to = table.find(answer.to)?.name;
		// A hop that is not watched cannot be queried; the peer lists may know a route around it.
		if (to !== undefined) return { to, rttMs: answer.rttMs };
	}
	return table.nextHop(from, goal.name);
}

async function askNext(
	endpoint: Endpoint,
	{ name, nodeId }: RoutingNode,
	timeoutMs = defaults.timeoutMs,
	signal: AbortSignal,
): Promise<NextHop | undefined> {
	if (!endpoint.isHttp) return undefined;
	const requester = createRequester(endpoint, 1);
	const path = `/api/v1/nettest/next-hop?to=${encodeURIComponent(nodeId ?? name)}`;
	let text = '';
	try {
		const reply = await requester.send({
			test: 'routing',
			timeoutMs,
			signal,
			path,
			maxBodyBytes: 4096,
			onData: (chunk) => {
				text += chunk.toString('utf8');
			},
		});
		if (reply.status !== 200) return undefined;
		const parsed = answerSchema.safeParse(JSON.parse(text));
		if (!parsed.success) return undefined;
		return { to: clean(parsed.data.next, 80), rttMs: parsed.data.rttMs };
	} catch {
		// Not JSON: the node does not serve this.
		return undefined;
	} finally {
		requester.close();
	}
}
