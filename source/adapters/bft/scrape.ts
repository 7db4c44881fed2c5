import { PollError } from '../../domain/errors.ts';
import type { Target } from '../../domain/target.ts';
import { excerpt } from '../http-errors.ts';
import type { PollContext } from '../adapter.ts';
import type { Reply } from '../http.ts';
import { createLineMemory } from '../line-memory.ts';
import type { LineMemory, LineStore } from '../line-memory.ts';
import { parsePrometheusTextInSlices } from '../prometheus-text.ts';
import type { PrometheusText } from '../prometheus-text.ts';
import { isOtherKind } from '../recognise.ts';
import { createExpositionReader } from './exposition.ts';
import type { Exposition } from './exposition.ts';

/** Monad answers in protobuf to who does not ask for text. */
const accept = 'text/plain;version=0.0.4';
const maxBodyBytes = 32 * 1024 * 1024;
/** Enough for histograms of a few hundred peers; a family past it is left out, not cut. */
const maxSeries = 10_000;
const maxSamples = 100_000;

export interface Scrape {
	readonly url: string;
	readonly reply: Reply;
	/** When the reply was complete, Unix ms: reading it takes time of its own. */
	readonly receivedAtMs: number;
	readonly exposition: Exposition;
	/** When its figures are from by our clock, Unix ms, where all of them are dated; a gateway or a cache dates them. */
	readonly figuresAtMs: number | undefined;
}

/** What is remembered of the pages of one source. */
export interface Pages {
	readonly lines: LineMemory;
	readonly read: (text: PrometheusText) => Exposition;
}

/** Nodes that are read for the same metrics may share the lines that they have in common. */
export function createPages(lines?: LineStore): Pages {
	return { lines: createLineMemory(lines), read: createExpositionReader() };
}

export interface ScrapeOptions extends PollContext {
	readonly wants: (name: string) => boolean;
	readonly pages: Pages;
}

/**
 * Reads an exposition of up to 32 MiB without holding anything else up. Throws `PollError`;
 * `badResponse` for what is no Prometheus text.
 */
export async function scrape(url: string, options: ScrapeOptions): Promise<Scrape> {
	const { http, signal, now, wants, pages } = options;
	const reply = await http.request({ url, signal, accept, maxBodyBytes });
	const receivedAtMs = now();
	if (/protobuf/i.test(reply.contentType)) {
		throw new PollError('badResponse', 'the metrics came as protobuf, though text was asked for', {
			nextStep: 'look for a proxy in between that drops the Accept header',
		});
	}
	const text = await parsePrometheusTextInSlices(reply.body, {
		wants,
		signal,
		maxSamples,
		maxSeries,
		memory: pages.lines,
	});
	if (text.samples.length === 0 && (isPage(reply) || !looksLikeExposition(reply))) {
		const detail = excerpt(reply.body);
		throw new PollError(
			'badResponse',
			`expected Prometheus text, got ${detail === '' ? 'an empty answer' : `something else: ${detail}`}`,
			{ nextStep: 'check the path of the metrics: metricsUrl names it' },
		);
	}
	const { newestAtMs } = text;
	const figuresAtMs =
		newestAtMs === undefined
			? undefined
			: receivedAtMs - ((reply.serverTimeMs ?? receivedAtMs) - newestAtMs);
	return { url, reply, receivedAtMs, exposition: pages.read(text), figuresAtMs };
}

/** What begins with a tag or a brace is no exposition, whatever its type says. */
function isPage({ body }: Reply): boolean {
	return /^\s*[<{[]/.test(body.slice(0, 4096));
}

function looksLikeExposition({ contentType, body }: Reply): boolean {
	if (/version=0\.0\.4|openmetrics/i.test(contentType)) return true;
	return /^# (?:TYPE|HELP) \S/m.test(body.slice(0, 64 * 1024));
}

/** Where metrics may be: the address itself where it names a path, else the paths given, below it. */
export function metricsAddresses(
	{ url, metricsUrl }: Pick<Target, 'url' | 'metricsUrl'>,
	paths: readonly string[],
): readonly string[] {
	const address = URL.parse(metricsUrl ?? url);
	if (!address) {
		throw new PollError('unsupported', 'the address is no URL', {
			nextStep: 'write it as http://HOST:PORT',
		});
	}
	if (address.pathname !== '/' || address.search !== '') return [address.href];
	return [...new Set(paths)].map((path) => new URL(path, address).href);
}

/** The first address that has metrics. What is only of another kind leads on to the next. */
export async function scrapeFirst(
	addresses: readonly string[],
	options: ScrapeOptions,
): Promise<Scrape> {
	let first: PollError | undefined;
	for (const address of addresses) {
		try {
			return await scrape(address, options);
		} catch (error) {
			if (!isOtherKind(error)) throw error;
			first ??= error;
		}
	}
	throw first ?? new PollError('unsupported', 'no path of metrics to ask');
}
