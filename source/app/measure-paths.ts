import type { Settings } from '../config/settings.ts';
import type { PathProbe } from '../diagnosis/case.ts';
import { measurePath } from '../diagnosis/measure-path.ts';
import { PollError, UserError } from '../domain/errors.ts';
import type { Target } from '../domain/target.ts';
import { resolveEndpoint, showHostPort } from '../network-tests/endpoint.ts';
import { createRateLimiter } from '../network-tests/rate-limit.ts';
import { rateDirectory } from './rate-directory.ts';
import type { Surroundings } from './surroundings.ts';

export const defaultWatchMs = 5000;
const connectsPerSecond = 6;
const mostConnects = 300;
/** A node that stops for a second now and then is to be met while it does, twice. */
const replyGapMs = 300;
const mostReplies = 20;
/** From the start of one connection to that of the next: in half of the watch all are made. */
const gapMs = 1000 / connectsPerSecond / 2;

export interface MeasureContext extends Pick<Surroundings, 'env' | 'clock' | 'signal'> {
	readonly settings: Pick<Settings, 'readOnly'>;
	readonly watchMs?: number | undefined;
	/** Receives the reason why the path to a node is not measured. */
	readonly onRefused?: (target: Target, why: string) => void;
}

/**
 * The path to one node, the more closely the longer there is; `undefined` where there is none or it may
 * not be measured: in read-only mode, or when its address has reached its limit. Never rejects for that.
 */
export async function measurePathTo(
	target: Target,
	context: MeasureContext,
): Promise<PathProbe | undefined> {
	const { watchMs = defaultWatchMs, signal } = context;
	const why = await whyNotMeasured(target, context);
	if (why !== undefined) {
		context.onRefused?.(target, why);
		return undefined;
	}
	const wanted = Math.max(defaultWatchMs, watchMs) * (connectsPerSecond / 1000);
	const connects = Math.min(mostConnects, Math.round(wanted));
	// The other half of the watch.
	const replies = Math.min(
		mostReplies,
		Math.round(Math.max(defaultWatchMs, watchMs) / 2 / replyGapMs),
	);
	const spreadMs = Math.max(defaultWatchMs, watchMs) / 2 / replies;
	return measurePath(target, { signal, connects, replies, gapMs, replyGapMs: spreadMs });
}

async function whyNotMeasured(
	{ url, proxy }: Target,
	{ settings, env, clock }: MeasureContext,
): Promise<string | undefined> {
	if (settings.readOnly) return 'nodetop is read-only';
	if (proxy) return 'it is reached through a proxy';
	try {
		const { address, port } = await resolveEndpoint(url);
		const limiter = createRateLimiter(rateDirectory(env), clock.now);
		const { isGranted } = await limiter.take(showHostPort(address, port), 'light');
		return isGranted ? undefined : 'it has reached its limit of tests';
	} catch (error) {
		// Without an address nothing is sent, and that it has none is what is to be found out.
		if (error instanceof PollError) return undefined;
		if (error instanceof UserError) return error.message;
		throw error;
	}
}
