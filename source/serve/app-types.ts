import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context, Hono, MiddlewareHandler } from 'hono';
import type { Guard } from './guard/guard.ts';
import type { Role } from './guard/roles.ts';
import type { Feed } from './stream/feed.ts';

/** What Node gave for a request. */
interface Bindings {
	readonly incoming: IncomingMessage;
	readonly outgoing: ServerResponse;
}

interface Env {
	readonly Bindings: Bindings;
}

export type ServeApp = Hono<Env>;
export type ServeContext = Context<Env>;
export type ServeMiddleware = MiddlewareHandler<Env>;

/** What the routes share. */
export interface AppParts {
	readonly guard: Guard;
	readonly feed: Feed;
	/** Lets only callers of that role pass. */
	readonly needs: (role: Role) => ServeMiddleware;
}
