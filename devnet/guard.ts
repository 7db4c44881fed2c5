import type { MiddlewareHandler } from 'hono';

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Refuses requests that are not addressed to a loopback name, and those from a page of another origin. A
 * page on the web can reach loopback by a name of its own (DNS rebinding), but not with our name.
 */
export const loopbackOnly: MiddlewareHandler = async (context, next) => {
	const host = context.req.header('host');
	const origin = context.req.header('origin');
	if (host === undefined || !isLoopback(`http://${host}`)) {
		return context.json({ error: 'this server answers to loopback names only' }, 403);
	}
	if (origin !== undefined && !isLoopback(origin)) {
		return context.json({ error: 'this server answers no page of another origin' }, 403);
	}
	await next();
	return undefined;
};

function isLoopback(url: string): boolean {
	return URL.canParse(url) && loopbackNames.has(new URL(url).hostname);
}
