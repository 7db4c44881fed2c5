import type { Target } from '../domain/target.ts';
import type { PollContext, ProbeMatch, Source } from './adapter.ts';
import type { Http } from './http.ts';

/** One way of talking within a kind: a family of nodes that say the same things in other words. */
export interface Dialect {
	readonly name: string;
	probe(target: Target, context: PollContext): Promise<ProbeMatch | undefined>;
	open(target: Target, http: Http): Source;
}
