import { PollError } from '../domain/errors.ts';
import { linkAbort } from '../domain/linked-abort.ts';
import { maskUrl } from '../domain/secret.ts';
import type { Target } from '../domain/target.ts';
import type { Adapter, PollContext, ProbeMatch } from './adapter.ts';
import { probeGuarded } from './guard.ts';
import { systemCode, timeoutError } from './http-errors.ts';
import { adapters } from './registry.ts';

const probeTimeoutMs = 3000;

export interface Identified extends ProbeMatch {
	readonly kind: string;
	/** Where the node is reached by another scheme than the one that was given. */
	readonly url?: string;
}

/**
 * Finds out what answers at a target's address: each kind that understands the URL's scheme asks a
 * harmless question (at most one a dialect, three seconds for a kind), in the registry's order, until
 * one is certain; else the first that finds its own kind likely is taken. Throws the transport's
 * `PollError` when nothing answers at all, for then every further question would fail the same way,
 * and what was said when no kind knows the answer; where no HTTP is spoken, kinds with a protocol of
 * their own are asked by it. Resolves with `undefined` when no kind had even a
 * question.
 */
export async function identify(
	target: Target,
	context: PollContext,
): Promise<Identified | undefined> {
	const scheme = schemeOf(target.url);
	let lastError: PollError | undefined;
	let likely: Identified | undefined;
	let patience = 0;
	for (const adapter of Object.values(adapters) as Adapter[]) {
		if (!adapter.schemes.includes(scheme)) continue;
		try {
			const match = await probeInTime(adapter, target, context);
			if (match?.confidence === 'certain') return { kind: adapter.kind, ...match };
			if (match) likely ??= { kind: adapter.kind, ...match };
			patience ||= 1;
		} catch (error) {
			if (!(error instanceof PollError)) throw error;
			lastError = saysMore(lastError, error);
			if (error.code !== 'unreachable' && error.code !== 'timeout') {
				patience ||= 1;
				continue;
			}
			// What answered before may hang on one question; on a second it would hang on them all.
			patience -= 1;
			if (patience < 0 || context.signal.aborted) break;
		}
	}
	if (likely) return likely;
	if (lastError && mayBeNoHttp(lastError)) {
		const match = await askWithoutHttp(target, context);
		if (match) return match;
	}
	const isHttp = scheme === 'http:' || scheme === 'https:';
	const isJustAnotherKind = lastError?.code === 'unsupported' || lastError?.code === 'badResponse';
	// Over HTTP an unsuited answer says only that it is not this kind; a socket has one kind to be.
	if (lastError && !(isHttp && isJustAnotherKind)) throw lastError;
	if (lastError) throw nothingKnown(lastError);
	return undefined;
}

/** A server that hangs up at a request, or answers with other bytes. */
function mayBeNoHttp({ cause }: PollError): boolean {
	const system = systemCode(cause) ?? '';
	return system === 'ECONNRESET' || system === 'EPIPE' || system.startsWith('HPE_');
}

async function askWithoutHttp(
	target: Target,
	context: PollContext,
): Promise<Identified | undefined> {
	for (const adapter of Object.values(adapters) as Adapter[]) {
		const url = adapter.withoutHttp?.(target.url);
		if (url === undefined || context.signal.aborted) continue;
		try {
			const match = await probeInTime(adapter, { ...target, url }, context);
			if (match) return { kind: adapter.kind, ...match, url };
		} catch (error) {
			// The HTTP error is reported.
			if (!(error instanceof PollError)) throw error;
		}
	}
	return undefined;
}

/**
 * Of two refusals the one that says why: that a limit was reached or credentials are wanted, then one that
 * quotes an answer; a path that is not there says less.
 */
function saysMore(before: PollError | undefined, error: PollError): PollError {
	if (before?.code === 'rateLimited' || before?.code === 'unauthorized') return before;
	return before?.code === 'badResponse' && error.code === 'unsupported' ? before : error;
}

async function probeInTime(
	adapter: Adapter,
	target: Target,
	context: PollContext,
): Promise<ProbeMatch | undefined> {
	const deadline = linkAbort(context.signal);
	const timer = setTimeout(() => {
		deadline.abort(timeoutError(maskUrl(target.url), probeTimeoutMs));
	}, probeTimeoutMs);
	try {
		return await probeGuarded(adapter, target, { ...context, signal: deadline.signal });
	} finally {
		clearTimeout(timer);
		deadline.unlink();
	}
}

/** 502, 503 and 504, and what Cloudflare adds to them. */
const leastGatewayStatus = 502;

/** Something answers that no kind knows: what it said is the best hint there is. */
function nothingKnown(lastError: PollError): PollError {
	return new PollError(
		lastError.code,
		`no known kind of node answers there: ${lastError.message}`,
		{
			nextStep:
				(lastError.httpStatus ?? 0) >= leastGatewayStatus
					? 'a gateway answers, and nothing behind it does: look at the node, and at the gateway'
					: 'check host, port and path; or say the kind of the node, if you know it',
			cause: lastError,
		},
	);
}

const bareSchemes = ['unix:', 'host:'];

/** The scheme with its colon; an address without one is taken as HTTP. */
export function schemeOf(url: string): string {
	const written = /^([a-z][a-z\d+.-]*:)\/\//i.exec(url)?.[1]?.toLowerCase();
	return written ?? bareSchemes.find((scheme) => url.startsWith(scheme)) ?? 'http:';
}
