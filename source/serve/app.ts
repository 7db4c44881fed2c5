import type { IncomingMessage, ServerResponse } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono } from 'hono';
import type { Context, MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { UserError } from '../domain/errors.ts';
import type { Guard, Refusal } from './guard/guard.ts';
import type { Role } from './guard/roles.ts';
import { toNodeStatus } from './node-status.ts';
import type { ServeOptions } from './options.ts';
import { objectText } from './picture.ts';
import { readiness } from './readiness.ts';
import type { Feed } from './stream/feed.ts';
import { serveEvents } from './stream/sse.ts';

/** What Node gave for a request. */
export interface Bindings {
	readonly incoming: IncomingMessage;
	readonly outgoing: ServerResponse;
}

export type ServeApp = Hono<{ Bindings: Bindings }>;
export type ServeContext = Context<{ Bindings: Bindings }>;

export interface AppParts {
	readonly guard: Guard;
	readonly feed: Feed;
}

const mostBodyBytes = 16 * 1024;

/**
 * Refuses a body that is larger than any that is read here, or that does not say how large it is, and ends
 * the connection, so that the rest of it is not read either.
 */
const boundedBody: MiddlewareHandler<{ Bindings: Bindings }> = async (context, next) => {
	const { 'content-length': length = '0', 'transfer-encoding': encoding } =
		context.env.incoming.headers;
	if (encoding === undefined && Number(length) <= mostBodyBytes) {
		await next();
		return undefined;
	}
	const error = `a body needs a content-length of at most ${mostBodyBytes} bytes`;
	return context.json({ error }, encoding === undefined ? 413 : 411, { connection: 'close' });
};

/** All that the server answers; `upgrade` of the server answers for `/ws`. */
export function createApp(options: ServeOptions, parts: AppParts): ServeApp {
	const { guard } = parts;
	const app: ServeApp = new Hono();
	app.use(
		secureHeaders({
			xFrameOptions: 'DENY',
			referrerPolicy: 'no-referrer',
			// A proxy that ends TLS decides that.
			strictTransportSecurity: false,
		}),
		async (context, next) => {
			const refusal = guard.refuseSource(context.env.incoming);
			if (refusal) return refuse(context, refusal);
			context.header('cache-control', 'no-store');
			await next();
			return undefined;
		},
		boundedBody,
	);
	addHealth(app, options);
	const needs = (role: Role): MiddlewareHandler<{ Bindings: Bindings }> => roleGuard(guard, role);
	app.use('/api/*', needs('read'));
	addNodes(app, options, parts);
	addEvents(app, options, parts, needs('read'));
	addPages(app, options, needs('read'));
	app.notFound((context) => context.json({ error: 'nothing is at this path' }, 404));
	app.onError((error, context) => {
		options.reportBug(error, `the server, at ${context.req.routePath}`);
		return context.json({ error: 'a bug of nodetop; its log has more' }, 500);
	});
	return app;
}

function roleGuard(guard: Guard, role: Role): MiddlewareHandler<{ Bindings: Bindings }> {
	return async (context, next) => {
		const refusal = guard.refuseRole(context.env.incoming, role);
		if (refusal) return refuse(context, refusal);
		await next();
		return undefined;
	};
}

function refuse(context: ServeContext, { status, error, headers = {} }: Refusal): Response {
	return context.json({ error }, status, headers);
}

/** For load balancers: about nodetop itself, without a token and without a word about the nodes. */
function addHealth(app: ServeApp, { moments }: ServeOptions): void {
	app.get('/health', (context) => context.json({ status: 'healthy' }));
	app.get('/ready', (context) => {
		const state = readiness(moments.getSnapshot());
		return context.json(state, state.ready ? 200 : 503);
	});
}

function addNodes(app: ServeApp, options: ServeOptions, { feed }: AppParts): void {
	const json = { 'content-type': 'application/json; charset=UTF-8' };
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
		const node = feed.picture().nodes.get(context.req.param('name'));
		return node ? context.body(objectText(node.texts), 200, json) : unknown(context);
	});
	app.get('/api/v1/nodes/:name/status', (context) => {
		const node = feed.picture().nodes.get(context.req.param('name'));
		return node ? context.json(toNodeStatus(node.snapshot)) : unknown(context);
	});
	app.get('/api/v1/network/stats', (context) => {
		const { nodes, atMs } = options.moments.getSnapshot();
		const wanted = context.req.query('node');
		const chosen = nodes.filter(
			({ snapshot }) => wanted === undefined || snapshot.target.name === wanted,
		);
		if (chosen.length === 0 && wanted !== undefined) return unknown(context);
		return context.json(chosen.map((node) => options.networkStats(node, atMs)));
	});
}

function addEvents(
	app: ServeApp,
	{ clock }: ServeOptions,
	{ feed }: AppParts,
	guard: MiddlewareHandler<{ Bindings: Bindings }>,
): void {
	app.get('/events', guard, async (context) => {
		const lastId = context.req.header('last-event-id') ?? context.req.query('lastEventId');
		await serveEvents(context.env.outgoing, {
			feed,
			clock,
			...(lastId !== undefined && { lastId }),
		}).ended;
		return RESPONSE_ALREADY_SENT;
	});
}

function addPages(
	app: ServeApp,
	{ pages, moments }: ServeOptions,
	guard: MiddlewareHandler<{ Bindings: Bindings }>,
): void {
	for (const [path, { load }] of Object.entries(pages)) {
		app.get(path, guard, async (context) => {
			const write = await load();
			const request = {
				accept: context.req.header('accept') ?? '',
				query: new URL(context.req.url).searchParams,
			};
			try {
				const { body, contentType } = await write(moments.getSnapshot(), request);
				return context.body(body, 200, { 'content-type': contentType });
			} catch (error) {
				if (!(error instanceof UserError)) throw error;
				return context.json({ error: error.message }, 400);
			}
		});
	}
}
