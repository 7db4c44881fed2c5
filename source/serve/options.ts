import type { Clock } from '../domain/clock.ts';
import type { Moment, MomentSource, NodeMoment } from '../sections/moment.ts';
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

export interface ServeOptions {
	readonly moments: MomentSource;
	readonly toDocument: ToDocument;
	readonly networkStats: (node: NodeMoment, nowMs: number) => object;
	/** By path, such as `/metrics`. */
	readonly pages: Readonly<Record<string, ServedPage>>;
	readonly listen: { readonly host: string; readonly port: number };
	/** Needed for any address that is not loopback. */
	readonly tokens: readonly AccessToken[];
	/** Names by which the server is reached, beside addresses and loopback names. */
	readonly hosts: readonly string[];
	readonly rate?: RateSettings | undefined;
	readonly version: string;
	readonly clock: Clock;
	readonly reportBug: (error: unknown, where: string) => void;
}
