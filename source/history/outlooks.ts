import { Analyst } from './analysis/outlook.ts';
import type { Questions } from './protocol.ts';
import type { HistoryReader } from './reader.ts';

type Outlooks = Questions['outlook'];

/** What is usual is learnt once for each history. */
const analysts = new WeakMap<HistoryReader, Analyst>();

/**
 * Judges what was recorded of some nodes. Apart from the other answers, because it is asked each minute: what those
 * need would be a third of the memory of this thread.
 */
export function outlooksOf(
	reader: HistoryReader,
	{ nodes, nowMs, judged }: Outlooks['ask'],
): Outlooks['answer'] {
	const analyst = analysts.get(reader) ?? new Analyst(reader, judged);
	analysts.set(reader, analyst);
	return nodes.map((node) => [node, analyst.outlookOf(node, nowMs)] as const);
}
