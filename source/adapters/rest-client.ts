import type * as z from 'zod';
import { clean } from '../domain/clean.ts';
import { PollError } from '../domain/errors.ts';
import { parseJson } from './http.ts';
import type { Http, HttpRequest } from './http.ts';

/** What a node answered, with what the reply around it tells. */
export interface Answered<T> {
	readonly value: T;
	readonly latencyMs: number;
	/** The server's clock in Unix ms, where it told. */
	readonly serverTimeMs: number | undefined;
	readonly status?: number;
}

export interface RestQuestion<T> extends Pick<HttpRequest, 'acceptStatus' | 'maxBodyBytes'> {
	readonly base: string;
	/** Below the base, without a leading slash; may hold a query. */
	readonly path: string;
	readonly schema: z.ZodType<T>;
}

/** A GET whose answer is JSON of a known shape. Throws `PollError`; `badResponse` for another shape. */
export async function getJson<T>(
	question: RestQuestion<T>,
	{ http, signal }: { readonly http: Http; readonly signal: AbortSignal },
): Promise<Answered<T>> {
	const { base, path, schema, ...options } = question;
	const reply = await http.request({ url: below(base, path), signal, ...options });
	const { latencyMs, serverTimeMs, status } = reply;
	return { value: readAs(schema, parseJson(reply), `/${path}`), latencyMs, serverTimeMs, status };
}

/** An address below another, whose own path and query (of a proxy, with its key) are kept. */
export function below(base: string, path: string): string {
	const url = parsed(base);
	const [pathname = '', query = ''] = path.split('?', 2);
	url.pathname = `${url.pathname.replace(/\/+$/, '')}/${pathname}`;
	for (const [name, value] of new URLSearchParams(query)) url.searchParams.set(name, value);
	return url.href;
}

/** An address as it is when it has a path or a query, else with the usual path. */
export function atPath(address: string, usualPath: string): string {
	const url = parsed(address);
	if (url.pathname !== '/' || url.search !== '') return address;
	return new URL(usualPath, url).href;
}

function parsed(address: string): URL {
	const url = URL.parse(address);
	if (url) return url;
	throw new PollError('unsupported', 'the address is no URL', {
		nextStep: 'write it as http://HOST:PORT',
	});
}

/** A value of a known shape. Throws `badResponse` that says where it is another. */
export function readAs<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
	const parsed = schema.safeParse(value);
	if (parsed.success) return parsed.data;
	const [issue] = parsed.error.issues;
	const place = clean(issue?.path.join('.') ?? '', 80);
	throw new PollError(
		'badResponse',
		`the answer to ${what} has another shape${place === '' ? '' : ` at ${place}`}`,
		{
			nextStep:
				'check the kind and the version of the node: `nodetop add URL` finds out what it is',
			cause: parsed.error,
		},
	);
}
