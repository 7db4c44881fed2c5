import { PollError } from '../../domain/errors.ts';
import { instanceName } from '../../domain/instance.ts';
import type { Reading } from '../../sections/snapshot.ts';
import type { Target } from '../../domain/target.ts';
import type { Adapter, PollContext } from '../adapter.ts';
import { clockFrom } from '../clock.ts';
import { parseJson } from '../http.ts';
import type { Reply } from '../http.ts';
import { isDocument, readDocument } from './document.ts';

const snapshotPath = '/api/v1/snapshot';
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
	open: (target) => ({
		async poll(context): Promise<Reading> {
			const reply = await ask(target, context);
			const body = parseJson(reply);
			if (!isDocument(body)) {
				throw new PollError('unsupported', `what answers at ${snapshotPath} is no nodetop`, {
					nextStep: 'check the address: `nodetop add URL` finds out what answers there',
				});
			}
			requireFresh(body, reply.serverTimeMs ?? context.now());
			const clock = clockFrom(reply, context.now());
			const { latencyMs } = reply;
			return {
				latencyMs,
				endpoints: [{ name: snapshotPath, status: 'ok', latencyMs }],
				...readDocument(body, instanceName()),
				...(clock && { clock }),
			};
		},
		close: () => undefined,
	}),
} as const satisfies Adapter;

const freshMs = 5 * 60_000;

/** By the site's own clock, where it tells. Throws for a document that nobody writes any more. */
function requireFresh(document: object, nowMs: number): void {
	const takenAt = 'takenAt' in document ? Date.parse(String(document.takenAt)) : Number.NaN;
	const ageMs = nowMs - takenAt;
	if (!(ageMs > freshMs)) return;
	const minutes = Math.round(ageMs / 60_000);
	throw new PollError('badResponse', `its snapshot is ${minutes} min old: no process updates it`, {
		nextStep: 'look at that nodetop, or at whatever copies its snapshot',
	});
}

/** A URL with a path is asked as it is. */
function ask({ url }: Target, { http, signal }: PollContext): Promise<Reply> {
	const base = new URL(url);
	const asked = base.pathname === '/' ? new URL(snapshotPath, base) : base;
	return http.request({ url: asked.href, signal, maxBodyBytes });
}
