import type { Clock } from '../domain/clock.ts';
import type { Severity } from '../domain/words.ts';
import type { Moment, MomentSource, NodeMoment } from '../sections/moment.ts';
import type { SnapshotDocument } from '../sections/snapshot.ts';
import type { AccessToken } from './guard/roles.ts';
import type { RateSettings } from './guard/rate.ts';
import type { ToDocument } from './picture.ts';

/** What a client asked for, as far as a text page may depend on it. */
export interface PageRequest {
	/** The `Accept` header; empty when there is none. */
	readonly accept: string;
	readonly query: URLSearchParams;
}

export interface PageText {
	readonly contentType: string;
	readonly body: string;
}

/** Makes the text of a moment, such as the metrics of all nodes. */
export type WritePage = (moment: Moment, request: PageRequest) => PageText | Promise<PageText>;

/** A text that is made of the present moment, at a path of its own. */
export interface ServedPage {
	/** For the OpenAPI document. */
	readonly summary: string;
	/** Loads its code, at the first request. */
	readonly load: () => Promise<WritePage>;
}

/** What a person does to alerts. */
export type ServedAction =
	| {
			readonly type: 'acknowledge';
			readonly fingerprint: string;
			readonly by?: string | undefined;
			readonly at: string;
			readonly severity: Severity;
	  }
	| { readonly type: 'snooze'; readonly fingerprint: string; readonly until: string }
	| {
			readonly type: 'silence';
			readonly silence: {
				readonly id: string;
				readonly match: Record<string, string>;
				readonly startsAt: string;
				readonly endsAt: string;
				readonly author?: string | undefined;
				readonly comment?: string | undefined;
			};
	  }
	| { readonly type: 'unsilence'; readonly id: string };

export interface HistoryQuery {
	readonly metric: string;
	/** All nodes that have it when empty. */
	readonly nodes: readonly string[];
	readonly fromMs: number;
	readonly untilMs: number;
	readonly stepMs: number;
	readonly stat: (typeof historyStats)[number];
}

export const historyStats = ['mean', 'min', 'max', 'count', 'p50', 'p95', 'p99'] as const;

export interface RecordedNumber {
	readonly node: string;
	readonly metric: string;
	readonly title: string;
	readonly unit: string;
}

/** What was recorded. Each rejects with what is wrong with the history. */
export interface ServedHistory {
	readonly metrics: () => Promise<readonly RecordedNumber[]>;
	readonly series: (query: HistoryQuery) => Promise<
		readonly {
			readonly node: string;
			readonly points: readonly (readonly [atMs: number, value: number])[];
		}[]
	>;
	readonly events: (
		span: Pick<HistoryQuery, 'fromMs' | 'untilMs'>,
	) => Promise<readonly Readonly<Record<string, unknown>>[]>;
	readonly document: (atMs: number) => Promise<SnapshotDocument | undefined>;
}

/** A network test that a client asks for. */
export interface TestRequest {
	readonly test: string;
	readonly node: string;
	readonly peer?: string | undefined;
	readonly options: Readonly<Record<string, number | string>>;
	/** The client agrees to a heavy test of a public address. */
	readonly isConfirmed: boolean;
	readonly signal: AbortSignal;
	readonly onRecord: (record: object) => void;
}

/** Why a test was not run; `undefined` when it was. */
export type RunServedTest = (
	request: TestRequest,
) => Promise<{ readonly status: 404 | 409 | 422 | 429; readonly error: string } | undefined>;

export interface ServedPair {
	readonly hello: () => object;
	/** Takes what the other watch sends; `undefined` for what is no message of a pair. */
	readonly take: (body: unknown) => Promise<object | undefined>;
}

export interface ServeOptions {
	readonly moments: MomentSource;
	readonly toDocument: ToDocument;
	readonly networkStats: (node: NodeMoment, nowMs: number) => object;
	/** Where the built page is; ends in a slash. */
	readonly pageDirectory: URL;
	/** By path, such as `/metrics`. */
	readonly pages: Readonly<Record<string, ServedPage>>;
	/** What was recorded; `undefined` while nothing can be asked. */
	readonly history: () => ServedHistory | undefined;
	readonly act: (action: ServedAction) => void;
	/** In whose name those without a token act. */
	readonly person: string | undefined;
	readonly runTest: RunServedTest;
	/** Speaks with the other watch of a pair; absent where this is none. */
	readonly pair?: ServedPair | undefined;
	readonly listen: { readonly host: string; readonly port: number };
	/** Needed for any address that is not loopback. */
	readonly tokens: readonly AccessToken[];
	/** Names by which the server is reached, beside addresses and loopback names. */
	readonly hosts: readonly string[];
	readonly rate?: RateSettings | undefined;
	/** How long a client may take to send its headers, and its whole request, in ms. */
	readonly clientTimeouts?: { readonly headersMs: number; readonly requestMs: number } | undefined;
	readonly version: string;
	readonly clock: Clock;
	readonly reportBug: (error: unknown, where: string) => void;
}
