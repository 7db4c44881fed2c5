import { clean } from '../../domain/clean.ts';
import { PollError } from '../../domain/errors.ts';
import { instanceName } from '../../domain/instance.ts';
import type { Endpoint } from '../../sections/poll/schema.ts';
import { schemaId } from '../../sections/schema-id.ts';
import type { Reading } from '../../sections/snapshot.ts';
import type { Target } from '../../domain/target.ts';
import type { Adapter, PollContext, Source } from '../adapter.ts';
import { clockFrom } from '../clock.ts';
import { parseJson } from '../http.ts';
import type { Reply } from '../http.ts';
import { createDocumentReader, isDocument, readDocument } from './document.ts';
import { createSiteStream, streamPath } from './stream.ts';

const snapshotPath = '/api/v1/snapshot';
const healthPath = '/health';
const maxBodyBytes = 16 * 1024 * 1024;
const isSite = 'a nodetop watches nodes: look at the nodes below it';

/** Another nodetop that serves its snapshot: a whole site behind one address. */
export const nodetop = {
	kind: 'nodetop',
	title: 'nodetop of another site',
	schemes: ['http:', 'https:'],
	localUrls: ['http://127.0.0.1:7070'],
	absentSections: {
		consensus: isSite,
		dag: isSite,
		chain: isSite,
		network: isSite,
		resources: isSite,
	},
	async probe(target, context) {
		try {
			const reply = await ask(target, context);
			const body = parseJson(reply);
			if (!isDocument(body)) return undefined;
			const spoken = 'schema' in body ? String(body.schema) : '';
			if (spoken !== schemaId)
				return {
					found: `nodetop that speaks ${clean(spoken, 40)}, not ${schemaId}`,
					confidence: 'certain',
				};
			const { identity, members = [] } = readDocument(body, instanceName());
			const version = identity?.version === undefined ? '' : ` ${identity.version}`;
			return { found: `nodetop${version} with ${members.length} nodes`, confidence: 'certain' };
		} catch (error) {
			const isOther =
				error instanceof PollError &&
				(error.code === 'unsupported' || error.code === 'badResponse');
			if (isOther) return undefined;
			throw error;
		}
	},
	open: (target) => (hasOwnPath(target) ? createFileSource(target) : createSiteSource(target)),
} as const satisfies Adapter;

const freshMs = 5 * 60_000;

/** By the site's own clock, where it tells. Throws for a document that nobody writes any more. */
function requireFresh(document: object, nowMs: number): void {
	const ageMs = nowMs - takenAtMsOf(document);
	if (!(ageMs > freshMs)) return;
	const minutes = Math.round(ageMs / 60_000);
	throw new PollError('badResponse', `its snapshot is ${minutes} min old: no process updates it`, {
		nextStep: 'look at that nodetop, or at whatever copies its snapshot',
	});
}

/** A document at a path of its own, which may be a file: it is read at each poll. */
function createFileSource(target: Target): Source {
	return {
		async poll(context) {
			const { reply, body } = await askDocument(target, context);
			return toReading(body, reply, { path: new URL(target.url).pathname, nowMs: context.now() });
		},
		close: () => undefined,
	};
}

/**
 * A nodetop that serves: its stream keeps the document, and each poll asks only whether the site is there. Where
 * there is no stream, and until it is open, each poll asks for the whole document.
 */
function createSiteSource(target: Target): Source {
	const stream = createSiteStream(target, () => performance.now());
	const read = createDocumentReader();
	return {
		async poll(context) {
			const nowMs = context.now();
			const document = stream.document();
			const reply = document && (await askHealth(target, context));
			if (document && reply) {
				return toReading(document, reply, { path: healthPath, nowMs, read, streamed: 'ok' });
			}
			const asked = await askDocument(target, context);
			await stream.open();
			const problem = stream.problem();
			return toReading(asked.body, asked.reply, {
				path: snapshotPath,
				nowMs,
				read,
				streamed: problem,
			});
		},
		close: stream.close,
	};
}

interface Read {
	readonly path: string;
	readonly nowMs: number;
	readonly read?: typeof readDocument;
	/** `ok`, or why there is no stream. */
	readonly streamed?: string | undefined;
}

function toReading(
	document: object,
	reply: Reply,
	{ path, nowMs, read = readDocument, streamed }: Read,
): Reading {
	requireFresh(document, reply.serverTimeMs ?? nowMs);
	const clock = clockFrom(reply, nowMs);
	const { latencyMs } = reply;
	const endpoints: Endpoint[] = [{ name: path, status: 'ok', latencyMs }];
	if (streamed === 'ok') endpoints.push({ name: streamPath, status: 'ok' });
	else if (streamed !== undefined) {
		endpoints.push({ name: streamPath, status: 'unavailable', message: streamed });
	}
	const told = read(document, instanceName());
	const note = timeNote(document, reply.serverTimeMs ?? nowMs);
	return {
		latencyMs,
		endpoints,
		...told,
		...(note !== undefined && { notes: [...(told.notes ?? []), note] }),
		...(clock && { clock }),
	};
}

/** Why nobody can tell how old a snapshot is. */
function timeNote(document: object, nowMs: number): string | undefined {
	const aheadMs = takenAtMsOf(document) - nowMs;
	if (Number.isNaN(aheadMs)) return 'its snapshot is not dated: how old it is cannot be told';
	if (aheadMs <= freshMs) return undefined;
	return `its snapshot is dated ${Math.round(aheadMs / 60_000)} min ahead: how old it is cannot be told`;
}

function takenAtMsOf(document: object): number {
	return 'takenAt' in document ? Date.parse(String(document.takenAt)) : Number.NaN;
}

async function askDocument(
	target: Target,
	context: PollContext,
): Promise<{ readonly reply: Reply; readonly body: object }> {
	const reply = await ask(target, context);
	const body = parseJson(reply);
	if (isDocument(body)) return { reply, body };
	throw new PollError('unsupported', `what answers at ${snapshotPath} is no nodetop`, {
		nextStep: 'check the address: `nodetop add URL` finds out what answers there',
	});
}

/** Whether the site is there; anything else than its usual answer is looked at by the whole question. */
async function askHealth(
	{ url }: Target,
	{ http, signal }: PollContext,
): Promise<Reply | undefined> {
	const address = new URL(healthPath, url).href;
	const reply = await http.request({
		url: address,
		signal,
		maxBodyBytes: 1024,
		acceptStatus: [404],
	});
	return reply.status === 200 ? reply : undefined;
}

function hasOwnPath({ url }: Target): boolean {
	return new URL(url).pathname !== '/';
}

/** A URL with a path is asked as it is. */
function ask({ url }: Target, { http, signal }: PollContext): Promise<Reply> {
	const base = new URL(url);
	const asked = base.pathname === '/' ? new URL(snapshotPath, base) : base;
	return http.request({ url: asked.href, signal, maxBodyBytes });
}
