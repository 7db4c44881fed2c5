import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { UserError } from '../domain/errors.ts';
import type { AppParts, ServeApp, ServeContext, ServeMiddleware } from './app-types.ts';
import type { Guard, Refusal } from './guard/guard.ts';
import { openApiDocument } from './openapi.ts';
import type { ServeOptions } from './options.ts';
import { readiness } from './readiness.ts';
import { addAlerts } from './routes/alerts.ts';
import { addHistory } from './routes/history.ts';
import { addNetworkTests } from './routes/network-tests.ts';
import { addNodes } from './routes/nodes.ts';
import { addPage } from './routes/page.ts';
import { addPair, pairPath } from './routes/pair.ts';
import type { Feed } from './stream/feed.ts';
import { serveEvents } from './stream/sse.ts';

const mostBodyBytes = 16 * 1024;
/** The files of a watch, sent by the other one of its pair. */
const mostPairBytes = 32 * 1024 * 1024;

/**
 * Refuses a body that is larger than any that is read here, or that does not say how large it is, and ends
 * the connection, so that the rest of it is not read either.
 */
const boundedBody: ServeMiddleware = async (context, next) => {
	const { 'content-length': length = '0', 'transfer-encoding': encoding } =
		context.env.incoming.headers;
	const mostBytes = context.req.path === pairPath ? mostPairBytes : mostBodyBytes;
	if (encoding === undefined && Number(length) <= mostBytes) {
		await next();
		return undefined;
	}
	const error = `a body needs a content-length of at most ${mostBytes} bytes`;
	return context.json({ error }, encoding === undefined ? 413 : 411, { connection: 'close' });
};

/** All that the server answers; `upgrade` of the server answers for `/ws`. */
export function createApp(
	options: ServeOptions,
	{ guard, feed }: { readonly guard: Guard; readonly feed: Feed },
): ServeApp {
	const parts: AppParts = {
		guard,
		feed,
		needs: (role) => async (context, next) => {
			const refusal = guard.refuseRole(context.env.incoming, role);
			if (refusal) return refuse(context, refusal);
			await next();
			return undefined;
		},
	};
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
	addPage(app, options);
	app.use('/api/*', parts.needs('read'));
	addNodes(app, options, parts);
	addAlerts(app, options, parts);
	addHistory(app, options);
	addNetworkTests(app, options, parts);
	addPair(app, options, parts);
	app.get('/api/v1/openapi.json', (context) => context.json(openApiDocument(options)));
	addEvents(app, options, parts);
	addPages(app, options, parts);
	app.notFound((context) => context.json({ error: 'nothing is at this path' }, 404));
	app.onError((error, context) => {
		options.reportBug(error, `the server, at ${context.req.path}`);
		return context.json({ error: 'a bug of nodetop; its log has more' }, 500);
	});
	return app;
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

function addEvents(app: ServeApp, { clock }: ServeOptions, { feed, needs }: AppParts): void {
	app.get('/events', needs('read'), async (context) => {
		const lastId = context.req.header('last-event-id') ?? context.req.query('lastEventId');
		await serveEvents(context.env.outgoing, {
			feed,
			clock,
			...(lastId !== undefined && { lastId }),
		}).ended;
		return RESPONSE_ALREADY_SENT;
	});
}

function addPages(app: ServeApp, { pages, moments }: ServeOptions, { needs }: AppParts): void {
	for (const [path, { load }] of Object.entries(pages)) {
		app.get(path, needs('read'), async (context) => {
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
