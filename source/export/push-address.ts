import { UserError } from '../domain/errors.ts';

/** Where a text is pushed, and how a token is written in front of it. */
export interface PushAddress {
	readonly url: URL;
	/** The scheme of the `Authorization` header. */
	readonly scheme: 'Bearer' | 'Token';
}

/**
 * The write URL of InfluxDB: `/write?db=…` (version 1) or `/api/v2/write?org=…&bucket=…` (version 2). Times are
 * nanoseconds whatever the URL says. Throws `UserError` for a URL that names no place to write.
 */
export function influxAddress(given: URL): PushAddress {
	const url = new URL(given);
	const { pathname, searchParams } = url;
	const isV2 = /\/api\/v2\/write\/?$/.test(pathname);
	const wanted = isV2 ? ['org', 'bucket'] : ['db'];
	const missing = wanted.filter((name) => (searchParams.get(name) ?? '') === '');
	if (!/\/write\/?$/.test(pathname) || missing.length > 0) {
		throw new UserError(`--push: the address of InfluxDB does not say where to write`, {
			nextSteps: [
				'version 1: http://HOST:8086/write?db=DATABASE',
				'version 2: http://HOST:8086/api/v2/write?org=ORG&bucket=BUCKET',
			],
		});
	}
	searchParams.set('precision', 'ns');
	return { url, scheme: 'Token' };
}

/** An OTLP receiver, with the usual path where the URL has none. */
export function otlpAddress(given: URL, path: string): PushAddress {
	const url = new URL(given);
	if (url.pathname === '/') url.pathname = path;
	return { url, scheme: 'Bearer' };
}
